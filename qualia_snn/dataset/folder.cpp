#include "qualia_snn/dataset/folder.h"

#include <algorithm>
#include <filesystem>
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

}  // namespace

std::vector<std::string> files_below(const std::string& folder, const std::string& extension) {
  check_folder(folder);
  std::vector<std::string> files;
  const auto options = fs::directory_options::follow_directory_symlink;
  for (const auto& entry : fs::recursive_directory_iterator(folder, options)) {
    if (entry.path().extension() == extension && entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> folders_in(const std::string& folder) {
  check_folder(folder);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
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
