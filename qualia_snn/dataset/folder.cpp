#include "qualia_snn/dataset/folder.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/file.h"

namespace fs = std::filesystem;

namespace qualia_snn::dataset {
namespace {

void check_folder(const std::string& folder) {
  std::error_code ignored;
  QUALIA_SNN_CHECK(fs::is_directory(folder, ignored), DataError, folder, ": there is no such folder ",
                   "(dataset.params.path)");
}

std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  std::error_code error;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    entries.push_back(*at);
  }
  QUALIA_SNN_CHECK(!error, DataError, folder.string(), ": cannot be listed: ", error.message(),
                   "; expected a folder that can be read (dataset.params.path)");
  return entries;
}

/// Collects the files of a folder and those in it; links are followed, and no folder is entered twice.
void collect(const fs::path& folder, const std::string& extension, std::set<fs::path>& seen,
             std::vector<std::string>& files) {
  std::error_code error;
  if (!seen.insert(fs::canonical(folder, error)).second) return;
  for (const auto& entry : entries_of(folder)) {
    if (entry.is_directory(error)) {
      collect(entry.path(), extension, seen, files);
    } else if (entry.path().extension() == extension && entry.is_regular_file(error)) {
      files.push_back(entry.path().string());
    }
  }
}

}  // namespace

std::vector<std::string> files_below(const std::string& folder, const std::string& extension) {
  check_folder(folder);
  std::vector<std::string> files;
  std::set<fs::path> seen;
  collect(folder, extension, seen, files);
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> folders_in(const std::string& folder) {
  check_folder(folder);
  std::vector<std::string> names;
  for (const auto& entry : entries_of(folder)) {
    std::error_code ignored;
    if (entry.is_directory(ignored)) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> read_lines(const std::string& path) {
  std::istringstream text(io::read_file(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace qualia_snn::dataset
