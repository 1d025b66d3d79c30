#include <iostream>
#include <string>
#include <vector>

#include "leaky.h"
#include "qualia_snn/command/experiment.h"
#include "qualia_snn/registry/builtin.h"

int main() {
  using namespace qualia_snn;
  auto registries = registry::builtin_registries();
  registries.neurons.add<Leaky>("LeakyNode", "leak by a constant factor");
  const std::vector<std::string> overrides = {"--model.0.epochs=2", "--model.0.params.neuron.kind=LeakyNode",
                                              "--model.0.params.neuron.params.decay=0.8"};
  const auto config = config::load_config("example.toml", overrides, registries);
  command::Experiment experiment(config, registries);
  experiment.preprocess_data();
  for (const auto& model : experiment.train().models) {
    std::cout << model.name << ": test accuracy " << model.test_accuracy.value_or(0) << '\n';
  }
}
