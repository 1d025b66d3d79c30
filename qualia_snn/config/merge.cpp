#include "qualia_snn/config/merge.h"

#include <algorithm>
#include <charconv>

#include "qualia_snn/core/error.h"

namespace qualia_snn::config {
namespace {

std::string member(const std::string& path, const std::string& key) { return path.empty() ? key : path + "." + key; }

/// The position that `key` names in a list of `size`; one behind the end appends.
std::size_t position(const Entry& key, std::size_t size, const std::string& path) {
  std::size_t index = 0;
  const auto* last = key.key.data() + key.key.size();
  const auto [end, error] = std::from_chars(key.key.data(), last, index);
  // A table cannot be appended by one of its members: the rest of it would be missing.
  const auto limit = key.value.is_table() ? size : size + 1;
  QUALIA_SNN_CHECK(error == std::errc{} && end == last && index < limit, ConfigError, key.value.location().str(), ": ",
                   path, " is a list of ", size, "; expected a position from 0 to ",
                   static_cast<std::int64_t>(limit) - 1, ", got \"", key.key, "\"");
  return index;
}

Value patch(const Value::Table& changes, const Value& list, const std::string& path, Lists lists) {
  auto items = *list.get_if<Value::List>();
  for (const auto& change : changes) {
    const auto index = position(change, items.size(), path);
    if (index == items.size()) {
      items.push_back(change.value);
    } else {
      items[index] = merge(change.value, items[index], member(path, change.key), lists);
    }
  }
  return {std::move(items), list.location()};
}

// Qualia: a list from the command line or the main file does not replace the other one.
Value unite(const Value& first, const Value& second) {
  auto items = *first.get_if<Value::List>();
  for (const auto& item : *second.get_if<Value::List>()) {
    const bool known = std::any_of(items.begin(), items.end(), [&](const Value& own) { return equal(own, item); });
    if (!known) items.push_back(item);
  }
  return {std::move(items), first.location()};
}

}  // namespace

Value merge(const Value& value, const Value& defaults, const std::string& path, Lists lists) {
  if (lists == Lists::kUnite && defaults.is_list()) {
    if (value.is_list()) return unite(value, defaults);
    if (const auto* changes = value.get_if<Value::Table>()) return patch(*changes, defaults, path, lists);
  }
  if (!value.is_table() && !defaults.is_table()) return value;
  QUALIA_SNN_CHECK(value.is_table() && defaults.is_table(), ConfigError, value.location().str(), ": ", path, " = ",
                   value.str(), ": got ", value.type_name(), ", expected ", defaults.type_name(), " as in ",
                   defaults.location().str());
  // What the command line adds keeps the file's order, and errors of the table point to the file.
  const bool from_command_line = value.location().line == 0;
  Value merged = from_command_line ? Value(Value::Table{}, defaults.location()) : value;
  for (const auto& entry : *defaults.get_if<Value::Table>()) {
    const auto* own = value.find(entry.key);
    merged.set(entry.key, own ? merge(*own, entry.value, member(path, entry.key), lists) : entry.value, entry.location);
  }
  for (const auto& entry : *value.get_if<Value::Table>()) {
    if (defaults.find(entry.key) == nullptr) merged.set(entry.key, entry.value, entry.location);
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
    const auto path = "model." + std::to_string(index++);
    QUALIA_SNN_CHECK(model.is_table(), ConfigError, model.location().str(), ": ", path, " = ", model.str(),
                     ": expected a table, [[model]]");
    model = merge(model, *model_template, path, Lists::kTakeWhole);
  }
}

}  // namespace qualia_snn::config
