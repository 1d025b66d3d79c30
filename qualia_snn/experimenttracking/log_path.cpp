#include "qualia_snn/experimenttracking/log_path.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>

#include "qualia_snn/core/error.h"

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

std::string new_log_path(const std::string& root, const std::string& bench, const std::string& kind,
                         const std::string& extension) {
  const auto head = git_head(root).substr(0, 8);
  const auto stem =
      (fs::path(root) / "logs" / bench / kind / ((head.empty() ? "" : head + "_") + date_and_time())).string();
  std::error_code ignored;
  auto path = stem + extension;
  for (int i = 2; fs::exists(path, ignored); ++i) path = concat(stem, "_", i, extension);
  return path;
}

}  // namespace qualia_snn::experimenttracking
