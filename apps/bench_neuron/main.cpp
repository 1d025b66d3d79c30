// Times of neurons, forward and backward together: tensor operations, code written by hand, the copy limit, the engine.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iomanip>
#include <iostream>
#include <memory>

#include "apps/bench_neuron/hand_lif.h"
#include "apps/bench_neuron/measure.h"
#include "qualia_snn/core/freed_memory.h"
#include "qualia_snn/neuron/atif.h"
#include "qualia_snn/neuron/cuba_lif.h"
#include "qualia_snn/neuron/eif.h"
#include "qualia_snn/neuron/if.h"
#include "qualia_snn/neuron/ilif.h"
#include "qualia_snn/neuron/izhikevich.h"
#include "qualia_snn/neuron/klif.h"
#include "qualia_snn/neuron/liaf.h"
#include "qualia_snn/neuron/lif.h"
#include "qualia_snn/neuron/neuron_layer.h"
#include "qualia_snn/neuron/parametric_lif.h"
#include "qualia_snn/neuron/qif.h"
#include "qualia_snn/neuron/tensor_steps.h"

namespace qualia_snn::bench {
namespace {

using namespace neuron;

struct Case {
  std::int64_t T, size;
};

/// Tensors of one case, shared by all rows.
struct Buffers {
  explicit Buffers(const Case& c)
      : x(at::rand({c.T, c.size}) * 1.6 - 0.2),
        gs(at::randn({c.T, c.size})),
        s(at::empty_like(x)),
        gx(at::empty_like(x)) {}
  at::Tensor x, gs, s, gx;
};

void copy_limit(Buffers& b) {
  const float *x = b.x.const_data_ptr<float>(), *gs = b.gs.const_data_ptr<float>();
  float *s = b.s.mutable_data_ptr<float>(), *gx = b.gx.mutable_data_ptr<float>();
  at::parallel_for(0, b.x.numel(), 16384, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = begin; i < end; ++i) s[i] = x[i] + 1;
  });
  at::parallel_for(0, b.x.numel(), 16384, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = begin; i < end; ++i) gx[i] = gs[i] + x[i];
  });
}

/// The neuron written by hand, on as many threads as LibTorch uses.
void by_hand(const Case& c, Buffers& b, std::int64_t block, HandForward forward, HandBackward backward) {
  const float *x = b.x.const_data_ptr<float>(), *gs = b.gs.const_data_ptr<float>();
  float *s = b.s.mutable_data_ptr<float>(), *gx = b.gx.mutable_data_ptr<float>();
  const auto blocks = c.size / block;
  const auto grain = std::max<std::int64_t>(1, 16384 / (block * c.T));
  at::parallel_for(0, blocks, grain, [&](std::int64_t begin, std::int64_t end) {
    forward(c.T, c.size, begin * block, end * block, block, x, s);
  });
  at::parallel_for(0, blocks, grain, [&](std::int64_t begin, std::int64_t end) {
    const std::unique_ptr<float[]> scratch(new float[static_cast<std::size_t>(c.T * block)]);
    backward(c.T, c.size, begin * block, end * block, block, x, gs, gx, scratch.get());
  });
}

/// The engine on given memory, without autograd.
void by_engine(const Case& c, Buffers& b, const EngineNeuron& engine, const std::vector<double>& learned = {}) {
  LayerRun layer;
  layer.neuron = engine.neuron.get();
  layer.surrogate = engine.surrogate;
  layer.kernels = &engine.kernels[engine.set];
  layer.common = &common_kernels(engine.set);
  layer.T = c.T;
  layer.places = {1, 1, c.size, 1};
  layer.x = b.x.const_data_ptr();
  layer.states = engine.states;
  layer.learned = static_cast<int>(learned.size());
  std::copy(learned.begin(), learned.end(), layer.learned_values);
  for (int k = 0; k < engine.states; ++k) layer.initial[k] = engine.initial[static_cast<std::size_t>(k)];
  ForwardResults forward;
  forward.output = b.s.mutable_data_ptr();
  run_forward(layer, forward);
  BackwardResults backward;
  backward.goutput = b.gs.const_data_ptr();
  backward.gx = b.gx.mutable_data_ptr();
  run_backward(layer, backward);
}

template <class N>
std::function<void()> by_layer(const N& neuron, std::shared_ptr<const Surrogate> surrogate, const Case& c, Buffers& b) {
  const auto layer = std::make_shared<NeuronLayer<N>>(neuron, surrogate);
  const auto x = b.x.view({c.T, c.size}).detach().requires_grad_();
  return [layer, x, &b, T = c.T] {
    x.mutable_grad() = at::Tensor();
    layer->reset();
    layer->forward({.x = x, .T = T, .complete = true}).x.backward(b.gs);
  };
}

/// The same layer by tensor operations, whatever the kernels know.
template <class N>
std::function<void()> by_tensors(const N& neuron, std::shared_ptr<const Surrogate> surrogate, const Case& c,
                                 Buffers& b) {
  const auto layer = std::make_shared<NeuronLayer<N>>(neuron, surrogate);
  MultiStepInput input;
  input.x = b.x.view({c.T, c.size}).detach().requires_grad_();
  input.T = c.T;
  input.learned = layer->parameters();
  return [layer, neuron, surrogate, input, &b] {
    input.x.mutable_grad() = at::Tensor();
    tensor_steps(neuron, surrogate, input).output.backward(b.gs);
  };
}

/// SpikingJelly's loop: each step is an index into the sequence, so the backward pass is quadratic in T.
std::function<void()> indexed(const Case& c, Buffers& b, std::shared_ptr<const Surrogate> surrogate) {
  const auto x = b.x.detach().requires_grad_();
  return [x, surrogate, &b, T = c.T] {
    x.mutable_grad() = at::Tensor();
    auto v = at::zeros_like(x[0]);
    std::vector<at::Tensor> spikes;
    for (std::int64_t t = 0; t < T; ++t) {
      const auto h = v + (x[t] - v) / 2.;
      spikes.push_back(spike(h - 1., surrogate));
      v = (1. - spikes.back()) * h + spikes.back() * 0.;
    }
    at::stack(spikes).backward(b.gs);
  };
}

template <class S>
std::shared_ptr<const Surrogate> known(const S& surrogate) {
  return std::make_shared<BuiltinSurrogate<S>>(surrogate);
}

/// The engine with the surrogate chosen while running, where a fixed instance exists.
EngineNeuron chosen_at_run_time(EngineNeuron engine) {
  static NeuronKernels changed;
  changed = engine.kernels[engine.set];
  changed.f32.backward_atan = changed.f32.backward;
  engine.kernels.sets[static_cast<int>(engine.set)] = &changed;
  return engine;
}

void print(const std::vector<Row>& rows, const Case& c, std::size_t reference) {
  const auto steps = static_cast<double>(c.T * c.size);
  for (const auto& row : rows) {
    std::cout << "  " << std::left << std::setw(34) << row.name << std::right << std::fixed << std::setprecision(3)
              << std::setw(10) << row.median() * 1e3 << " ms  [" << row.lowest() * 1e3 << ", " << row.highest() * 1e3
              << "]" << std::setw(9) << row.median() * 1e9 / steps << " ns per neuron and step" << std::setprecision(2)
              << std::setw(9) << row.median() / rows[reference].median() << " x engine\n";
  }
}

void lif_table(const Case& c, int rounds, double seconds) {
  Buffers b(c);
  const auto atan = engine_neuron(LIF{}, any_surrogate(ATan{}));
  const auto sigmoid = engine_neuron(LIF{}, any_surrogate(Sigmoid{}));
  const auto any = chosen_at_run_time(atan);
  std::vector<Row> rows;
  rows.push_back({"engine, ATan", [&] { by_engine(c, b, atan); }});
  rows.push_back({"engine, ATan chosen at run time", [&] { by_engine(c, b, any); }});
  rows.push_back({"engine, Sigmoid", [&] { by_engine(c, b, sigmoid); }});
  rows.push_back({"engine in autograd, ATan", by_layer(LIF{}, known(ATan{}), c, b)});
  rows.push_back({"copy limit (5 passes)", [&] { copy_limit(b); }});
  for (const std::int64_t block : {128, 256, 1024}) {
    if (c.size % block) continue;
    if (is_available(InstructionSet::avx512)) {
      rows.push_back({"by hand, AVX-512, block " + std::to_string(block),
                      [&, block] { by_hand(c, b, block, hand_forward_avx512, hand_backward_avx512); }});
    }
    if (is_available(InstructionSet::avx2)) {
      rows.push_back({"by hand, AVX2, block " + std::to_string(block),
                      [&, block] { by_hand(c, b, block, hand_forward_avx2, hand_backward_avx2); }});
    }
  }
  rows.push_back({"tensor operations, ATan", by_tensors(LIF{}, known(ATan{}), c, b)});
  rows.push_back({"tensor operations, Sigmoid", by_tensors(LIF{}, known(Sigmoid{}), c, b)});
  if (c.T <= 100) rows.push_back({"tensor operations, x[t], ATan", indexed(c, b, known(ATan{}))});
  measure(rows, rounds, seconds);
  print(rows, c, 0);
}

template <class N, class S>
void neuron_rows(const N& neuron, const S& surrogate, const Case& c, int rounds, double seconds) {
  Buffers b(c);
  const auto engine = engine_neuron(neuron, any_surrogate(surrogate));
  std::vector<double> learned;
  for (const auto& parameter : NeuronLayer<N>(neuron, known(surrogate)).parameters()) {
    learned.push_back(parameter.template item<double>());
  }
  std::vector<Row> rows;
  rows.push_back({std::string(N::kKind) + ", engine", [&] { by_engine(c, b, engine, learned); }});
  rows.push_back({std::string(N::kKind) + ", engine in autograd", by_layer(neuron, known(surrogate), c, b)});
  rows.push_back({std::string(N::kKind) + ", tensor operations", by_tensors(neuron, known(surrogate), c, b)});
  measure(rows, rounds, seconds);
  print(rows, c, 0);
}

/// What a LIF layer takes in training, beside input, spikes and their two gradients.
void memory_table(const std::vector<Case>& cases) {
  std::cout << "peak memory of a LIF layer, forward and backward, beside x + spikes + gradients\n";
  for (const auto& c : cases) {
    const auto x = (at::rand({c.T, c.size}) * 1.6 - 0.2).requires_grad_(), gs = at::randn({c.T, c.size});
    NeuronLayer<LIF> layer(LIF{}, known(ATan{}));
    const double tensor = 4. * static_cast<double>(c.T * c.size);
    const double grown = peak_growth([&] { layer.forward({.x = x, .T = c.T, .complete = true}).x.backward(gs); });
    std::cout << "  T = " << c.T << ", " << c.size << " neurons: " << std::fixed << std::setprecision(3)
              << (2 * tensor + grown) / (4 * tensor) << " x " << 4 * tensor / (1 << 20) << " MiB\n";
  }
}

void run(const std::vector<Case>& cases, const std::vector<int>& threads, int rounds, double seconds, bool neurons) {
  std::cout << "instruction set " << to_string(instruction_set()) << ", median of " << rounds
            << " rounds [lowest, highest], forward and backward\n";
  for (const int n : threads) {
    at::set_num_threads(n);
    for (const auto& c : cases) {
      std::cout << "T = " << c.T << ", " << c.size << " neurons (" << c.T * c.size / 262144. << " MiB per tensor), "
                << n << " thread" << (n == 1 ? "" : "s") << "\n";
      if (!neurons) {
        lif_table(c, rounds, seconds);
        continue;
      }
      neuron_rows(IF{}, ATan{}, c, rounds, seconds);
      neuron_rows(ParametricLIF{}, ATan{}, c, rounds, seconds);
      neuron_rows(KLIF{}, ATan{}, c, rounds, seconds);
      neuron_rows(CUBALIF{}, ATan{}, c, rounds, seconds);
      neuron_rows(ILIF{}, MultiLevelSpikeCount{}, c, rounds, seconds);
      neuron_rows(ATIF{}, Sigmoid{1}, c, rounds, seconds);
      neuron_rows(QIF{}, Sigmoid{}, c, rounds, seconds);
      neuron_rows(EIF{}, Sigmoid{}, c, rounds, seconds);
      neuron_rows(Izhikevich{}, Sigmoid{}, c, rounds, seconds);
      neuron_rows(LIAF{}, Sigmoid{}, c, rounds, seconds);
    }
  }
}

}  // namespace
}  // namespace qualia_snn::bench

int main(int argc, char** argv) {
  CLI::App app("Times of the neuron engine beside tensor operations, code written by hand and the copy limit.");
  std::vector<std::string> names{"4x4096",    "16x4096",    "100x1024",   "500x512",
                                 "4x4194304", "16x1048576", "100x131072", "500x32768"};
  std::vector<int> threads{1, 2};
  int rounds = 7;
  double seconds = 0.05;
  bool neurons = false, memory = false;
  app.add_option("--case", names, "time steps x neurons, e.g. 16x4096");
  app.add_option("--threads", threads, "numbers of threads");
  app.add_option("--rounds", rounds, "rounds, of which the median is taken")->check(CLI::PositiveNumber);
  app.add_option("--seconds", seconds, "least time of a row in a round");
  app.add_flag("--neurons", neurons, "the other neurons in place of LIF");
  app.add_flag("--memory", memory, "the peak memory of a LIF layer in place of times");
  CLI11_PARSE(app, argc, argv);
  if (!memory) qualia_snn::keep_freed_memory();  // as the program does
  std::vector<qualia_snn::bench::Case> cases;
  for (const auto& name : names) {
    qualia_snn::bench::Case c{};
    if (std::sscanf(name.c_str(), "%ldx%ld", &c.T, &c.size) != 2 || c.T < 1 || c.size < 1) {
      std::cerr << "--case " << name << ": expected time steps x neurons, e.g. 16x4096\n";
      return 2;
    }
    cases.push_back(c);
  }
  if (memory) {
    qualia_snn::bench::memory_table(cases);
    return 0;
  }
  qualia_snn::bench::run(cases, threads, rounds, seconds, neurons);
}
