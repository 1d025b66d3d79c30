#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "qualia_snn/core/error.h"
#include "qualia_snn/neuron/multi_step_call.h"

namespace qualia_snn::neuron {
namespace {

/// Sequences of so many steps, and layers of so few neurons, whose threads would wait for memory at every step.
constexpr std::int64_t kLongSequence = 32, kFewNeurons = 65536;

CudaLayer cuda_layer(const MultiStepCall& call, at::TensorList inputs, BoundTensors& bound) {
  CudaLayer layer;
  static_cast<LayerTensors&>(layer) = bound.layer;
  layer.surrogate = call.neuron.surrogate;
  for (std::size_t p = 0; p < call.learned; ++p) {
    const auto& number = inputs[call.learned_place() + p];
    layer.learned[p] = static_cast<const float*>(bound.keep(number.to(inputs[0].device(), at::kFloat).contiguous()));
  }
  layer.reads_ahead = !layer.repeated && layer.T >= kLongSequence && layer.places.size() < kFewNeurons;
  return layer;
}

float* memory(const at::Tensor& tensor) { return tensor.defined() ? tensor.mutable_data_ptr<float>() : nullptr; }
const float* const_memory(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.const_data_ptr<float>() : nullptr;
}

/// Launches on the current stream of x's device. Tests run threads on the CPU, which has none.
template <class Results>
void launch(const MultiStepCall& call, const at::Tensor& x, CudaLaunchFunction<Results> CudaNeuronKernels::*direction,
            const CudaLayer& layer, const Results& results) {
  const c10::DeviceGuard guard(x.device());
  void* stream = nullptr;
  if (x.is_cuda()) {
    const c10::impl::VirtualGuardImpl device(c10::kCUDA);
    stream = device.getStreamNativeHandle(device.getStream(x.device()));
  }
  const char* const wrong = (call.neuron.threads->*direction)(call.neuron.neuron.get(), layer, results, stream);
  QUALIA_SNN_CHECK(wrong == nullptr, DeviceError, call.neuron.kind, " on ", x.device(), ": ", wrong,
                   " (kernels are built for the GPUs in QUALIA_SNN_CUDA_ARCHITECTURES)");
}

/// Adds per-neuron sums [groups, neurons] up over the neurons of each channel, in double and in an order that is always
/// the same.
at::Tensor sum_per_channel(const at::Tensor& sums, const LayerTensors& layer) {
  const auto& places = layer.places;
  const auto groups = layer.groups, channels = layer.channels;
  if (sums.numel() == 0) return at::zeros({groups, channels}, sums.options().dtype(at::kDouble));
  if (places.inner == 1) {
    const auto by_channel = sums.view({groups, places.outer / channels, channels, places.height * places.width});
    return by_channel.sum(at::IntArrayRef({1, 3}), /*keepdim=*/false, at::kDouble);
  }
  return sums.view({groups, places.outer * places.height * places.width, channels})
      .sum(at::IntArrayRef({1}), /*keepdim=*/false, at::kDouble);
}

}  // namespace

void forward_on_cuda(const MultiStepCall& call, at::TensorList inputs, ForwardTensors& tensors) {
  const auto& x = inputs[0];
  BoundTensors bound(call, inputs);
  const auto layer = cuda_layer(call, inputs, bound);
  const auto neurons = layer.places.size();
  CudaForward results;
  results.output = tensors.output.mutable_data_ptr();
  for (std::size_t k = 0; k < tensors.final_state.size(); ++k) results.final_state[k] = memory(tensors.final_state[k]);
  results.v_seq = memory(tensors.v_seq);
  if (const auto times = checkpoint_count(call.T, call.window.pools()); call.wants_gradient && times > 0) {
    tensors.checkpoints = at::empty({times, call.neuron.states, neurons}, x.options().dtype(at::kFloat));
    results.checkpoints = memory(tensors.checkpoints);
  }
  at::Tensor spikes, other_input;
  if (call.wants_counts) {
    spikes = at::zeros({neurons}, x.options().dtype(at::kInt));
    other_input = at::zeros({neurons}, x.options().dtype(at::kBool));
    results.spikes = spikes.mutable_data_ptr<std::int32_t>();
    results.other_input = other_input.mutable_data_ptr<bool>();
  }
  if (x.numel() > 0) launch(call, x, &CudaNeuronKernels::forward, layer, results);
  if (call.wants_counts) tensors.counts = count_spikes(spikes, call.T, other_input.any().logical_not());
}

void backward_on_cuda(const MultiStepCall& call, at::TensorList inputs, BackwardTensors& tensors) {
  const auto& x = inputs[0];
  BoundTensors bound(call, inputs);
  const auto layer = cuda_layer(call, inputs, bound);
  const auto floats = x.options().dtype(at::kFloat);
  CudaBackward results;
  if (tensors.goutput.defined()) results.goutput = tensors.goutput.const_data_ptr();
  for (std::size_t k = 0; k < tensors.gfinal_state.size(); ++k) {
    results.gfinal_state[k] = const_memory(tensors.gfinal_state[k]);
  }
  results.gv_seq = const_memory(tensors.gv_seq);
  results.checkpoints = const_memory(tensors.checkpoints);
  results.gx = tensors.gx.mutable_data_ptr();
  for (std::size_t k = 0; k < tensors.ginitial_state.size(); ++k) {
    results.ginitial_state[k] = memory(tensors.ginitial_state[k]);
  }
  at::Tensor gscale, gshift;  // per neuron
  const bool wants_sums = call.has_affine && !call.statistics;
  if (wants_sums) {
    gscale = at::zeros({layer.groups, layer.places.size()}, floats);
    gshift = at::zeros_like(gscale);
    results.gscale = memory(gscale);
    results.gshift = memory(gshift);
  }
  const auto warps = (cuda_threads(layer.places, layer.window) + kWarp - 1) / kWarp;
  const auto glearned = at::zeros({static_cast<std::int64_t>(call.learned), warps}, floats);
  results.glearned = memory(glearned);
  if (x.numel() > 0) launch(call, x, &CudaNeuronKernels::backward, layer, results);

  for (std::size_t p = 0; p < call.learned; ++p) {
    const auto& parameter = inputs[call.learned_place() + p];
    const auto sum = glearned.select(0, static_cast<std::int64_t>(p)).sum(at::kDouble);
    tensors.glearned.push_back(sum.to(parameter.options()).expand_as(parameter).contiguous());
  }
  if (wants_sums) {
    tensors.gscale = sum_per_channel(gscale, layer);
    tensors.gshift = sum_per_channel(gshift, layer);
  }
}

}  // namespace qualia_snn::neuron
