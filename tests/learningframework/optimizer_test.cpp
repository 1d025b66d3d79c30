#include <algorithm>
#include <cmath>

#include "qualia_snn/core/error.h"
#include "qualia_snn/learningframework/optimizer.h"
#include "tests/learningframework/traces.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using learningframework::Optimizer;

namespace {

const config::Registries kRegistries = registry::builtin_registries();
constexpr std::int64_t kWeights = 9;

std::shared_ptr<Optimizer> optimizer(const std::string& kind, const std::string& params,
                                     const std::vector<at::Tensor>& parameters = {}) {
  return testing::make(kRegistries.optimizers, kRegistries, kind, params, parameters);
}

// Weights and gradients of write_traces.py.
at::Tensor initial_weights() {
  return (at::arange(kWeights).mul(7).remainder(9).sub(4).to(at::kFloat) / 4).requires_grad_();
}
at::Tensor gradient(std::int64_t step) {
  return (at::arange(kWeights).mul(5).add(3 * step).remainder(11)).sub(5).to(at::kFloat) / 4;
}

}  // namespace

TEST_CASE("every optimiser moves the weights as torch.optim of Python does", "[learningframework][optimizer]") {
  const auto traces = testing::read_traces("optimizer_traces.txt");
  for (const auto& name : kRegistries.optimizers.names()) {
    CHECK(std::any_of(traces.begin(), traces.end(), [&](const auto& trace) { return trace.kind == name; }));
  }
  for (const auto& trace : traces) {
    CAPTURE(trace.kind, trace.params);
    REQUIRE(trace.lines.size() == 8);
    const auto weights = initial_weights();
    const auto rule = optimizer(trace.kind, trace.params, {weights});
    for (std::size_t step = 0; step < trace.lines.size(); ++step) {
      weights.mutable_grad() = gradient(static_cast<std::int64_t>(step));
      rule->step();
      const auto expected = at::tensor(trace.lines[step], at::kDouble).to(at::kFloat);
      const auto deviation = (weights.detach() - expected).abs().max() / expected.abs().max();
      CAPTURE(step);
      CHECK(deviation.item<double>() <= 1e-6);
    }
  }
}

TEST_CASE("a parameter without a gradient keeps its value and its state", "[learningframework][optimizer]") {
  for (const auto& kind : kRegistries.optimizers.names()) {
    CAPTURE(kind);
    const auto moved = initial_weights(), resting = initial_weights();
    // Decay would move it too.
    const auto rule = optimizer(kind, "weight_decay = 0.5", {resting, moved});
    moved.mutable_grad() = gradient(0);
    rule->step();
    CHECK(at::equal(resting, initial_weights()));
    CHECK_FALSE(at::equal(moved, initial_weights()));
    CHECK(rule->state()[0].step == 0);
    CHECK(rule->state()[0].tensors.empty());
    CHECK(rule->state()[1].step == 1);
    rule->zero_grad();
    CHECK_FALSE(moved.grad().defined());
  }
}

TEST_CASE("an optimiser keeps its state under torch's names, in the layout of the parameter",
          "[learningframework][optimizer]") {
  const auto names = [](const std::string& kind, const std::string& params) {
    const auto weights = at::rand({2, 3, 4, 4}).contiguous(at::MemoryFormat::ChannelsLast).requires_grad_();
    const auto rule = optimizer(kind, params, {weights});
    weights.mutable_grad() = at::rand({2, 3, 4, 4});
    rule->step();
    std::vector<std::string> found;
    for (const auto& [name, tensor] : rule->state()[0].tensors) {
      found.push_back(name);
      CHECK_FALSE(tensor.requires_grad());
      if (kind != "NAdam" && kind != "SGD") CHECK(tensor.strides() == weights.strides());
    }
    return found;
  };
  using Names = std::vector<std::string>;
  CHECK(names("SGD", "").empty());
  CHECK(names("SGD", "momentum = 0.9") == Names{"momentum_buffer"});
  CHECK(names("Adam", "") == Names{"exp_avg", "exp_avg_sq"});
  CHECK(names("AdamW", "amsgrad = true") == Names{"exp_avg", "exp_avg_sq", "max_exp_avg_sq"});
  CHECK(names("RAdam", "") == Names{"exp_avg", "exp_avg_sq"});
  CHECK(names("NAdam", "") == Names{"exp_avg", "exp_avg_sq", "mu_product"});
  CHECK(names("Adamax", "") == Names{"exp_avg", "exp_inf"});
  CHECK(names("RMSprop", "centered = true, momentum = 0.5") == Names{"grad_avg", "momentum_buffer", "square_avg"});
  CHECK(names("Adagrad", "") == Names{"sum"});
}

TEST_CASE("updates work on scalars, empty and non-contiguous parameters", "[learningframework][optimizer]") {
  for (const auto& kind : kRegistries.optimizers.names()) {
    CAPTURE(kind);
    const auto scalar = at::ones({}).requires_grad_(), empty = at::empty({0, 3}).requires_grad_();
    const auto plain = initial_weights().detach().view({3, 3});
    const auto turned = plain.t().contiguous().t().requires_grad_(), straight = plain.clone().requires_grad_();
    const auto rule = optimizer(kind, "lr = 0.5", {scalar, empty, turned, straight});
    for (const auto& parameter : {scalar, empty, turned, straight}) {
      parameter.mutable_grad() = at::full_like(parameter, 0.25);
    }
    rule->step();
    CHECK(scalar.item<float>() < 1);
    CHECK(at::equal(turned, straight));
  }
}

TEST_CASE("a new rate or momentum counts from the next step on", "[learningframework][optimizer]") {
  const auto weights = at::ones({1}).requires_grad_();
  const auto rule = optimizer("SGD", "lr = 0.5, momentum = 0.5", {weights});
  const auto step = [&] {
    weights.mutable_grad() = at::ones({1});
    rule->step();
    return weights.item<float>();
  };
  CHECK(step() == 0.5);  // buffer 1
  rule->set_learning_rate(0.25);
  CHECK(step() == 0.125);  // buffer 0.5 + 1
  rule->set_momentum(2);
  CHECK(step() == -0.875);  // buffer 3 + 1
  CHECK(rule->learning_rate() == 0.25);
  CHECK(rule->momentum() == 2);
  CHECK(optimizer("Adamax", "betas = [0.75, 0.5]")->momentum() == 0.75);
  CHECK_FALSE(optimizer("Adagrad", "")->momentum().has_value());
  CHECK_THROWS_WITH(optimizer("Adagrad", "")->set_momentum(0.5),
                    contains("cycle_momentum = true needs an optimizer with momentum or betas"));
}

TEST_CASE("options of optimisers that torch refuses are refused with their place", "[learningframework][optimizer]") {
  const auto refused = [](const std::string& kind, const std::string& params, const std::string& why) {
    CAPTURE(kind, params);
    CHECK_THROWS_AS(optimizer(kind, params), ConfigError);
    CHECK_THROWS_WITH(optimizer(kind, params), contains("trace.toml:1:") && contains(why));
  };
  for (const auto& kind : kRegistries.optimizers.names()) {
    refused(kind, "lr = -0.1", "params.lr = -0.1: must be >= 0");
    refused(kind, "weight_decay = -1", "must be >= 0");
    refused(kind, "learning_rate = 1", "params.learning_rate");
    CHECK_NOTHROW(optimizer(kind, "foreach = true, differentiable = true, maximize = true"));
  }
  for (const auto* kind : {"Adam", "AdamW", "RAdam", "NAdam", "Adamax"}) {
    refused(kind, "betas = [0.9]", "betas needs two entries");
    refused(kind, "betas = [0.9, 1.0]", "must be >= 0 and < 1");
    refused(kind, "eps = -1", "must be >= 0");
    CHECK_NOTHROW(optimizer(kind, "capturable = true"));
  }
  refused("SGD", "momentum = -1", "must be >= 0");
  refused("SGD", "nesterov = true", "nesterov needs momentum > 0 and dampening = 0");
  refused("SGD", "nesterov = true, momentum = 0.5, dampening = 0.1", "nesterov needs momentum");
  refused("SGD", "capturable = true", "params.capturable");
  refused("AdamW", "decoupled_weight_decay = false", "params.decoupled_weight_decay");
  refused("NAdam", "momentum_decay = -1", "must be >= 0");
  for (const auto* option : {"alpha", "eps", "momentum"}) refused("RMSprop", concat(option, " = -1"), "must be >= 0");
  for (const auto* option : {"lr_decay", "initial_accumulator_value", "eps"}) {
    refused("Adagrad", concat(option, " = -1"), "must be >= 0");
  }
  for (const auto* kind : {"LBFGS", "SparseAdam", "ASGD", "Rprop", "Adadelta", "Adafactor"}) {
    CAPTURE(kind);
    CHECK_THROWS_WITH(optimizer(kind, ""),
                      contains("this optimizer of Qualia is not offered yet; ") && contains("use "));
  }
}

TEST_CASE("in double the weights take the same way", "[learningframework][optimizer]") {
  for (const auto& kind : kRegistries.optimizers.names()) {
    CAPTURE(kind);
    const auto narrow = initial_weights(), wide = narrow.detach().to(at::kDouble).requires_grad_();
    const auto one = optimizer(kind, "lr = 0.01", {narrow}), other = optimizer(kind, "lr = 0.01", {wide});
    for (std::int64_t step = 0; step < 8; ++step) {
      narrow.mutable_grad() = gradient(step);
      wide.mutable_grad() = gradient(step).to(at::kDouble);
      one->step();
      other->step();
    }
    CHECK(at::allclose(narrow.detach().to(at::kDouble), wide.detach(), 0, 1e-5));
  }
}

TEST_CASE("rules that run in one pass have the bits of tensor operations", "[learningframework][optimizer]") {
  for (const auto& [kind, params] : {std::pair<const char*, const char*>{"Adam", "lr = 1e-2"},
                                     {"Adam", "lr = 1e-2, weight_decay = 0.1, betas = [0.4, 0.9], maximize = true"},
                                     {"AdamW", "lr = 1e-2"},
                                     {"SGD", "lr = 0.1"},
                                     {"SGD", "lr = 0.1, weight_decay = 0.05, momentum = 0.9"},
                                     {"SGD", "lr = 0.1, momentum = 0.9, dampening = 0.3, maximize = true"},
                                     {"SGD", "lr = 0.1, momentum = 0.8, nesterov = true"}}) {
    for (const std::int64_t n : {1, 7, 64, 40003}) {
      CAPTURE(kind, params, n);
      at::manual_seed(1);
      const auto start = at::randn({n});
      const auto in_one_pass = start.clone().requires_grad_();
      // Tensor operations move what has gaps.
      const auto by_tensors = at::zeros({n, 2}).select(1, 0).copy_(start).detach().requires_grad_();
      const auto options = std::string("{") + params + "}";
      const auto one = optimizer(kind, params, {in_one_pass}), other = optimizer(kind, params, {by_tensors});
      for (int step = 0; step < 4; ++step) {
        const auto g = at::randn({n});
        in_one_pass.mutable_grad() = g.clone();
        by_tensors.mutable_grad() = g.clone();
        one->step();
        other->step();
        CHECK(at::equal(in_one_pass.detach(), by_tensors.detach()));
      }
    }
  }
}
