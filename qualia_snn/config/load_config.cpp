#include "qualia_snn/config/load_config.h"

#include <filesystem>
#include <optional>

#include "qualia_snn/config/merge.h"
#include "qualia_snn/config/override.h"
#include "qualia_snn/config/parse.h"
#include "qualia_snn/core/spelling.h"

namespace fs = std::filesystem;

namespace qualia_snn::config {
namespace {

std::vector<std::string> read_names(const Value& config, const char* key) {
  const auto* value = config.find(key);
  return value ? detail::read<std::vector<std::string>>(*value, key, {}) : std::vector<std::string>();
}

/// Merges the files that `includes` names, one after the other; each fills in what is missing so far.
void apply_includes(Value& config, const std::string& path, std::vector<std::string>& warnings) {
  auto folders = read_names(config, "include_search_paths");
  folders.emplace_back("conf");
  folders.push_back(fs::path(path).parent_path().string());
  for (const auto& name : read_names(config, "includes")) {
    std::optional<std::string> found;
    for (const auto& folder : folders) {
      const auto candidate = fs::path(folder) / name;
      std::error_code ignored;
      if (!found && fs::is_regular_file(candidate, ignored)) found = candidate.string();
    }
    if (!found) {
      warnings.push_back(concat(config.find("includes")->location().str(), ": includes: ", name, ": not found in ",
                                join(folders), "; left out, as in Qualia"));
      continue;
    }
    auto included = parse_file(*found);
    apply_model_template(included);
    config = merge(config, included, "", Lists::kUnite);
  }
}

}  // namespace

MergedConfig merge_config(const std::string& path, const std::vector<std::string>& overrides) {
  MergedConfig merged{parse_file(path), {}};
  apply_model_template(merged.values);
  merged.warnings = apply_overrides(merged.values, overrides);
  apply_includes(merged.values, path, merged.warnings);
  return merged;
}

LoadedConfig load_config(MergedConfig merged, const Registries& registries) {
  LoadedConfig loaded;
  auto& values = merged.values;
  loaded.warnings = std::move(merged.warnings);
  try {
    loaded.config = parse_bench_config(values, registries);
  } catch (const ConfigError& error) {
    // A missing include may be why something else is missing.
    std::string text = error.what();
    for (const auto& warning : loaded.warnings) text += "\nwarning: " + warning;
    throw ConfigError(text);
  }
  // Template and includes are in it already; the table stays because Qualia asks for one.
  for (const char* key : {"includes", "include_search_paths"}) values.erase(key);
  if (auto* model_template = values.find("model_template")) *model_template = Value();
  loaded.resolved = resolve_value<BenchConfig>(values, "", {&registries, false});
  return loaded;
}

LoadedConfig load_config(const std::string& path, const std::vector<std::string>& overrides,
                         const Registries& registries) {
  return load_config(merge_config(path, overrides), registries);
}

}  // namespace qualia_snn::config
