// What a GPU's threads do, run by the CPU thread after thread: the kernels without the launch.

#include <type_traits>

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
#include "qualia_snn/neuron/neuron_thread.h"
#include "qualia_snn/neuron/parametric_lif.h"
#include "qualia_snn/neuron/qif.h"
#include "tests/neuron/reference.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using namespace qualia_snn::neuron;

namespace {

/// One layer: all that a call may ask for.
struct Layer {
  at::Tensor x;  ///< [T*N, ...]
  std::int64_t T = 1;
  std::vector<double> learned = {};
  AnySurrogate surrogate = any_surrogate(ATan{});
  std::vector<at::Tensor> state = {};
  at::Tensor scale = {}, shift = {};
  Window window = {};
  bool repeated = false;
  at::Tensor mask = {};
};

struct Results {
  at::Tensor output, v_seq, counts;
  std::vector<at::Tensor> state;
  at::Tensor gx;
  std::vector<at::Tensor> gradients;  ///< of states, learned numbers, scale and shift
};

/// Results of one call and of a loss over all of them.
Results run(const EngineNeuron& neuron, const Layer& layer) {
  MultiStepInput input;
  input.x = layer.x.detach().requires_grad_();
  input.T = layer.T;
  for (const double number : layer.learned) input.learned.push_back(at::full({}, number).requires_grad_());
  for (const auto& state : layer.state) input.state.push_back(state.detach().requires_grad_());
  if (layer.scale.defined()) {
    input.scale = layer.scale.detach().requires_grad_();
    input.shift = layer.shift.detach().requires_grad_();
  }
  input.window = layer.window;
  input.repeated = layer.repeated;
  input.mask = layer.mask;
  input.wants_v_seq = input.wants_counts = true;
  const auto results = multi_step(neuron, input);
  const auto weight = at::linspace(-1, 1, results.output.numel(), results.output.options());
  auto loss = (results.output * weight.view_as(results.output)).sum() + (results.v_seq * 0.1).sum();
  for (const auto& state : results.state) loss = loss + (state * 0.5).sum();
  loss.backward();
  Results r{results.output.detach(), results.v_seq.detach(), results.counts, {}, input.x.grad(), {}};
  for (const auto& state : results.state) r.state.push_back(state.detach());
  for (const auto& state : input.state) r.gradients.push_back(state.grad());
  for (const auto& number : input.learned) r.gradients.push_back(number.grad());
  if (layer.scale.defined()) r.gradients.insert(r.gradients.end(), {input.scale.grad(), input.shift.grad()});
  return r;
}

/// Calls f(thread) for every thread that runs a layer, with the threads' size as a constant.
template <class F>
void for_each_thread(const CudaLayer& layer, const F& f) {
  const auto threads = cuda_threads(layer.places, layer.window);
  for (std::int64_t i = 0; i < threads; ++i) {
    if (!layer.window.pools()) f(i, std::integral_constant<int, 1>());
    if (layer.window.places() == 2) f(i, std::integral_constant<int, 2>());
    if (layer.window.places() == 4) f(i, std::integral_constant<int, 4>());
  }
}

/// What neuron_cuda.cuh launches, run by the CPU.
template <class N, class Surrogate>
struct Threads {
  using Fire = std::conditional_t<Surrogate::kGraded, AnyGraded, AnyStep>;

  static const char* forward(const void* neuron, const CudaLayer& layer, const CudaForward& results, void*) {
    for_each_thread(layer, [&](std::int64_t i, auto size) {
      NeuronThread<N, Fire, size>(*static_cast<const N*>(neuron), layer, i).forward(results);
    });
    return nullptr;
  }

  static const char* backward(const void* neuron, const CudaLayer& layer, const CudaBackward& results, void*) {
    const auto warps = (cuda_threads(layer.places, layer.window) + kWarp - 1) / kWarp;
    for_each_thread(layer, [&](std::int64_t i, auto size) {
      Lane<float> sums[kLearnedCount<N> + 1];
      NeuronThread<N, Surrogate, size>(*static_cast<const N*>(neuron), layer, i).backward(results, sums);
      for (int p = 0; p < kLearnedCount<N>; ++p) results.glearned[p * warps + i / kWarp] += sums[p].v;
    });
    return nullptr;
  }

  static constexpr CudaNeuronKernels kKernels{N::kKind, sizeof(N), forward, backward};
};

template <class Surrogate = AnyStep, class N>
EngineNeuron with_threads(const N& neuron, const AnySurrogate& surrogate) {
  auto engine = engine_neuron(neuron, surrogate);
  engine.threads = &Threads<N, Surrogate>::kKernels;
  return engine;
}

/// Compares threads with the CPU's engine. The same operations: values are bit-equal.
template <class Surrogate = AnyStep, class N>
void check(const N& neuron, const Layer& layer, double bar = 1e-6) {
  CAPTURE(N::kKind, layer.T, c10::str(layer.x.sizes()), layer.window.height, layer.window.width,
          c10::str(layer.x.scalar_type()));
  const auto expected = run(engine_neuron(neuron, layer.surrogate), layer);
  const auto r = run(with_threads<Surrogate>(neuron, layer.surrogate), layer);
  CHECK(at::equal(r.output, expected.output));
  CHECK(at::equal(r.v_seq, expected.v_seq));
  CHECK(at::equal(r.counts, expected.counts));
  CHECK(deviation(r.gx.to(at::kFloat), expected.gx.to(at::kFloat)) <= bar);
  for (std::size_t s = 0; s < r.state.size(); ++s) CHECK(at::equal(r.state[s], expected.state[s]));
  REQUIRE(r.gradients.size() == expected.gradients.size());
  for (std::size_t i = 0; i < r.gradients.size(); ++i) {
    CHECK(deviation(r.gradients[i], expected.gradients[i]) <= std::max(bar, 1e-5));
  }
}

}  // namespace

TEST_CASE("threads of a GPU give the values of the CPU's engine, whatever the number of steps", "[cuda]") {
  for (const std::int64_t T : {1, 3, 4, 8, 9, 16, 23, 100}) {
    const Layer layer{currents({T * 3, 7}), T};
    check<Fixed<ATan>>(LIF{}, layer);
    check(LIF{}, layer);
    check(CUBALIF{}, layer);
    check(Izhikevich{}, layer);
    check(ParametricLIF{}, {layer.x, T, {-0.4}});
    check(KLIF{}, {layer.x, T, {1.2}});
    check(EIF{}, layer, 1e-5);
    check(ATIF{}, {layer.x, T, {0.9}});
  }
}

TEST_CASE("threads of a GPU go on from given states", "[cuda]") {
  const auto x = currents({12 * 3, 7});
  check(LIF{}, {x, 12, {}, any_surrogate(Sigmoid{}), {at::rand({3, 7})}});
  check<Fixed<Sigmoid>>(Izhikevich{}, {x, 12, {}, any_surrogate(Sigmoid{}), {at::rand({3, 7}), at::rand({3, 7})}});
}

TEST_CASE("threads of a GPU scale, shift and pool as the CPU's engine does", "[cuda]") {
  LIF lif;
  lif.v_reset = {};
  for (const auto& sizes : {std::vector<std::int64_t>{5 * 2, 3, 6, 8}, {5 * 2, 3, 5, 7}, {5 * 2, 3, 1, 1}}) {
    for (const bool channels_last : {false, true}) {
      auto x = currents(sizes);
      if (channels_last) x = x.contiguous(at::MemoryFormat::ChannelsLast);
      for (const auto window : {Window{}, Window{2, 2}, Window{1, 2}}) {
        Layer layer{x, 5};
        layer.window = window;
        check(lif, layer);
        layer.scale = at::rand({3}) + 0.5;
        layer.shift = at::rand({3}) * 0.2;
        check(lif, layer);
        layer.learned = {-0.3};
        layer.mask = at::rand({2, 3, x.size(2), x.size(3)}).gt(0.4).to(at::kFloat) * 2;
        check(ParametricLIF{}, layer);
        layer.scale = at::rand({5, 3}) + 0.5;
        layer.shift = at::rand({5, 3}) * 0.2;
        check(ParametricLIF{}, layer);
      }
    }
  }
  Layer signal{currents({9 * 2, 4, 11}), 9};
  signal.window = {1, 2};
  check(lif, signal);
  signal.window = {1, 4};
  check(lif, signal);
}

TEST_CASE("threads of a GPU read a repeated input once", "[cuda]") {
  for (const auto window : {Window{}, Window{2, 2}}) {
    Layer layer{currents({3, 4, 6, 7}), 11};
    layer.repeated = true;
    layer.window = window;
    check(LIF{}, layer);
    layer.scale = at::rand({4}) + 0.5;
    layer.shift = at::rand({4}) * 0.2;
    layer.mask = at::rand({3, 4, 6, 7}).gt(0.4).to(at::kFloat) * 2;
    check(CUBALIF{}, layer);
  }
}

TEST_CASE("threads of a GPU read and write half precision", "[cuda]") {
  const auto x = currents({10 * 3, 33});
  Layer layer{x.to(at::kBFloat16), 10};
  check(LIF{}, layer, 1e-2);
  // The CPU's engine has no float16: spikes and potentials are those of the rounded input.
  const auto half = x.to(at::kHalf);
  const auto narrow = run(with_threads(LIF{}, layer.surrogate), {half, 10});
  const auto wide = run(engine_neuron(LIF{}, layer.surrogate), {half.to(at::kFloat), 10});
  CHECK(narrow.output.scalar_type() == at::kHalf);
  CHECK(at::equal(narrow.output.to(at::kFloat), wide.output));
  CHECK(at::equal(narrow.v_seq, wide.v_seq));
  CHECK(deviation(narrow.gx.to(at::kFloat), wide.gx) <= 2e-3);
}

TEST_CASE("threads of a GPU fire whole numbers of spikes", "[cuda]") {
  const Layer layer{currents({12 * 3, 7}) * 3, 12, {}, any_surrogate(MultiLevelSpikeCount{})};
  check<AnyGraded>(ILIF{}, layer);
  check<AnyGraded>(LIF{}, layer);
}

TEST_CASE("threads of a GPU take every surrogate", "[cuda]") {
  const auto x = currents({11 * 3, 7});
  const auto check_surrogates = [&]<class... S>(SurrogateList<S...>) {
    (check(LIF{}, {x, 11, {}, any_surrogate(S{})}, 1e-6), ...);
  };
  check_surrogates(StepSurrogates{});
}

TEST_CASE("threads of a GPU run empty layers, analog outputs and calls without a gradient", "[cuda]") {
  check(LIF{}, {at::empty({0, 3}), 4});
  check(LIF{}, {at::empty({8, 0}), 4});
  check(LIAF{}, {currents({10 * 3, 5}), 10});
  const at::NoGradGuard no_grad;
  MultiStepInput input;
  input.x = currents({20, 5});
  input.T = 10;
  const auto atan = any_surrogate(ATan{});
  CHECK(at::equal(multi_step(with_threads(LIF{}, atan), input).output,
                  multi_step(engine_neuron(LIF{}, atan), input).output));
}

TEST_CASE("the kernels for GPUs are beside the library, of every neuron that has kernels", "[cuda]") {
  CHECK(cuda_library_path("/some/lib/libmine.so.0.1.0") == "/some/lib/libmine_cuda.so");
  CHECK(cuda_library_path("/some/bin/program") == "/some/bin/program_cuda.so");
#ifdef QUALIA_SNN_CUDA_KERNELS
  const auto atan = any_surrogate(ATan{});
  const auto has_kernels = [&](const auto&... neuron) {
    return (find_cuda_kernels(engine_neuron(neuron, atan)) && ...);
  };
  CHECK(has_kernels(ATIF{}, CUBALIF{}, EIF{}, HalfThresholdIF{}, IF{}, IFSRL{}, ILIF{}));
  CHECK(has_kernels(Izhikevich{}, KLIF{}, LIAF{}, LIF{}, ParametricLIF{}, QIF{}));
  auto other = engine_neuron(LIF{}, atan);
  other.bytes += 8;  // a struct of another build
  CHECK(find_cuda_kernels(other) == nullptr);
#else
  WARN("this build has no CUDA kernels");
#endif
}
