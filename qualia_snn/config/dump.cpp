#include "qualia_snn/config/dump.h"

#include <algorithm>

#include "qualia_snn/core/error.h"

namespace qualia_snn::config {
namespace {

constexpr std::size_t kOriginColumn = 60;

bool is_list_of_tables(const Value& value) {
  const auto* list = value.get_if<Value::List>();
  return list && !list->empty() && std::all_of(list->begin(), list->end(), [](const Value& v) { return v.is_table(); });
}

std::string origin(const Value& value) {
  auto where = value.location().str();
  std::replace_if(
      where.begin(), where.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return where.empty() ? "default" : where;
}

class Dump {
 public:
  /// Writes the members of a table: plain values first, as TOML asks for, then the tables in it.
  void table(const Value& value, const std::string& path) {
    for (const auto& [key, location, item] : *value.get_if<Value::Table>()) {
      if (item.is_table() || is_list_of_tables(item) || item.get_if<None>()) continue;
      auto line = key_str(key) + " = " + item.str();
      line.resize(std::max(line.size(), kOriginColumn), ' ');
      text_ += line + "  # " + origin(item) + '\n';
    }
    for (const auto& [key, location, item] : *value.get_if<Value::Table>()) {
      const auto inner = path.empty() ? key_str(key) : path + "." + key_str(key);
      if (item.is_table()) {
        header("[" + inner + "]");
        table(item, inner);
      } else if (is_list_of_tables(item)) {
        for (const auto& element : *item.get_if<Value::List>()) {
          header("[[" + inner + "]]");
          table(element, inner);
        }
      }
    }
  }

  std::string text() && { return std::move(text_); }

 private:
  void header(const std::string& line) { text_ += (text_.empty() ? "" : "\n") + line + '\n'; }

  std::string text_;
};

void add_settings(const Value& value, const std::string& path, std::vector<Setting>& all) {
  const auto inner = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  if (const auto* table = value.get_if<Value::Table>()) {
    for (const auto& entry : *table) add_settings(entry.value, inner(key_str(entry.key)), all);
  } else if (const auto* list = value.get_if<Value::List>(); list && is_list_of_tables(value)) {
    for (std::size_t i = 0; i < list->size(); ++i) add_settings((*list)[i], inner(std::to_string(i)), all);
  } else {
    all.push_back({path, value.str(), origin(value)});
  }
}

}  // namespace

std::vector<Setting> settings(const Value& config) {
  std::vector<Setting> all;
  add_settings(config, "", all);
  return all;
}

std::map<std::string, std::string> flatten(const Value& config) {
  std::map<std::string, std::string> scalars;
  for (const auto& setting : settings(config)) scalars[setting.name] = setting.value;
  return scalars;
}

std::string dump(const Value& config) {
  Dump dump;
  dump.table(config, "");
  return std::move(dump).text();
}

}  // namespace qualia_snn::config
