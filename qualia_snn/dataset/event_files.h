#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "qualia_snn/datamodel/event_data.h"
#include "qualia_snn/io/event_columns.h"

namespace qualia_snn::dataset {

/// A file and its class.
struct LabelledFile {
  std::string path;
  std::int64_t label;
};

/// Returns the files with an extension in the folders of a folder, class by class, each sorted by name.
///
/// The classes are the folders in the order of their names as text: "0", "1", "10", "2".
/// @throws DataError  if there is not a folder for each of `classes` classes, or one has no files.
std::vector<LabelledFile> labelled_files(const std::string& folder, const std::string& extension, std::int64_t classes);

/// Returns files of events as the recordings of a set, each with one label.
datamodel::EventData event_data(std::vector<LabelledFile> files,
                                std::function<io::EventColumns(const std::string& path)> read);

}  // namespace qualia_snn::dataset
