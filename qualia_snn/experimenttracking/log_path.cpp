#include "qualia_snn/experimenttracking/log_path.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/leftovers.h"

namespace fs = std::filesystem;

namespace qualia_snn::experimenttracking {
namespace {

std::optional<std::string> first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) ? std::optional(line) : std::nullopt;
}

/// Reads the commit that HEAD names from git's own files.
std::string git_head(const fs::path& root) {
  std::error_code ignored;
  for (auto folder = fs::current_path() / root;; folder = folder.parent_path()) {
    auto git = folder / ".git";
    // In a linked work tree, .git is a file "gitdir: <folder>".
    if (fs::is_regular_file(git, ignored)) {
      const auto line = first_line(git).value_or("");
      git = line.starts_with("gitdir: ") ? folder / line.substr(8) : git;
    }
    if (const auto head = first_line(git / "HEAD")) {
      if (!head->starts_with("ref: ")) return *head;
      const auto reference = head->substr(5);
      const auto common = first_line(git / "commondir");
      const auto store = common ? git / *common : git;
      if (const auto hash = first_line(store / reference)) return *hash;
      std::ifstream packed(store / "packed-refs");
      for (std::string line; std::getline(packed, line);) {
        if (line.ends_with(" " + reference)) return line;
      }
      return "";
    }
    if (!folder.has_relative_path()) return "";
  }
}

std::string date_and_time() {
  const auto now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d_%H-%M-%S", &local);
  return text;
}

}  // namespace

std::string log_folder(const std::string& root, const std::string& bench, const std::string& kind) {
  return (fs::path(root) / "logs" / bench / kind).string();
}

std::string claim_log_name(const std::string& root, const std::string& folder, const std::string& extension,
                           std::string_view contents) {
  // A run that was killed here may have had a name of another second, which nobody takes again.
  io::remove_all_leftovers(folder);
  const auto head = git_head(root).substr(0, 8);
  const auto stem = (head.empty() ? "" : head + "_") + date_and_time();
  auto name = stem;
  for (int i = 2; !io::write_new_file((fs::path(folder) / (name + extension)).string(), contents); ++i) {
    name = concat(stem, "_", i);
  }
  return name;
}

}  // namespace qualia_snn::experimenttracking
