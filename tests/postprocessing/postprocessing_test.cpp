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
#include "qualia_snn/postprocessing/counted_layers.h"
#include "qualia_snn/postprocessing/energy_costs.h"
#include "qualia_snn/postprocessing/feature_maps.h"
#include "qualia_snn/postprocessing/operation_counter.h"
#include "qualia_snn/postprocessing/parameter_distribution.h"
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

postprocessing::CountedModel counted(const Trained& trained, std::int64_t batch_size) {
  const auto spikes = postprocessing::measure_spikes(*trained.framework, trained.data, batch_size);
  return count_layers(trained.framework->model(), spikes, true);
}

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
  const auto all = counted(multi, 5);
  const auto steps = counted(single, 7);
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
  const auto model = counted(trained, 12);
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

TEST_CASE("feature maps are means over samples and time steps, in both step modes", "[postprocessing]") {
  for (const auto mode : {StepMode::kSingle, StepMode::kMulti}) {
    const Trained trained(mode);
    std::map<std::string, at::Tensor> seen;
    {
      const at::NoGradGuard no_grad;
      trained.framework->forward_layers(trained.data.x.permute({0, 3, 1, 2}).contiguous(),
                                        [&](const std::string& name, const Sequence& value) { seen[name] = value.x; });
    }
    const auto maps = postprocessing::mean_feature_maps(*trained.framework, trained.data, 5);
    REQUIRE(maps.size() == seen.size() + 1);
    CHECK(maps[0].name == "__INPUT__");
    CHECK(at::allclose(maps[0].mean, trained.data.x.mean(0).permute({2, 0, 1})));
    for (std::size_t i = 1; i < maps.size(); ++i) {
      INFO(maps[i].name);
      CHECK(at::allclose(maps[i].mean, seen.at(maps[i].name).mean(0), 1e-5, 1e-6));
    }
    CHECK(maps[3].mean.sizes() == at::IntArrayRef({4, 8, 8}));
    CHECK(maps[3].mean.count_nonzero().item<std::int64_t>() > 0);
  }
}

TEST_CASE("a sheet has a cell per channel, blue below zero, white at zero, red above", "[postprocessing]") {
  auto map = at::zeros({3, 2, 2});
  map[0][0][0] = -2;
  map[1][0][1] = 1;
  map[2][1][1] = 2;
  const auto sheet = postprocessing::feature_sheet(map);
  // Three cells of 2 x 2 squares of 32 pixels in one row, two pixels between them.
  REQUIRE(sheet.sizes() == at::IntArrayRef({64, 3 * 64 + 2 * 2, 3}));
  const auto colour = [&](std::int64_t y, std::int64_t x) {
    const auto pixel = sheet[y][x];
    return std::array<int, 3>{pixel[0].item<int>(), pixel[1].item<int>(), pixel[2].item<int>()};
  };
  CHECK(colour(31, 31) == std::array<int, 3>{0, 0, 76});         // seismic(0)
  CHECK(colour(0, 32) == std::array<int, 3>{255, 255, 255});     // seismic(0.5)
  CHECK(colour(10, 66 + 40) == std::array<int, 3>{255, 0, 0});   // seismic(0.75)
  CHECK(colour(63, 132 + 63) == std::array<int, 3>{128, 0, 0});  // seismic(1)
  CHECK(colour(5, 65) == std::array<int, 3>{128, 128, 128});
  // Signals lie below one another; silence is white.
  const auto signals = postprocessing::feature_sheet(at::zeros({4, 100}));
  CHECK(signals.size(0) == 4 * 8);
  CHECK(signals.size(1) == 100 * 8);
  CHECK(signals.eq(255).all().item<bool>());
}

TEST_CASE("parameters have names and histograms as Qualia gives them", "[postprocessing]") {
  Trained trained(StepMode::kMulti);
  auto& model = trained.framework->model();
  const at::NoGradGuard no_grad;
  model.named_parameters()["head.bias"].copy_(at::tensor({-7.5, -0.25, 0.25, 0.5, 3.2}));
  model.named_parameters()["block.norm.weight"].fill_(9);
  const auto all = postprocessing::parameter_distributions(model, 4, -5, 5);
  const auto find = [&](const std::string& name) {
    for (const auto& parameter : all) {
      if (parameter.name == name) return parameter;
    }
    FAIL("no parameter " << name);
    return all[0];
  };
  // The folder of a layer is no part of its name, as in the dictionary that Qualia writes.
  const auto bias = find("head-bias");
  CHECK(bias.min == -7.5);
  CHECK(bias.max == Approx(3.2));
  CHECK(bias.mean == Approx(-0.76));
  CHECK(bias.std == Approx(at::tensor({-7.5, -0.25, 0.25, 0.5, 3.2}).std().item<double>()));
  CHECK(bias.low == -5);
  CHECK(bias.high == 4);
  CHECK(bias.histogram == std::vector<std::int64_t>{0, 0, 3, 1});  // -7.5 is below
  const auto beyond = find("blocknorm-weight");
  CHECK(beyond.low == 5);
  CHECK(beyond.high == 9);
  CHECK(beyond.histogram == std::vector<std::int64_t>{0, 0, 0, 4});
}
