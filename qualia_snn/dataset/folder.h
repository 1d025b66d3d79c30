#pragma once

#include <string>
#include <vector>

namespace qualia_snn::dataset {

/// Returns the files below a folder, with paths, whose names end in `extension`, sorted by path.
/// @throws DataError  if the folder is missing.
std::vector<std::string> files_below(const std::string& folder, const std::string& extension);

/// Returns the names of the folders in a folder, sorted. @throws DataError  if the folder is missing.
std::vector<std::string> folders_in(const std::string& folder);

/// Returns the lines of a text file, without ends of lines; empty ones are left out.
/// @throws DataError  if it cannot be read.
std::vector<std::string> read_lines(const std::string& path);

}  // namespace qualia_snn::dataset
