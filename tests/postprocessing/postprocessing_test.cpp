// Passes and metrics on a model of one's own; their numbers are compared with Qualia's by the golden cases.
#include "qualia_snn/config/registries.h"
#include "qualia_snn/layer/add.h"
#include "qualia_snn/layer/batch_norm.h"
#include "qualia_snn/layer/conv.h"
#include "qualia_snn/layer/flatten.h"
#include "qualia_snn/layer/linear.h"
#include "qualia_snn/learningframework/trainer.h"
#include "qualia_snn/learningmodel/fuse_batch_norm.h"
#include "qualia_snn/neuron/lif.h"
#include "qualia_snn/neuron/neuron_layer.h"
#include "qualia_snn/postprocessing/energy_costs.h"
#include "qualia_snn/postprocessing/operation_counter.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using postprocessing::count_layers;
using postprocessing::operation_table;

namespace {

constexpr std::int64_t kT = 3;

/// A spiking network with a residual connection, as a user would write it.
class Mine : public learningmodel::LearningModel {
 public:
  explicit Mine(StepMode mode) : LearningModel({{8, 8, 2}, {5}, kT, mode}, build(mode)) {}

 private:
  static layer::LayerGraph build(StepMode mode) {
    const auto registries = registry::builtin_registries();
    layer::LayerGraph graph({2, 8, 8});
    const auto neuron = [&] {
      neuron::NeuronLayer<neuron::LIF>::Options options;
      options.step_mode = std::string(1, static_cast<char>(mode));
      return std::make_shared<neuron::NeuronLayer<neuron::LIF>>(options, config::BuildContext{registries});
    };
    const auto conv = [&](std::int64_t in) {
      return std::make_shared<layer::Conv>(layer::ConvOptions{in, 4, {3, 3}, {1, 1}, {1, 1}, 1, /*bias=*/false});
    };
    const auto norm = [&] { return std::make_shared<layer::BatchNorm>(4, 2, mode); };
    graph.add("stem", conv(2));
    graph.add("stem_norm", norm());
    const auto first = graph.add("stem_neuron", neuron());
    graph.add("block.conv", conv(4));
    graph.add("block.norm", norm());
    const auto second = graph.add("block.neuron", neuron());
    graph.add("block.add", std::make_shared<layer::Add>(), {first, second});
    graph.add("flatten", std::make_shared<layer::Flatten>());
    graph.add("head", std::make_shared<layer::Linear>(4 * 8 * 8, 5));
    return graph;
  }
};

/// The model in its framework, with running statistics that are not those of the beginning.
struct Trained {
  config::Registries registries = registry::builtin_registries();
  std::shared_ptr<learningframework::TrainerModule> framework;
  datamodel::RawData data;

  explicit Trained(StepMode mode) {
    at::manual_seed(1);
    config::Kind kind;
    kind.kind = mode == StepMode::kMulti ? "SpikingJellyMultiStep" : "SpikingJelly";
    framework = registries.learningframeworks.make(kind, {registries});
    framework->set_model(std::make_shared<Mine>(mode));
    data = {at::rand({12, 8, 8, 2}) * 4, at::eye(5).repeat({3, 1}).slice(0, 0, 12)};
    framework->model().train();
    const at::NoGradGuard no_grad;
    framework->forward(data.x.permute({0, 3, 1, 2}).contiguous());
    for (auto& parameter : framework->model().parameters()) parameter.add_(at::randn_like(parameter) * 0.05);
    framework->model().eval();
  }
  at::Tensor logits() const { return learningframework::predict(*framework, data, 5, {}); }
};

double figure(const postprocessing::MetricTable& table, const std::string& row, const std::string& column) {
  const auto at = std::find(table.columns.begin(), table.columns.end(), column) - table.columns.begin();
  for (const auto& candidate : table.rows) {
    if (candidate.name == row) return candidate.figures.at(static_cast<std::size_t>(at));
  }
  FAIL("no row " << row);
  return 0;
}

}  // namespace

TEST_CASE("batch norm is folded into a model of one's own", "[postprocessing]") {
  for (const auto mode : {StepMode::kSingle, StepMode::kMulti}) {
    Trained trained(mode);
    const auto before = trained.logits();
    const auto parameters = trained.framework->model().parameter_count();
    at::manual_seed(7);
    const auto next = at::rand({1});
    at::manual_seed(7);
    auto fused = learningmodel::fuse_batch_norm(trained.framework->model());
    CHECK(at::rand({1}).equal(next));  // the weights of the next model are those that it has alone
    CHECK(fused.graph.nodes().size() == 7);
    CHECK(fused.shape.step_mode == mode);
    trained.framework->set_model(std::make_shared<learningmodel::LearningModel>(std::move(fused)));
    trained.framework->model().eval();
    CHECK(at::allclose(trained.logits(), before, 1e-5, 1e-5));
    CHECK(before.abs().max().item<double>() > 0.1);
    // Two batch norms had 8 parameters each, two convolutions have 4 biases each.
    CHECK(trained.framework->model().parameter_count() == parameters - 2 * 8 + 2 * 4);
  }
}

TEST_CASE("a batch norm is kept where somebody else reads the layer before it", "[postprocessing]") {
  layer::LayerGraph graph({2, 8});
  graph.add("conv", std::make_shared<layer::Conv>(layer::ConvOptions{2, 3, {1}, {1}, {0}}));
  const auto norm = graph.add("norm", std::make_shared<layer::BatchNorm>(3, 1, StepMode::kMulti));
  graph.add("add", std::make_shared<layer::Add>(), {0, norm});
  graph.add("flatten", std::make_shared<layer::Flatten>());
  const learningmodel::LearningModel model({{8, 2}, {24}, 1, {}}, std::move(graph));
  CHECK(learningmodel::fuse_batch_norm(model).graph.nodes().size() == 4);
}

TEST_CASE("spikes are counted the same way step by step and at once, fused and not", "[postprocessing]") {
  const Trained multi(StepMode::kMulti), single(StepMode::kSingle);
  for (const auto& [name, parameter] : multi.framework->model().named_parameters().pairs()) {
    const at::NoGradGuard no_grad;
    single.framework->model().named_parameters()[name].copy_(parameter);
  }
  for (const auto& [name, buffer] : multi.framework->model().named_buffers().pairs()) {
    single.framework->model().named_buffers()[name].copy_(buffer);
  }
  multi.framework->model().set_fused(false);
  const auto all = count_layers(*multi.framework, multi.data, 5, true);
  const auto steps = count_layers(*single.framework, single.data, 7, true);
  REQUIRE(all.layers.size() == steps.layers.size());
  double spikes = 0;
  for (std::size_t i = 0; i < all.layers.size(); ++i) {
    INFO(all.layers[i].name);
    CHECK(all.layers[i].in.spikes == steps.layers[i].in.spikes);
    CHECK(all.layers[i].out.spikes == steps.layers[i].out.spikes);
    CHECK(all.layers[i].out.size == steps.layers[i].out.size);
    CHECK(all.layers[i].out.binary == steps.layers[i].out.binary);
    spikes += all.layers[i].out.binary ? all.layers[i].out.spikes : 0;
  }
  CHECK(spikes > 100);
  CHECK(all.in_count == Approx(steps.in_count));
}

TEST_CASE("a sum of spikes is as many spikes, and rates are those of the neurons", "[postprocessing]") {
  const Trained trained(StepMode::kMulti);
  std::map<std::string, at::Tensor> seen;
  const at::NoGradGuard no_grad;
  trained.framework->forward_layers(trained.data.x.permute({0, 3, 1, 2}).contiguous(),
                                    [&](const std::string& name, const Sequence& value) { seen[name] = value.x; });
  const auto model = count_layers(*trained.framework, trained.data, 12, true);
  for (const auto& layer : model.layers) {
    if (layer.name == "block_add") CHECK(layer.out.spikes == seen["block.add"].sum().item<double>());
    if (layer.name == "flatten") CHECK(layer.in.spikes == seen["block.add"].sum().item<double>());
    if (layer.name == "stem_normstem_neuron") {
      CHECK(layer.out.rate() == Approx(seen["stem_neuron"].mean().item<double>()));
      CHECK(layer.out.binary);
    }
  }
  CHECK(std::any_of(model.layers.begin(), model.layers.end(), [](const auto& l) { return l.name == "block_add"; }));
}

TEST_CASE("corrected metrics have the paper's terms", "[postprocessing]") {
  postprocessing::CountedModel model;
  postprocessing::CountedLayer add;
  add.name = "add";
  add.kind = postprocessing::CountedLayer::Kind::kAdd;
  add.inputs = {{4, 6, 5}, {4, 6, 5}};
  add.output = {4, 6, 5};
  model.layers = {add};
  CHECK(figure(operation_table(model, false), "add", "mem_read") == 2 * (4 + 6 + 5));
  CHECK(figure(operation_table(model, true), "add", "mem_read") == 2 * (4 * 6 * 5));
  CHECK(figure(operation_table(model, true), "add", "mem_write") == 4 * 6 * 5);
  CHECK(figure(operation_table(model, true), "add", "syn_acc") == 4 * 6 * 5);

  postprocessing::CountedLayer dense;
  dense.name = "fc";
  dense.kind = postprocessing::CountedLayer::Kind::kDense;
  dense.inputs = {{10}};
  dense.output = {7};
  dense.in = {5, 5, 50, 5, true};  // a rate of 0.1
  dense.out = {7, 7, 35, 5, true};
  model.spiking = true;
  model.timesteps = 4;
  model.layers = {dense};
  CHECK(figure(operation_table(model, false), "fc", "addr_acc") == Approx(0.1 * 4 * 7));
  CHECK(figure(operation_table(model, true), "fc", "addr_acc") == Approx(0.1 * 4 * 10 * 7));
}

TEST_CASE("energies are Horowitz's at 8 and 32 bits, and between them what the estimate says", "[postprocessing]") {
  using postprocessing::OperationEstimate;
  const auto mul = [](std::int64_t width, OperationEstimate estimate) {
    return postprocessing::operation_energy(postprocessing::kMultiplication, width, estimate);
  };
  for (const auto estimate : {OperationEstimate::kLinear, OperationEstimate::kQuadratic}) {
    CHECK(mul(8, estimate) == Approx(0.2));
    CHECK(mul(32, estimate) == Approx(3.1));
  }
  CHECK(mul(20, OperationEstimate::kLinear) == Approx((0.2 + 3.1) / 2));
  CHECK(mul(9, OperationEstimate::kSaturation) == 3.1);
  CHECK(mul(4, OperationEstimate::kICONIP) == 3.1);
  CHECK_THROWS_WITH(mul(33, OperationEstimate::kSaturation), contains("mem_width = 33"));
  CHECK(postprocessing::memory_energy(1000, 8, false) == Approx(13.2 + 1.09e-5 * 8000));
  CHECK(postprocessing::memory_energy(1e9, 16, true) == 2.5);
}
