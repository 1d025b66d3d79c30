#include <ATen/ATen.h>

#include <iostream>

#include "jitter.h"
#include "leaky.h"
#include "qualia_snn/config/literal.h"
#include "qualia_snn/layer/state_dict.h"
#include "qualia_snn/learningframework/trainer.h"
#include "qualia_snn/neuron/neuron_layer.h"
#include "qualia_snn/registry/builtin.h"

using namespace qualia_snn;

int main() {
  auto registries = registry::builtin_registries();
  registries.neurons.add<neuron::NeuronLayer<Leaky>>("LeakyNode", "leak by a constant factor");
  registries.dataaugmentations.add<Jitter>("Jitter", "normal noise");

  at::manual_seed(2);
  const auto classes = at::arange(200) % 4;  // images [N, H, W, C], brighter from class to class
  const auto images = 0.1 * at::rand({200, 8, 8, 1}) + classes.view({200, 1, 1, 1}) / 3.;
  const datamodel::RawData data{images, at::one_hot(classes, 4).to(at::kFloat)};

  const config::BuildContext context{registries, {8, 8, 1}, {4}};
  const auto model = registries.learningmodels.make(
      config::kind("SCNN", R"({dims = 2, filters = [8], kernel_sizes = [3], paddings = [1], strides = [1],
                               pool_sizes = [2], dropouts = 0, fc_units = [],
                               neuron = {kind = "LeakyNode", params = {decay = 0.8, step_mode = "m"}}})"),
      context);
  const auto framework = registries.learningframeworks.make(config::kind("SpikingJellyMultiStep"), context);
  framework->set_model(model);
  framework->set_augmentations({registries.dataaugmentations.make(config::kind("Jitter", "{sigma = 0.05}"), context)});
  const config::BuildContext parameters{registries, {}, {}, at::kCPU, model->parameters()};
  const auto adam = registries.optimizers.make(config::kind("Adam", "{lr = 1e-2}"), parameters);

  learningframework::KeyedDraws draws(RandomKey(2));
  learningframework::fit(*framework, data, nullptr, adam.get(), nullptr, {"mine", 10, 20}, draws, {});
  const auto metrics = learningframework::evaluate(*framework, data, 20, {});
  std::cout << "accuracy " << metrics.confusion_matrix().accuracy() << '\n';
  io::write_pth("mine.pth", layer::state_dict(*model));
}
