#include "qualia_snn/learningframework/training_step.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "qualia_snn/config/literal.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/learningframework/draws.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using learningframework::RecordedStep;
using learningframework::StepResult;

namespace {

const config::Registries kRegistries = registry::builtin_registries();

/// A device that computes a recording anew at each launch, and writes its gradients to where they were recorded.
class Rerun final : public DeviceGraph {
 public:
  Rerun(const learningmodel::LearningModel& model, int& launches, bool fails)
      : model_(model), launches_(launches), fails_(fails) {}
  void record(const std::function<void()>& work) override {
    // An error of ours, as a kernel that cannot be launched raises it.
    if (fails_) throw DeviceError("this cannot be recorded");
    work_ = work;
    std::vector<at::Tensor> buffers;
    for (const auto& buffer : model_.buffers()) buffers.push_back(buffer.clone());
    work_();
    // A recording computes nothing yet.
    for (std::size_t i = 0; i < buffers.size(); ++i) model_.buffers()[i].copy_(buffers[i]);
    gradients_ = gradients();
  }
  void launch() override {
    ++launches_;
    const auto given = gradients();
    for (std::size_t i = 0; i < given.size(); ++i) REQUIRE(given[i].is_same(gradients_[i]));
    work_();
    const auto computed = gradients();
    const auto parameters = model_.parameters();
    for (std::size_t i = 0; i < computed.size(); ++i) {
      gradients_[i].copy_(computed[i]);
      parameters[i].mutable_grad() = gradients_[i];
    }
  }

 private:
  std::vector<at::Tensor> gradients() const {
    std::vector<at::Tensor> all;
    for (const auto& parameter : model_.parameters()) all.push_back(parameter.grad());
    return all;
  }

  const learningmodel::LearningModel& model_;
  int& launches_;
  bool fails_;
  std::function<void()> work_;
  std::vector<at::Tensor> gradients_;
};

/// Everything that a training leaves behind.
struct Run {
  std::vector<at::Tensor> outputs, losses, weights;
  int launches = 0;
};

enum class Kind { kPlain, kRecorded, kUnrecordable, kWatched };

Run train(Kind kind, const std::string& mode) {
  at::manual_seed(7);
  const config::BuildContext context{kRegistries, {6, 6, 2}, {4}};
  const auto module = kRegistries.learningframeworks.make(
      config::kind(mode == "m" ? "SpikingJellyMultiStep" : "SpikingJelly", "{accelerator = \"cpu\"}"), context);
  const auto model = kRegistries.learningmodels.make(
      config::kind("SCNN", R"({dims = 2, filters = [8, 8], kernel_sizes = [3, 3], paddings = [1, 1], strides = [1, 1],
                               pool_sizes = [2, 0], dropouts = [0.3, 0.2, 0.4], fc_units = [8], batch_norm = true, timesteps = 3,
                               neuron = {kind = "LIFNode", params = {v_threshold = 0.3, step_mode = ")" +
                               mode + "\"}}}"),
      context);
  module->set_model(model);
  if (kind == Kind::kWatched) model->watch("layers.maxpool1", [](const std::string&, const Sequence&) {});
  Run run;
  std::unique_ptr<RecordedStep> recorded;
  if (kind != Kind::kPlain) {
    recorded = std::make_unique<RecordedStep>(
        *module, std::make_unique<Rerun>(*model, run.launches, kind == Kind::kUnrecordable));
  }
  learningframework::KeyedDraws draws{RandomKey(3)};
  const std::vector<std::int64_t> sizes = {8, 8, 3, 8, 8, 8, 8, 8, 3, 8, 8};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto step = static_cast<std::int64_t>(i);
    {
      const at::NoGradGuard no_grad;  // an evaluation in between
      model->eval();
      module->forward(at::rand({5, 2, 6, 6}));
    }
    model->train();
    const auto source = draws.begin_training_step(*model, 0, step);
    const auto x = at::rand({sizes[i], 6, 6, 2}), y = at::one_hot(at::arange(sizes[i]) % 4, 4).to(at::kFloat);
    const auto batch = module->prepare(x, y, true, source);
    const auto result = recorded ? recorded->run(batch) : learningframework::training_step(*module, batch);
    run.outputs.push_back(result.output);
    run.losses.push_back(result.loss);
    const at::NoGradGuard no_grad;
    for (auto& parameter : model->parameters()) parameter.sub_(parameter.grad(), 0.1);
  }
  for (const auto& parameter : model->parameters()) run.weights.push_back(parameter.detach().clone());
  for (const auto& buffer : model->buffers()) run.weights.push_back(buffer.clone());
  return run;
}

bool are_equal(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const at::Tensor& x, const at::Tensor& y) { return at::equal(x, y); });
}

}  // namespace

TEST_CASE("recorded steps give the bits of steps that are not, with dropout and batches of other sizes",
          "[learningframework][cuda_graphs]") {
  const std::string mode = GENERATE("s", "m");
  const auto plain = train(Kind::kPlain, mode), recorded = train(Kind::kRecorded, mode);
  CHECK(recorded.launches == 4);  // all but the first three equal ones in a row, and the short ones
  CHECK(are_equal(recorded.outputs, plain.outputs));
  CHECK(are_equal(recorded.losses, plain.losses));
  CHECK(are_equal(recorded.weights, plain.weights));
  CHECK_FALSE(at::equal(plain.losses[6], plain.losses[7]));
}

TEST_CASE("a step that cannot be recorded runs as it is, and it is told once", "[learningframework][cuda_graphs]") {
  const auto [kind, reason] =
      GENERATE(table<Kind, std::string>({{Kind::kUnrecordable, "cannot be recorded: this cannot be recorded"},
                                         {Kind::kWatched, "somebody waits for the outputs"}}));
  std::vector<std::string> told;
  log::set_handler([&](log::Level level, std::string_view text) {
    if (level == log::Level::kWarning) told.emplace_back(text);
  });
  const auto plain = train(Kind::kPlain, "m"), run = train(kind, "m");
  log::set_handler({});
  REQUIRE(told.size() == 1);
  CHECK_THAT(told[0], contains(reason));
  CHECK(run.launches == 0);
  CHECK(are_equal(run.outputs, plain.outputs));
  CHECK(are_equal(run.weights, plain.weights));
}
