#include <ATen/Parallel.h>

#include "qualia_snn/core/error.h"
#include "qualia_snn/layer/batch_norm.h"
#include "qualia_snn/layer/conv.h"
#include "qualia_snn/layer/dropout.h"
#include "qualia_snn/layer/flatten.h"
#include "qualia_snn/layer/layer_graph.h"
#include "qualia_snn/layer/linear.h"
#include "qualia_snn/layer/pool.h"
#include "qualia_snn/layer/relu.h"
#include "qualia_snn/layer/state_dict.h"
#include "tests/support/testing.h"

using namespace qualia_snn;

namespace {

/// Two inputs, for graphs with branches.
class Add final : public SequenceModule {
 public:
  Sequence forward_inputs(c10::ArrayRef<Sequence> inputs) override { return inputs[0].with(inputs[0].x + inputs[1].x); }
  std::string kind() const override { return "Add"; }
};

std::shared_ptr<layer::Conv> conv3(std::int64_t in, std::int64_t out) {
  return std::make_shared<layer::Conv>(layer::ConvOptions{in, out, {3, 3}, {1, 1}, {1, 1}});
}

}  // namespace

TEST_CASE("multi-step batch norm takes joint statistics, single-step those of each step", "[layer][batch_norm]") {
  const auto x = at::rand({6, 2, 5}) * 3;  // T = 3, N = 2
  layer::BatchNorm joint(2, 1, StepMode::kMulti);
  const auto y = joint.forward({x, 3}).x;
  CHECK(y.mean(at::IntArrayRef({0, 2})).abs().max().item<float>() < 1e-6);
  CHECK(joint.num_batches_tracked.item<std::int64_t>() == 1);

  layer::BatchNorm stepped(2, 1, StepMode::kSingle);
  const auto z = stepped.forward({x, 3}).x;
  layer::BatchNorm reference(2, 1, StepMode::kMulti);
  std::vector<at::Tensor> steps;
  for (const auto& step : x.chunk(3, 0)) steps.push_back(reference.forward({step, 1}).x);
  CHECK(at::equal(z, at::cat(steps)));
  CHECK(at::equal(stepped.running_var, reference.running_var));
  CHECK(stepped.num_batches_tracked.item<std::int64_t>() == 3);

  CHECK_THROWS_WITH(joint.forward({at::rand({1, 2, 1}), 1}), contains("more than one value per channel"));
  joint.eval();
  const auto before = joint.running_mean.clone();
  joint.forward({x, 3});
  CHECK(at::equal(joint.running_mean, before));
}

TEST_CASE("batch norm agrees with LibTorch's in double, in every order of memory", "[layer][batch_norm]") {
  const auto order = GENERATE(as<std::string>(), "contiguous", "channels last", "strided", "1-D", "1-D channels last");
  const auto channels = GENERATE(1, 3, 21);
  CAPTURE(order, channels);
  const bool flat = order[0] == '1';
  // A mean that is large beside the deviation, as a layer's bias may make it.
  auto values = at::randn({6, channels, flat ? 1 : 13, 29}, at::kDouble) * 0.3 + 40;
  auto x = values.to(at::kFloat);
  if (order != "contiguous" && order != "1-D") x = x.contiguous(at::MemoryFormat::ChannelsLast);
  if (order == "strided") x = x.transpose(2, 3);
  if (flat) x = x.squeeze(2);
  x.requires_grad_();

  const auto step_mode = GENERATE(StepMode::kMulti, StepMode::kSingle);
  layer::BatchNorm norm(channels, flat ? 1 : 2, step_mode);
  at::NoGradGuard no_grad;
  norm.weight.uniform_(0.5, 2);
  norm.bias.uniform_(-1, 1);
  const at::AutoGradMode with_grad(true);
  const auto y = norm.forward({x, 2}).x;
  const auto gy = at::randn_like(y) + y.detach() + 2;  // its sums do not vanish
  y.backward(gy);

  const auto exact = x.detach().to(at::kDouble).requires_grad_();
  const auto weight = norm.weight.detach().to(at::kDouble).requires_grad_();
  const auto bias = norm.bias.detach().to(at::kDouble).requires_grad_();
  const auto mean = at::zeros({channels}, at::kDouble), variance = at::ones({channels}, at::kDouble);
  std::vector<at::Tensor> steps;
  for (const auto& step : exact.chunk(step_mode == StepMode::kMulti ? 1 : 2)) {
    steps.push_back(at::batch_norm(step, weight, bias, mean, variance, true, 0.1, 1e-5, false));
  }
  const auto reference = at::cat(steps);
  reference.backward(gy.to(at::kDouble));
  const auto off = [](const at::Tensor& a, const at::Tensor& b) {
    return ((a.to(at::kDouble) - b).abs().max() / b.abs().max()).item<double>();
  };
  CHECK(off(y.detach(), reference.detach()) < 1e-5);  // of one ulp of x, 4e-6, over a deviation of 0.3
  CHECK(off(x.grad(), exact.grad()) < 1e-5);
  CHECK(off(norm.weight.grad(), weight.grad()) < 1e-5);
  CHECK(off(norm.bias.grad(), bias.grad()) < 1e-5);
  CHECK(off(norm.running_mean, mean) < 1e-6);
  CHECK(off(norm.running_var, variance) < 1e-5);
  CHECK(norm.num_batches_tracked.item<std::int64_t>() == (step_mode == StepMode::kMulti ? 1 : 2));
}

TEST_CASE("batch norm gives the same bits on any number of threads", "[layer][batch_norm]") {
  const auto x = at::randn({64, 16, 28, 28});
  const int threads_before = at::get_num_threads();
  for (const auto format : {at::MemoryFormat::ChannelsLast, at::MemoryFormat::Contiguous}) {
    std::vector<at::Tensor> results;
    for (const int threads : {1, 2, 3}) {
      at::set_num_threads(threads);
      layer::BatchNorm norm(16, 2, StepMode::kMulti);
      const auto given = x.contiguous(format).detach().requires_grad_();
      const auto y = norm.forward({given, 4}).x;
      y.backward(x.square());
      for (const auto& t : {y.detach(), given.grad(), norm.weight.grad(), norm.running_var}) results.push_back(t);
    }
    for (std::size_t i = 0; i < 8; ++i) CHECK(at::equal(results[i], results[i + 4]));
  }
  at::set_num_threads(threads_before);
}

TEST_CASE("batch norm takes what is stored otherwise, and refuses what does not fit", "[layer][batch_norm]") {
  const auto normalise = [](const at::Tensor& x) {
    layer::BatchNorm norm(x.size(1), x.dim() - 2, StepMode::kMulti);
    norm.to(x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat);
    return norm.forward({x, 1}).x;
  };
  auto x = at::randn({2, 3, 40, 40}, at::kDouble) * .01 + 100;
  x.index_put_({0, at::indexing::Slice(), 0, 0}, 0);  // far from the rest, as a padded corner is
  const auto expected = at::batch_norm(x, {}, {}, {}, {}, true, .1, 1e-5, false);
  const auto off = [&](const at::Tensor& y) { return (y.to(at::kDouble) - expected).abs().max().item<double>(); };
  CHECK(off(normalise(x)) < 1e-9);
  CHECK(off(normalise(x.contiguous(at::MemoryFormat::ChannelsLast))) < 1e-9);
  CHECK(off(normalise(x.to(at::kFloat))) < 1e-4);
  const auto narrow = at::randn({4, 3, 9, 9}).to(at::kBFloat16);
  const auto wide = at::batch_norm(narrow.to(at::kFloat), {}, {}, {}, {}, true, .1, 1e-5, false);
  CHECK(normalise(narrow).scalar_type() == at::kBFloat16);
  CHECK((normalise(narrow).to(at::kFloat) - wide).abs().max().item<float>() < 2e-2);
  CHECK(normalise(at::randn({4, 3, 5}).to(at::kHalf)).scalar_type() == at::kHalf);  // LibTorch's
  auto broken = at::randn({4, 3, 5});
  broken.index_put_({0, 1, 0}, std::numeric_limits<float>::quiet_NaN());
  const auto y = normalise(broken);
  CHECK(y.select(1, 1).isnan().all().item<bool>());
  CHECK_FALSE(y.select(1, 0).isnan().any().item<bool>());

  layer::BatchNorm stepped(3, 1, StepMode::kSingle);
  CHECK_THROWS_WITH(stepped.forward({at::rand({5, 3, 4}), 2}), contains("is not 2 steps of equal size"));
  const auto leaf = at::rand({4, 3, 4}).requires_grad_();
  CHECK_THROWS_WITH(stepped.forward({leaf, 2}).x.sum().backward({}, {}, true), contains("no second derivative"));
}

TEST_CASE("dropout keeps one mask for all steps until reset", "[layer][dropout]") {
  layer::Dropout dropout(0.5);
  dropout.set_random_key(RandomKey(1));
  const auto x = at::ones({6, 40});  // T = 3, N = 2
  const auto y = dropout.forward({x, 3}).x;
  const auto steps = y.chunk(3, 0);
  CHECK(at::equal(steps[0], steps[1]));
  CHECK(at::equal(steps[0], steps[2]));
  CHECK(at::equal(y.eq(0).logical_or(y.eq(2)), at::ones_like(y).to(at::kBool)));
  CHECK(y.eq(0).any().item<bool>());
  CHECK(at::equal(dropout.forward({x.narrow(0, 0, 2), 1}).x, steps[0]));
  CHECK_THROWS_AS(dropout.forward({at::ones({3, 40}), 1}), ShapeError);
  dropout.reset();
  CHECK(at::equal(dropout.forward({x, 3}).x, y));  // the same key draws the same mask
  dropout.reset();
  dropout.set_random_key(RandomKey(2));
  CHECK_FALSE(at::equal(dropout.forward({x, 3}).x, y));
  dropout.eval();
  CHECK(at::equal(dropout.forward({x, 3}).x, x));
}

TEST_CASE("pools and sums over space, worked by hand", "[layer][pool]") {
  const auto x = at::tensor({1.f, 3.f, 2.f, 8.f, 5.f}).view({1, 1, 5});
  CHECK(at::equal(layer::MaxPool({2}).forward({x, 1}).x.flatten(), at::tensor({3.f, 8.f})));
  CHECK(at::equal(layer::AvgPool({2}).forward({x, 1}).x.flatten(), at::tensor({2.f, 5.f})));
  CHECK(layer::GlobalSumPool(1).forward({x, 1}).x.item<float>() == 19);
  CHECK(layer::GlobalSumPool(2).forward({at::ones({2, 3, 4, 5}), 1}).x.sizes() == at::IntArrayRef({2, 3}));
}

TEST_CASE("a graph executes by inputs, registers by order and names by dots", "[layer][graph]") {
  layer::LayerGraph graph({2, 6, 6});
  const auto a = graph.add("layers.0.conv1", conv3(2, 3));
  const auto b = graph.add("layers.0.conv2", conv3(3, 3));
  graph.add("layers.0.add", std::make_shared<Add>(), {a, b});
  graph.add("layers.relu", std::make_shared<layer::ReLU>());
  graph.add("flatten", std::make_shared<layer::Flatten>());
  graph.add("linear", std::make_shared<layer::Linear>(108, 4));
  CHECK(graph.output_shape() == Shape{4});

  std::vector<std::string> names;
  for (const auto& [name, tensor] : layer::state_dict(*graph.root())) names.push_back(name);
  CHECK(names == std::vector<std::string>{"layers.0.conv1.weight", "layers.0.conv1.bias", "layers.0.conv2.weight",
                                          "layers.0.conv2.bias", "linear.weight", "linear.bias"});

  const auto x = at::rand({2, 2, 6, 6});
  const auto run = [&](std::size_t node, const at::Tensor& in) {
    return graph.nodes()[node].module->forward({in, 1}).x;
  };
  const auto first = run(0, x);
  const auto expected = run(5, (first + run(1, first)).relu().flatten(1));
  CHECK(at::equal(graph.forward({x, 1}).x, expected));
}

TEST_CASE("a repeated input is expanded where a layer needs time, with the same result", "[layer][graph]") {
  layer::LayerGraph graph({2, 6, 6});
  graph.add("conv", conv3(2, 3));
  graph.add("add", std::make_shared<Add>(), {0, 0});
  const auto x = at::rand({2, 2, 6, 6});
  const auto y = graph.forward({x, 3, true});
  CHECK_FALSE(y.repeated);
  CHECK(at::allclose(y.x, graph.forward({x.repeat({3, 1, 1, 1}), 3}).x, 1e-5, 1e-6));
}

TEST_CASE("batch norm takes a repeated input as T equal steps", "[layer][batch_norm]") {
  const auto step_mode = GENERATE(StepMode::kMulti, StepMode::kSingle);
  const auto x = at::randn({3, 2, 4, 5});
  layer::BatchNorm once(2, 2, step_mode), all(2, 2, step_mode);
  const auto repeated = once.forward({x, 4, true});
  CHECK(repeated.repeated);
  const auto y = all.forward({x.repeat({4, 1, 1, 1}), 4}).x;
  const auto g = at::rand_like(y);
  (repeated.expanded().x * g).sum().backward();
  (y * g).sum().backward();
  CHECK(at::allclose(repeated.expanded().x, y, 1e-5, 1e-6));
  CHECK(at::allclose(once.weight.grad(), all.weight.grad(), 1e-5, 1e-5));
  CHECK(at::allclose(once.running_mean, all.running_mean, 1e-6, 1e-7));
  CHECK(at::allclose(once.running_var, all.running_var, 1e-6, 1e-7));
  CHECK(at::equal(once.num_batches_tracked, all.num_batches_tracked));
  // One value per channel and step: 'm' has four.
  const auto point = at::randn({1, 2, 1, 1});
  if (step_mode == StepMode::kMulti) CHECK(once.forward({point, 4, true}).x.sizes() == point.sizes());
  if (step_mode == StepMode::kSingle) CHECK_THROWS_AS(once.forward({point, 4, true}), ShapeError);
}

TEST_CASE("layers that do not fit are named when the graph is built", "[layer][graph]") {
  layer::LayerGraph graph({2, 6, 6});
  graph.add("conv1", conv3(2, 3));
  CHECK_THROWS_WITH(graph.add("conv2", conv3(2, 3)), contains("conv2: takes 2 channels and 2 axes, gets [3, 6, 6]"));
  CHECK_THROWS_WITH(graph.add("fc", std::make_shared<layer::Linear>(5, 2)), contains("fc: takes 5 features"));
  CHECK_THROWS_WITH(graph.add("pool", std::make_shared<layer::MaxPool>(std::vector<std::int64_t>{7, 7})),
                    contains("pool: window of 7 is larger than the input of 6"));
  CHECK_THROWS_WITH(graph.add("conv1", conv3(3, 3)), contains("two layers are called conv1"));
  CHECK_THROWS_WITH(graph.add("conv3", conv3(3, 3), {4}), contains("reads node 4"));
  CHECK(graph.nodes().size() == 1);
}

TEST_CASE("loading weights is strict, and a wrong file leaves the model as it was", "[layer][state_dict]") {
  layer::LayerGraph graph({2, 6, 6});
  graph.add("conv", conv3(2, 3));
  graph.add("bn", std::make_shared<layer::BatchNorm>(3, 2, StepMode::kMulti));
  auto& root = *graph.root();
  io::StateDict state;
  for (const auto& [name, tensor] : layer::state_dict(root)) state.emplace_back(name, tensor.clone().add_(1));
  layer::load_state_dict(root, state, "f.pth");
  for (std::size_t i = 0; i < state.size(); ++i) CHECK(at::equal(layer::state_dict(root)[i].second, state[i].second));

  const auto before = layer::state_dict(root)[0].second.clone();
  auto wrong = state;
  wrong[0].second = at::zeros({3, 2, 3, 3});
  wrong[1].second = at::zeros({4});
  CHECK_THROWS_WITH(layer::load_state_dict(root, wrong, "f.pth"), contains("f.pth: conv.bias has size [4]"));
  wrong = state;
  wrong[0].first = "other";
  CHECK_THROWS_WITH(layer::load_state_dict(root, wrong, "f.pth"), contains("missing: conv.weight; unexpected: other"));
  CHECK(at::equal(layer::state_dict(root)[0].second, before));
}
