// torch.ops.qualia_snn: our neurons in Python models.
//
//     torch.ops.load_library('lib/libqualia_snn_torch_ops.so')
//     spikes, state = torch.ops.qualia_snn.multi_step(x_seq, 'LIFNode', '{tau = 2.0, surrogate = "ATan"}')
#include <ATen/ATen.h>
#include <torch/library.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "qualia_snn/config/literal.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/neuron/neuron_layer.h"
#include "qualia_snn/neuron/register_neurons.h"

namespace {

using namespace qualia_snn;
using Layer = std::shared_ptr<const neuron::NeuronLayerBase>;
constexpr std::size_t kMostLayers = 1000;

Layer make_layer(const std::string& kind, const std::string& params) {
  static const config::Registries registries = [] {
    config::Registries all;
    neuron::register_neurons(all);
    return all;
  }();
  // Some neurons draw their learned numbers, which the caller has: his random numbers must not move.
  auto generator = at::detail::getDefaultCPUGenerator();
  const auto state = generator.get_state();
  const auto made = registries.neurons.make(config::kind(kind, params), {registries});
  generator.set_state(state);
  auto layer = std::dynamic_pointer_cast<const neuron::NeuronLayerBase>(made);
  QUALIA_SNN_CHECK(layer != nullptr, ConfigError, kind, ": not one of the neurons with kernels");
  return layer;
}

/// Python names the neuron with every call: what was read from its params is kept.
Layer layer_of(const std::string& kind, const std::string& params) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, std::string>, Layer> layers;
  const std::lock_guard lock(mutex);
  const std::pair key(kind, params);
  if (const auto known = layers.find(key); known != layers.end()) return known->second;
  if (layers.size() >= kMostLayers) layers.clear();
  return layers.emplace(key, make_layer(kind, params)).first->second;
}

/// Runs T steps of a layer of neurons.
///
/// @param x_seq    [T, N, ...]
/// @param learned  the neuron's learned numbers, in the order of its parameters
/// @param state    [N, ...] each, before the first step; none: the neuron's own
/// @return  outputs [T, N, ...]; states [N, ...] after the last step
std::tuple<at::Tensor, std::vector<at::Tensor>> multi_step(const at::Tensor& x_seq, const std::string& kind,
                                                           const std::string& params,
                                                           const std::optional<std::vector<at::Tensor>>& learned,
                                                           const std::optional<std::vector<at::Tensor>>& state) {
  QUALIA_SNN_CHECK(!x_seq.unsafeGetTensorImpl()->is_python_dispatch() && x_seq.has_storage(), ShapeError,
                   "multi_step wants tensors with memory; keep torch.compile away from it by torch.compiler.disable");
  QUALIA_SNN_CHECK(x_seq.dim() >= 2, ShapeError, "x_seq has size ", x_seq.sizes(), "; expected [T, N, ...]");
  const auto layer = layer_of(kind, params);
  neuron::MultiStepInput input;
  input.T = x_seq.size(0);
  input.x = x_seq.flatten(0, 1);
  if (learned) input.learned = *learned;
  if (state) input.state = *state;
  auto output = layer->run(input);
  return {output.output.view(x_seq.sizes()), std::move(output.state)};
}

}  // namespace

TORCH_LIBRARY(qualia_snn, library) {
  library.def(
      "multi_step(Tensor x_seq, str kind, str params='{}', Tensor[]? learned=None, Tensor[]? state=None) -> "
      "(Tensor, Tensor[])",
      multi_step);
}
