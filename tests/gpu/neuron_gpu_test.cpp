// The neurons' CUDA kernels on a GPU, against tensor operations there and against the CPU's engine. Exit code 77 where
// there is no GPU. Without Catch2, so that scripts/bench/gpu.sh needs nothing but LibTorch.
#include <ATen/ATen.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <iostream>
#include <string>
#include <vector>

#include "qualia_snn/core/device.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/neuron/atif.h"
#include "qualia_snn/neuron/cuba_lif.h"
#include "qualia_snn/neuron/cuda_library.h"
#include "qualia_snn/neuron/eif.h"
#include "qualia_snn/neuron/half_threshold_if.h"
#include "qualia_snn/neuron/if.h"
#include "qualia_snn/neuron/ifsrl.h"
#include "qualia_snn/neuron/ilif.h"
#include "qualia_snn/neuron/izhikevich.h"
#include "qualia_snn/neuron/klif.h"
#include "qualia_snn/neuron/liaf.h"
#include "qualia_snn/neuron/lif.h"
#include "qualia_snn/neuron/parametric_lif.h"
#include "qualia_snn/neuron/qif.h"
#include "tests/neuron/reference.h"

namespace qualia_snn::neuron {
namespace {

int checks = 0, failures = 0;

void check(bool good, const std::string& what) {
  ++checks;
  failures += good ? 0 : 1;
  if (!good) std::cout << "FAIL " << what << std::endl;
}

void check_close(const at::Tensor& a, const at::Tensor& b, double bar, const std::string& what) {
  const auto found = deviation(a.to(at::kCPU, at::kDouble), b.to(at::kCPU, at::kDouble));
  check(found <= bar, concat(what, " deviates by ", found, ", bar ", bar));
}

struct Run {
  at::Tensor output, v_seq, v, gx;
  std::vector<at::Tensor> glearned;
  SpikeCounts counts;
};

/// Forward and backward of one call on the device of `given`.
template <class N>
Run run(const N& neuron, const SurrogatePtr& surrogate, const at::Tensor& given, std::int64_t T) {
  NeuronOptions<N> options(neuron);
  options.store_v_seq = true;
  at::manual_seed(5);  // ATIF draws its threshold
  NeuronLayer<N> layer(options, surrogate);
  layer.to(given.device());
  layer.set_counting(true);
  const auto x = given.detach().requires_grad_();
  Run r;
  r.output = layer.forward({x, T}).x;
  r.v_seq = layer.v_seq();
  r.v = layer.v();
  const auto weight = at::linspace(-1, 1, r.output.numel(), at::TensorOptions(at::kFloat).device(x.device()));
  const auto loss = (r.output * weight.view_as(r.output)).sum() + r.v.to(at::kFloat).sum() * 0.5;
  loss.backward();
  r.gx = x.grad();
  for (const auto& parameter : layer.parameters()) r.glearned.push_back(parameter.grad());
  r.counts = layer.counts().value();
  return r;
}

/// Kernels beside tensor operations on the GPU; two runs give equal bits.
template <class N>
void check_neuron(const N& neuron, const SurrogatePtr& surrogate, const at::Tensor& x, std::int64_t T,
                  double bar = 2e-6) {
  const auto name = concat(N::kKind, ", T = ", T, ", ", x.scalar_type(), ": ");
  // Else tensor operations would be compared with themselves.
  check(find_cuda_kernels(engine_neuron(neuron, *surrogate->known())) != nullptr, name + "no CUDA kernels");
  const auto kernels = run(neuron, surrogate, x, T), again = run(neuron, surrogate, x, T);
  const auto tensors = run(neuron, std::make_shared<Unknown>(surrogate), x, T);
  check_close(kernels.output, tensors.output, N::kHasOutput ? 1e-5 : 0, name + "output");
  check_close(kernels.v_seq, tensors.v_seq, 1e-5, name + "v_seq");
  check_close(kernels.gx, tensors.gx, bar, name + "gx");
  check(at::equal(kernels.output, again.output) && at::equal(kernels.gx, again.gx), name + "two runs differ");
  check(kernels.counts.spikes == tensors.counts.spikes && kernels.counts.silent == tensors.counts.silent &&
            kernels.counts.always_on == tensors.counts.always_on &&
            kernels.counts.binary_input == tensors.counts.binary_input,
        name + "counts differ");
  for (std::size_t p = 0; p < kernels.glearned.size(); ++p) {
    check_close(kernels.glearned[p], tensors.glearned[p], 1e-4, name + "learned number");
    check(at::equal(kernels.glearned[p], again.glearned[p]), name + "learned number, two runs differ");
  }
}

/// The options that most neurons share.
template <class N>
std::vector<N> variants(N neuron) {
  std::vector<N> all;
  for (const config::RealOrFalse v_reset : {config::RealOrFalse(0.), config::RealOrFalse(.1), config::RealOrFalse()}) {
    for (const bool detach : {false, true}) {
      neuron.v_reset = v_reset;
      neuron.detach_reset = detach;
      all.push_back(neuron);
    }
  }
  return all;
}

void check_neurons() {
  const auto atan = make_surrogate(ATan{}), sigmoid = make_surrogate(Sigmoid{}),
             triangle = make_surrogate(PiecewiseQuadratic{});
  const auto check_variants = [&](const auto& neuron, const at::Tensor& x, std::int64_t T, double bar = 2e-6) {
    for (const auto& variant : variants(neuron)) {
      for (const auto& surrogate : {atan, sigmoid, triangle}) check_neuron(variant, surrogate, x, T, bar);
    }
  };
  LIF slow;
  slow.tau = 2.7, slow.decay_input = false;
  KLIF scaled;
  scaled.scale_reset = true;
  Izhikevich adapting;
  adapting.a = 0.3, adapting.b = 0.2, adapting.w_rest = 0.1, adapting.tau_w = 3;
  for (const std::int64_t T : {1, 4, 7, 16, 100}) {
    const auto x = currents({T * 3, 4001}).to(at::kCUDA);
    check_variants(IF{}, x, T);
    check_variants(LIF{}, x, T);
    check_variants(slow, x, T);
    check_variants(ParametricLIF{}, x, T, 1e-5);
    check_variants(KLIF{}, x, T, 1e-5);
    check_variants(scaled, x, T, 1e-5);
    check_variants(CUBALIF{}, x, T);
    if (T <= 16) check_variants(QIF{}, x, T, 1e-5);
    if (T <= 16) check_variants(adapting, x, T, 1e-5);
    check_neuron(ILIF{}, make_surrogate(MultiLevelSpikeCount{}), x * 3, T);
    check_neuron(ATIF{}, make_surrogate(Sigmoid{1}), x, T, 1e-5);
    check_neuron(IFSRL{}, make_surrogate(Sigmoid{1}), x, T, 1e-5);
    check_neuron(HalfThresholdIF{}, atan, x, T);
    check_neuron(LIAF{}, atan, x, T, 1e-5);
    std::cout << "T = " << T << ": " << checks << " checks, " << failures << " failed" << std::endl;
  }
  LIF lif;
  const auto x = currents({6 * 3, 4001}).to(at::kCUDA);
  const auto check_surrogates = [&]<class... S>(SurrogateList<S...>) {
    (check_neuron(lif, make_surrogate(S{}), x, 6, 1e-5), ...);
  };
  check_surrogates(StepSurrogates{});
}

/// Kernels of GPU and CPU give the same where the GPU divides exactly: all operations are rounded alike.
void check_with_cpu() {
  for (const std::int64_t T : {4, 16, 37}) {
    const auto x = currents({T * 2, 6, 9, 11});
    const auto atan = make_surrogate(ATan{});
    const auto gpu = run(LIF{}, atan, x.to(at::kCUDA), T), cpu = run(LIF{}, atan, x, T);
    check_close(gpu.output, cpu.output, 0, "LIF on GPU and CPU: spikes");
    check_close(gpu.v_seq, cpu.v_seq, 0, "LIF on GPU and CPU: potentials");
    check_close(gpu.gx, cpu.gx, 2e-6, "LIF on GPU and CPU: gradients");
    const auto last = x.contiguous(at::MemoryFormat::ChannelsLast).to(at::kCUDA);
    check_close(run(LIF{}, atan, last, T).output, cpu.output, 0, "LIF, channels last: spikes");
  }
  EIF eif;
  const auto x = currents({8 * 3, 4001});
  const auto atan = make_surrogate(ATan{});
  check_close(run(eif, atan, x.to(at::kCUDA), 8).output, run(eif, atan, x, 8).output, 0, "EIF on GPU and CPU: spikes");
}

struct Fused {
  MultiStepOutput result;
  std::vector<at::Tensor> gradients;
};

/// A call with all that is given.
Fused fused(const EngineNeuron& neuron, const MultiStepInput& given, at::Device device) {
  auto input = given;
  std::vector<at::Tensor> leaves;
  const auto leaf = [&](at::Tensor& tensor) {
    if (!tensor.defined()) return;
    tensor = tensor.to(device).detach().requires_grad_();
    leaves.push_back(tensor);
  };
  leaf(input.x), leaf(input.scale), leaf(input.shift);
  for (auto& state : input.state) leaf(state);
  for (auto& number : input.learned) leaf(number);
  Fused f{multi_step(neuron, input), {}};
  const auto& y = f.result.output;
  ((y * at::linspace(-1, 1, y.numel(), y.options()).view_as(y)).sum() + f.result.state[0].sum() * 0.3).backward();
  for (const auto& tensor : leaves) f.gradients.push_back(tensor.grad());
  return f;
}

/// GPU and CPU: a neuron, one with a learned number, and one with graded spikes.
void check_with_source_and_sink(const std::string& what, const MultiStepInput& input) {
  const auto compare = [&](const EngineNeuron& neuron, const MultiStepInput& given) {
    const auto gpu = fused(neuron, given, at::kCUDA), cpu = fused(neuron, given, at::kCPU);
    const auto name = concat(neuron.kind, ", ", what);
    check_close(gpu.result.output, cpu.result.output, 0, name + "output");
    check_close(gpu.result.state[0], cpu.result.state[0], 0, name + "state");
    for (std::size_t i = 0; i < gpu.gradients.size(); ++i) {
      check_close(gpu.gradients[i], cpu.gradients[i], 1e-5, concat(name, "gradient ", i));
    }
  };
  LIF soft;
  soft.v_reset = {};
  compare(engine_neuron(soft, any_surrogate(ATan{})), input);
  compare(engine_neuron(soft, any_surrogate(Rect{})), input);
  compare(engine_neuron(soft, any_surrogate(MultiLevelSpikeCount{})), input);
  auto learned = input;
  learned.learned = {at::full({}, -0.3)};
  compare(engine_neuron(ParametricLIF{}, any_surrogate(ATan{})), learned);
}

void check_fused() {
  for (const bool channels_last : {false, true}) {
    for (const auto window : {Window{}, Window{2, 2}}) {
      MultiStepInput input;
      input.T = 11;
      input.x = currents({11 * 4, 5, 13, 18});
      if (channels_last) input.x = input.x.contiguous(at::MemoryFormat::ChannelsLast);
      input.scale = at::rand({5}) + 0.5;
      input.shift = at::rand({5}) * 0.2;
      input.state = {at::rand({4, 5, 13, 18})};
      input.window = window;
      const auto name = concat("channels_last ", channels_last, ", pool ", window.height, ": ");
      check_with_source_and_sink(name, input);
    }
  }
  MultiStepInput signal;
  signal.T = 9;
  signal.x = currents({9 * 4, 5, 37});
  signal.scale = at::rand({5}) + 0.5;
  signal.shift = at::rand({5}) * 0.2;
  signal.window = {1, 2};
  check_with_source_and_sink("signals, pool 1: ", signal);
}

void check_half() {
  for (const auto type : {at::kHalf, at::kBFloat16}) {
    const auto x = currents({10 * 3, 4001}).to(at::kCUDA, type);
    const auto atan = make_surrogate(ATan{});
    const auto narrow = run(LIF{}, atan, x, 10), wide = run(LIF{}, atan, x.to(at::kFloat), 10);
    check(narrow.output.scalar_type() == type, "the output keeps the input's type");
    check_close(narrow.output, wide.output, 0, concat(type, ": spikes"));
    check_close(narrow.v_seq, wide.v_seq, 0, concat(type, ": potentials"));
    check_close(narrow.gx, wide.gx, 1e-2, concat(type, ": gradients"));
  }
}

/// Kernels run on the stream that the caller has chosen, after what he has sent there.
void check_stream() {
  const c10::impl::VirtualGuardImpl device(c10::kCUDA);
  const auto x = currents({8 * 64, 100000}).to(at::kCUDA);
  NeuronLayer<LIF> layer(LIF{}, make_surrogate(ATan{}));
  const auto expected = layer.forward({x * 0.5, 8, false, true}).x;
  device.synchronizeDevice(0);
  const c10::StreamGuard guard(device.getStreamFromGlobalPool(x.device()));
  const auto y = layer.forward({x * 0.5, 8, false, true}).x;
  check(at::equal(y, expected), "on another stream the result differs");
}

void check_stepping() {
  const auto x = currents({12 * 3, 4001}).to(at::kCUDA);
  NeuronLayer<LIF> once(LIF{}, make_surrogate(ATan{})), stepped(LIF{}, make_surrogate(ATan{}));
  const auto all = once.forward({x, 12}).x;
  std::vector<at::Tensor> spikes;
  for (const auto& step : x.chunk(12, 0)) spikes.push_back(stepped.forward({step, 1}).x);
  check(at::equal(at::cat(spikes), all), "stepping with T = 1 gives other spikes");
  check(at::equal(stepped.v(), once.v()), "stepping with T = 1 gives another potential");
  NeuronLayer<LIF> empty(LIF{}, make_surrogate(ATan{}));
  check(empty.forward({at::empty({0, 7}, x.options()), 4}).x.numel() == 0, "an empty layer");
}

}  // namespace
}  // namespace qualia_snn::neuron

/// --quick: without the long list of neurons, for tools that slow a GPU down.
int main(int argc, char** argv) {
  using namespace qualia_snn;
  const bool quick = argc > 1 && std::string(argv[1]) == "--quick";
  if (gpu_count() == 0) {
    std::cout << "skipped: this machine has no GPU" << std::endl;
    return 77;
  }
  std::cout << device_text(choose_device({"gpu", {}, {}})) << std::endl;
  at::manual_seed(1);
  neuron::check(neuron::find_cuda_kernels(neuron::engine_neuron(neuron::LIF{}, any_surrogate(neuron::ATan{}))),
                "this build has no CUDA kernels");
  neuron::check_stepping();
  neuron::check_stream();
  neuron::check_with_cpu();
  neuron::check_fused();
  neuron::check_half();
  if (!quick) neuron::check_neurons();
  std::cout << neuron::checks << " checks, " << neuron::failures << " failed" << std::endl;
  return neuron::failures > 0 ? 1 : 0;
}
