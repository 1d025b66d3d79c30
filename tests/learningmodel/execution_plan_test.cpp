#include "qualia_snn/learningmodel/execution_plan.h"

#include <ATen/Parallel.h>

#include "qualia_snn/config/parse.h"
#include "qualia_snn/core/allocated_memory.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/layer/conv.h"
#include "qualia_snn/learningmodel/learning_model.h"
#include "qualia_snn/neuron/spiking_neuron.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/testing.h"

using namespace qualia_snn;

namespace {

const config::Registries kRegistries = registry::builtin_registries();

/// A model of two convolutions as a configuration describes it.
struct Case {
  std::string layers;                ///< options of the model
  std::vector<std::int64_t> sample;  ///< channels last
  std::string neuron = "LIFNode";
  std::string neuron_params = "v_threshold = 0.4";
  std::string step_mode = "m";
  std::int64_t T = 3, N = 4;
  bool repeated = false;
  std::string filters = "[16, 8]";
};

std::shared_ptr<learningmodel::LearningModel> build(const Case& c) {
  const auto dims = c.sample.size() - 1;
  const auto text = "filters = " + c.filters +
                    "\nkernel_sizes = [3, 3]\npaddings = [1, 1]\nstrides = [1, 1]\ndims = " + std::to_string(dims) +
                    "\ntimesteps = " + std::to_string(c.T) + "\n" + c.layers + "\nneuron = {kind = '" + c.neuron +
                    "', params = {step_mode = '" + c.step_mode + "', " + c.neuron_params + "}}\n";
  const config::Kind model{"SCNN", {config::parse_text(text, "m.toml"), "model.0.params"}, {}, "model.0"};
  at::manual_seed(3);
  return kRegistries.learningmodels.make(model, {kRegistries, c.sample, {5}, at::kCPU, {}});
}

struct Trained {
  at::Tensor output;
  std::vector<at::Tensor> gradients, buffers;
};

/// One training step's forward and backward pass.
Trained train(const Case& c, bool fused, bool recompute = false) {
  const auto model = build(c);
  model->set_fused(fused);
  model->set_recompute(recompute);
  model->train();
  auto sizes = c.sample;
  sizes.insert(sizes.begin(), c.repeated ? c.N : c.T * c.N);
  at::manual_seed(4);
  auto x = at::rand(sizes);
  const auto last = x.dim() - 1;
  model->reset();
  model->set_random_key(RandomKey(7));
  const auto y = model->forward({x.movedim(last, 1), c.T, c.repeated, true}).x;
  (y * at::linspace(-1, 1, y.numel()).view_as(y)).sum().backward();
  Trained t{y.detach(), {}, {}};
  for (const auto& parameter : model->parameters()) t.gradients.push_back(parameter.grad());
  for (const auto& buffer : model->buffers()) t.buffers.push_back(buffer.clone());
  return t;
}

double deviation(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).abs().max() / b.abs().max().clamp_min(1e-30)).item<double>();
}

void compare(const Case& c, double bar = 1e-5) {
  CAPTURE(c.layers, c.sample, c.neuron, c.step_mode, c.T, c.N, c.repeated);
  const auto fused = train(c, true), plain = train(c, false);
  CHECK(at::equal(fused.output, plain.output));
  CHECK(plain.output.abs().max().item<float>() > 0);
  REQUIRE(fused.gradients.size() == plain.gradients.size());
  for (std::size_t i = 0; i < fused.gradients.size(); ++i) {
    CAPTURE(i);
    CHECK(deviation(fused.gradients[i], plain.gradients[i]) <= bar);
  }
  for (std::size_t i = 0; i < fused.buffers.size(); ++i) {
    CHECK(at::allclose(fused.buffers[i], plain.buffers[i], 1e-6, 1e-7));
  }
  const auto recomputed = train(c, true, true);
  CHECK(at::equal(recomputed.output, fused.output));
  for (std::size_t i = 0; i < fused.gradients.size(); ++i) {
    CHECK(at::equal(recomputed.gradients[i], fused.gradients[i]));
  }
}

std::vector<std::string> plan_of(const Case& c, const std::set<std::string>& watched = {}) {
  std::vector<std::string> names;
  const auto plan = learningmodel::execution_plan(build(c)->graph(), watched);
  for (const auto& node : plan.nodes()) names.push_back(node.name);
  return names;
}

const std::string kPlain = "batch_norm = true\ndropouts = 0\nfc_units = []\npool_sizes = [2, 2]\n";

}  // namespace

TEST_CASE("a fused model gives the spikes, gradients and statistics of one that runs layer by layer", "[plan]") {
  const auto step_mode = GENERATE(as<std::string>(), "s", "m");
  const auto repeated = GENERATE(false, true);
  const auto batch_norm = GENERATE(as<std::string>(), "true", "false");
  const auto dropouts = GENERATE(as<std::string>(), "0", "[0.3, 0.2, 0.1]");
  const auto run = [&](const std::string& pools, std::vector<std::int64_t> sample, std::int64_t N) {
    Case c{"batch_norm = " + batch_norm + "\ndropouts = " + dropouts + "\nfc_units = [12]\npool_sizes = " + pools,
           std::move(sample)};
    c.step_mode = step_mode;
    c.repeated = repeated;
    c.N = N;
    compare(c);
  };
  run("[2, 2]", {9, 11, 2}, 4);
  run("[0, 2]", {8, 6, 3}, 3);
  run("[[2, 3], [1, 2]]", {7, 13, 1}, 1);
  run("[4, 0]", {37, 1}, 5);
  run("[0, 5]", {21, 3}, 2);
  run("[5, 2]", {12, 11, 2}, 2);  // windows that kernels do not take
}

TEST_CASE("long sequences are fused as short ones", "[plan]") {
  for (const auto* step_mode : {"s", "m"}) {
    for (const bool repeated : {false, true}) {
      Case c{kPlain, {8, 6, 2}};
      c.step_mode = step_mode;
      c.repeated = repeated;
      c.T = 17;
      c.N = 2;
      compare(c);
    }
  }
}

TEST_CASE("every kind of neuron is fused as it is", "[plan]") {
  for (const auto& [kind, params] :
       {std::pair<const char*, const char*>{"IFNode", "v_threshold = 0.5, v_reset = false"},
        {"ParametricLIFNode", "v_threshold = 0.4"},
        {"CUBALIFNode", "v_threshold = 0.3"},
        {"ILIFNode", "v_threshold = 0.4"},
        {"ATIF", "v_threshold = 0.5"},
        {"PSN", "T = 3"},
        {"GatedLIFNode", "T = 3, init_v_threshold = 0.3"}}) {
    for (const bool repeated : {false, true}) {
      Case c{kPlain, {8, 9, 2}, kind, params};
      c.repeated = repeated;
      c.step_mode = params[0] == 'T' ? "m" : "s";  // all steps at once
      compare(c, 2e-5);
    }
  }
}

TEST_CASE("training by the plan has the same bits on any number of threads", "[plan]") {
  const auto threads = at::get_num_threads();
  std::vector<Trained> runs;
  for (const int n : {1, 2, 3}) {
    at::set_num_threads(n);
    Case c{kPlain, {28, 28, 1}};
    c.filters = "[16, 32]";  // which our convolutions take
    runs.push_back(train(c, true));
  }
  at::set_num_threads(threads);
  for (std::size_t r = 1; r < runs.size(); ++r) {
    CHECK(at::equal(runs[r].output, runs[0].output));
    for (std::size_t i = 0; i < runs[0].gradients.size(); ++i) {
      CHECK(at::equal(runs[r].gradients[i], runs[0].gradients[i]));
    }
  }
}

TEST_CASE("with recompute, no output of a convolution is kept", "[plan]") {
  struct Kept {
    double by_forward, after_backward;
  };
  const auto kept = [](bool recompute, bool spikes) {
    Case c{kPlain, {16, 16, 2}};
    c.filters = "[16, 32]";
    c.neuron = spikes ? "LIFNode" : "ATIF";
    c.neuron_params = "v_threshold = 0.4";
    const auto model = build(c);
    model->set_recompute(recompute);
    const auto x = at::rand({12, 2, 16, 16});
    const AllocatedMemory memory;
    const auto y = model->forward({x, 3, false, true}).x;
    const auto by_forward = static_cast<double>(memory.bytes());
    y.sum().backward();
    return Kept{by_forward, static_cast<double>(memory.bytes())};
  };
  const double outputs = 4. * 12 * (16 * 16 * 16 + 32 * 8 * 8);
  for (const bool spikes : {true, false}) {
    const auto without = kept(false, spikes), with = kept(true, spikes);
    CHECK(with.by_forward < without.by_forward - 0.95 * outputs);
    CHECK(with.after_backward == without.after_backward);  // although the graph is alive
  }
}

TEST_CASE("recompute reaches convolutions that neurons read, and says whether there are any", "[plan]") {
  const Case c{"batch_norm = false\ndropouts = 0\nfc_units = []\npool_sizes = [0, 0]\n", {8, 8, 2}};
  const auto model = build(c);
  CHECK(model->set_recompute(true));
  model->set_fused(false);
  CHECK_FALSE(model->set_recompute(false));
  const auto convs = [&] {
    int count = 0;
    for (const auto& node : model->graph().nodes()) {
      const auto* const conv = dynamic_cast<const layer::Conv*>(node.module.get());
      count += conv && conv->is_recomputed();
    }
    return count;
  };
  CHECK(convs() == 0);
  CHECK(model->set_recompute(true));
  CHECK(convs() == 2);
}

TEST_CASE("evaluation by the plan gives the spikes of the layers, and keeps the potentials", "[plan]") {
  for (const bool repeated : {false, true}) {
    std::vector<at::Tensor> outputs, potentials;
    for (const bool fused : {true, false}) {
      const auto model = build({kPlain, {8, 8, 2}, "LIFNode", "v_threshold = 0.05"});
      model->set_fused(fused);
      const at::NoGradGuard no_grad;
      at::manual_seed(9);
      const auto x = at::rand({12, 2, 8, 8}).contiguous(at::MemoryFormat::ChannelsLast);
      model->forward({x, 3});  // statistics other than the initial ones
      model->reset();
      model->eval();
      outputs.push_back(model->forward({x, 3, repeated}).x);
      outputs.push_back(model->forward({x, 3, repeated}).x);  // goes on from the potentials
      for (const auto& node : model->graph().nodes()) {
        if (auto* neuron = dynamic_cast<neuron::SpikingNeuron*>(node.module.get())) potentials.push_back(neuron->v());
      }
    }
    CHECK(at::equal(outputs[0], outputs[2]));
    CHECK(at::equal(outputs[1], outputs[3]));
    CHECK_FALSE(at::equal(outputs[0], outputs[1]));
    REQUIRE(potentials.size() == 4);
    CHECK(at::equal(potentials[0], potentials[2]));
    CHECK(at::equal(potentials[1], potentials[3]));
  }
}

TEST_CASE("stepping through a fused model gives the spikes of one call", "[plan]") {
  const auto model = build({"batch_norm = false\ndropouts = 0\nfc_units = []\npool_sizes = [2, 2]\n", {8, 8, 2}});
  const auto x = at::rand({12, 2, 8, 8});
  const auto whole = model->forward({x, 3}).x;
  model->reset();
  std::vector<at::Tensor> steps;
  for (const auto& step : x.chunk(3)) steps.push_back(model->forward({step, 1}).x);
  CHECK(at::equal(at::cat(steps), whole));
}

TEST_CASE("the plan joins what follows each other, and lets a watched layer stand by itself", "[plan]") {
  const Case c{kPlain, {8, 8, 1}};
  const std::vector<std::string> joined = {"layers.conv1",   "layers.bn1+neuron1+maxpool1",
                                           "layers.conv2",   "layers.bn2+neuron2+maxpool2",
                                           "layers.flatten", "layers.fc1"};
  CHECK(plan_of(c) == joined);
  CHECK(plan_of(c, {"layers.bn1"}) == std::vector<std::string>{"layers.conv1", "layers.bn1", "layers.neuron1+maxpool1",
                                                               "layers.conv2", "layers.bn2+neuron2+maxpool2",
                                                               "layers.flatten", "layers.fc1"});
  CHECK(plan_of(c, {"layers.maxpool1"}) == joined);

  const auto model = build(c);
  std::map<std::string, Shape> seen;
  for (const auto* name : {"layers.bn1", "layers.neuron1", "layers.maxpool2", "layers.fc1"}) {
    model->watch(name, [&seen](const std::string& layer, const Sequence& output) {
      seen[layer] = output.x.sizes().slice(1).vec();
    });
  }
  model->forward({at::rand({6, 1, 8, 8}), 3});
  CHECK(seen == std::map<std::string, Shape>{{"layers.bn1", {16, 8, 8}},
                                             {"layers.neuron1", {16, 8, 8}},
                                             {"layers.maxpool2", {8, 2, 2}},
                                             {"layers.fc1", {5}}});
  CHECK_THROWS_WITH(model->watch("layers.bn9", {}), contains("no layer layers.bn9"));
}
