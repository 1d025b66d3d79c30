#include "qualia_snn/config/merge.h"

#include "qualia_snn/core/error.h"

namespace qualia_snn::config {

Value merge_template(const Value& value, const Value& defaults, const std::string& path) {
  if (!value.is_table() && !defaults.is_table()) return value;
  QUALIA_SNN_CHECK(value.is_table() && defaults.is_table(), ConfigError, value.location().str(), ": ", path, " = ",
                   value.str(), ": a ", value.type_name(), ", but model_template holds a ", defaults.type_name(), " (",
                   defaults.location().str(), ")");
  Value merged = value;
  for (const auto& entry : *defaults.get_if<Value::Table>()) {
    const auto* own = value.find(entry.key);
    merged.set(entry.key, own ? merge_template(*own, entry.value, path + "." + entry.key) : entry.value,
               entry.location);
  }
  return merged;
}

void apply_model_template(Value& config) {
  const auto* model_template = config.find("model_template");
  if (model_template == nullptr) return;
  QUALIA_SNN_CHECK(model_template->is_table(), ConfigError, model_template->location().str(),
                   ": model_template = ", model_template->str(), ": expected a table, [model_template]");
  auto* models = config.find("model");
  QUALIA_SNN_CHECK(models && models->is_list(), ConfigError, model_template->location().str(),
                   ": model_template without models; add at least one [[model]]");
  std::size_t index = 0;
  for (auto& model : *models->get_if<Value::List>()) {
    model = merge_template(model, *model_template, "model." + std::to_string(index++));
  }
}

}  // namespace qualia_snn::config
