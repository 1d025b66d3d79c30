// Training on a GPU: the same figures as on the CPU, and equal bits in two runs. Exit code 77 where there is no GPU.
#include <ATen/ATen.h>

#include <iostream>
#include <string>
#include <vector>

#include "qualia_snn/config/literal.h"
#include "qualia_snn/core/device.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/learningframework/trainer.h"
#include "qualia_snn/registry/builtin.h"

namespace {

using namespace qualia_snn;

constexpr const char* kModel = R"({dims = 2, filters = [8, 16], kernel_sizes = [3, 3], paddings = [1, 1],
  strides = [1, 1], pool_sizes = [2, 2], dropouts = DROPOUT, fc_units = [], batch_norm = true, timesteps = 4,
  neuron = {kind = "LIFNode", params = {v_reset = false, step_mode = "m"}}})";

class Losses final : public learningframework::Observer {
 public:
  void on_step_end(const learningframework::StepInfo& info) override { values.push_back(info.loss); }
  std::vector<double> values;
};

struct Training {
  std::vector<double> losses;
  double accuracy;
};

Training train(const config::Registries& registries, const std::string& framework_params, const std::string& dropout) {
  at::manual_seed(3);
  const auto classes = at::arange(256) % 4;
  const auto images = 0.3 * at::rand({256, 12, 12, 2}) + classes.view({256, 1, 1, 1}) / 3.;
  const datamodel::RawData data{images, at::one_hot(classes, 4).to(at::kFloat)};
  const config::BuildContext context{registries, {12, 12, 2}, {4}};
  std::string params = kModel;
  params.replace(params.find("DROPOUT"), 7, dropout);
  const auto model = registries.learningmodels.make(config::kind("SCNN", params), context);
  const auto framework =
      registries.learningframeworks.make(config::kind("SpikingJellyMultiStep", framework_params), context);
  framework->set_model(model);
  framework->set_augmentations({registries.dataaugmentations.make(config::kind("HorizontalFlip"), context),
                                registries.dataaugmentations.make(config::kind("Mixup", "{alpha = 0.4}"), context)});
  const config::BuildContext parameters{registries, {}, {}, framework->device(), model->parameters()};
  const auto adam = registries.optimizers.make(config::kind("Adam", "{lr = 5e-3}"), parameters);
  const auto losses = std::make_shared<Losses>();
  learningframework::KeyedDraws draws(RandomKey(2));
  learningframework::fit(*framework, data, &data, adam.get(), nullptr, {"gpu", 5, 32}, draws, {losses});
  return {losses->values, learningframework::evaluate(*framework, data, 32, {}).confusion_matrix().accuracy()};
}

int failures = 0;

void check(bool good, const std::string& what) {
  std::cout << (good ? "ok   " : "FAIL ") << what << std::endl;
  failures += good ? 0 : 1;
}

}  // namespace

int main() {
  if (gpu_count() == 0) {
    std::cout << "skipped: this machine has no GPU" << std::endl;
    return 77;
  }
  std::cout << device_text(choose_device({"gpu", {}, {}})) << std::endl;
  const auto registries = registry::builtin_registries();
  const auto cpu = train(registries, "{accelerator = \"cpu\"}", "0");
  const auto gpu = train(registries, "{accelerator = \"gpu\"}", "0");
  check(std::abs(gpu.losses[0] - cpu.losses[0]) < 1e-4 * cpu.losses[0], "the first loss equals that of the CPU");
  check(gpu.losses.size() == cpu.losses.size() && gpu.accuracy > 0.9 && cpu.accuracy > 0.9, "both learn");
  const auto once = train(registries, "{accelerator = \"gpu\"}", "0.2");
  const auto twice = train(registries, "{accelerator = \"gpu\"}", "0.2");
  check(once.losses == twice.losses, "two runs with dropout give equal bits");
  const auto recorded = train(registries, "{accelerator = \"gpu\", cuda_graphs = true}", "0.2");
  check(recorded.losses == once.losses, "CUDA graphs give the bits of steps without, with dropout");
  for (const char* precision : {"16-mixed", "bf16-mixed"}) {
    const auto mixed = train(registries, concat("{accelerator = \"gpu\", precision = \"", precision, "\"}"), "0");
    check(mixed.accuracy > 0.8, concat(precision, " learns: accuracy ", mixed.accuracy));
  }
  return failures > 0 ? 1 : 0;
}
