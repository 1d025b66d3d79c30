#include "qualia_snn/layer/state_dict.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <map>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/spelling.h"

namespace qualia_snn::layer {
namespace {

void collect(const torch::nn::Module& module, const std::string& prefix, io::StateDict& state) {
  for (const auto& item : module.named_parameters(/*recurse=*/false)) {
    state.emplace_back(prefix + item.key(), item.value().detach());
  }
  for (const auto& item : module.named_buffers(/*recurse=*/false)) {
    state.emplace_back(prefix + item.key(), item.value().detach());
  }
  for (const auto& child : module.named_children()) collect(*child.value(), prefix + child.key() + ".", state);
}

}  // namespace

io::StateDict state_dict(const torch::nn::Module& module) {
  io::StateDict state;
  collect(module, "", state);
  return state;
}

void load_state_dict(torch::nn::Module& module, const io::StateDict& state, const std::string& source) {
  std::map<std::string, at::Tensor> given(state.begin(), state.end());
  const auto own = state_dict(module);
  std::vector<std::string> missing, unexpected;
  for (const auto& [name, tensor] : own) {
    if (!given.contains(name)) missing.push_back(name);
  }
  std::map<std::string, at::Tensor> targets(own.begin(), own.end());
  for (const auto& [name, tensor] : given) {
    if (!targets.contains(name)) unexpected.push_back(name);
  }
  QUALIA_SNN_CHECK(missing.empty() && unexpected.empty(), DataError, source, ": does not belong to this model",
                   missing.empty() ? "" : "; missing: " + join(missing),
                   unexpected.empty() ? "" : "; unexpected: " + join(unexpected));
  for (const auto& [name, tensor] : targets) {
    QUALIA_SNN_CHECK(given.at(name).sizes() == tensor.sizes(), ShapeError, source, ": ", name, " has size ",
                     given.at(name).sizes(), "; the model's has ", tensor.sizes());
  }
  // All checks first: a wrong file must not leave half a model behind.
  const at::NoGradGuard no_grad;
  for (auto& [name, tensor] : targets) tensor.copy_(given.at(name));
}

State save_state(const torch::nn::Module& module) {
  State state;
  for (const auto& [name, tensor] : state_dict(module)) state.set(name, tensor);
  return state;
}

void load_state(torch::nn::Module& module, const State& state, const std::string& source) {
  load_state_dict(module, {state.tensors().begin(), state.tensors().end()}, source);
}

}  // namespace qualia_snn::layer
