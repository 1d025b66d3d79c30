#include "qualia_snn/command/hyper_parameters.h"

namespace qualia_snn::command {
namespace {

using config::Value;
using experimenttracking::tensorboard::HyperParameters;

void add(const Value& value, const std::string& name, HyperParameters& all) {
  if (const auto* table = value.get_if<Value::Table>()) {
    for (const auto& entry : *table) add(entry.value, name.empty() ? entry.key : name + "." + entry.key, all);
  } else if (const auto* flag = value.get_if<bool>()) {
    all.emplace_back(name, *flag);
  } else if (const auto* integer = value.get_if<std::int64_t>()) {
    all.emplace_back(name, *integer);
  } else if (const auto* real = value.get_if<double>()) {
    all.emplace_back(name, *real);
  } else if (const auto* text = value.get_if<std::string>()) {
    all.emplace_back(name, *text);
  } else {
    all.emplace_back(name, value.str());
  }
}

}  // namespace

HyperParameters hyper_parameters(const Value& model) {
  HyperParameters all;
  add(model, "", all);
  return all;
}

}  // namespace qualia_snn::command
