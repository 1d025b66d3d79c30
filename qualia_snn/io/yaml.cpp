#include "qualia_snn/io/yaml.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "qualia_snn/io/python_text.h"

namespace qualia_snn::io {
namespace {

/// Double quotes of YAML take what JSON writes. Bytes that are no UTF-8 become U+FFFD.
std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string yaml(bool truth) { return truth ? "true" : "false"; }
std::string yaml(std::int64_t number) { return std::to_string(number); }
std::string yaml(double number) {
  if (std::isnan(number)) return ".nan";
  if (std::isinf(number)) return number > 0 ? ".inf" : "-.inf";
  auto text = python_repr(number);
  // YAML 1.1: without a point, 1e-05 is a text.
  const auto exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos) text.insert(exponent, ".0");
  return text;
}
std::string yaml(const std::string& text) { return quoted(text); }

}  // namespace

std::string yaml_mapping(
    const std::vector<std::pair<std::string, std::variant<bool, std::int64_t, double, std::string>>>& entries) {
  if (entries.empty()) return "{}\n";
  std::string text;
  for (const auto& [name, value] : entries) {
    text += quoted(name) + ": " + std::visit([](const auto& v) { return yaml(v); }, value) + "\n";
  }
  return text;
}

}  // namespace qualia_snn::io
