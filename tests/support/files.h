#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace qualia_snn::testing {

/// An empty folder that is removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void write_text(const std::string& path, std::string_view text);
std::string read_text(const std::string& path);
/// Returns bytes as hexadecimal digits.
std::string hex(std::string_view bytes);
/// Returns the paths of all files below a folder, relative to it, sorted.
std::vector<std::string> files_below(const std::filesystem::path& folder);

}  // namespace qualia_snn::testing
