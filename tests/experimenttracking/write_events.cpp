// Writes event files for check_tensorboard.py: write_events FOLDER. Exit code 77: this build has no protobuf.

#include <ATen/ATen.h>

#include <iostream>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/experimenttracking/tensorboard_logger.h"
#include "qualia_snn/learningframework/spikingjelly.h"

using namespace qualia_snn;
using experimenttracking::TensorBoardLogger;
using learningframework::Metrics;

namespace {

at::Tensor image(std::int64_t height, std::int64_t width, std::int64_t channels) {
  const auto y = at::arange(height).view({-1, 1, 1}), x = at::arange(width).view({1, -1, 1});
  return (y * 7 + x * 5 + at::arange(channels) * 11).remainder(256).to(at::kByte);
}

void train(TensorBoardLogger& logger, std::int64_t first) {
  for (std::int64_t updates = first; updates <= 120; ++updates) {
    const auto metrics = [] { return Metrics{{"train_acc", 0.25}}; };
    logger.on_step_end({updates / 61, 0, 60, updates, 8, 1.0 / static_cast<double>(updates), 0.01, metrics});
    if (updates % 60 != 0) continue;
    logger.on_epoch_end(
        {updates / 60 - 1, 2, updates, 0.5, 0.01, 1, 1, {{"val_acc", 0.75}}, 1.0 / static_cast<double>(updates)});
  }
  logger.on_fit_end();
}

void write(const std::string& folder) {
  const config::Registries registries;
  const learningframework::SpikingJelly module({}, {registries});
  const experimenttracking::tensorboard::HyperParameters hyper_parameters = {
      {"bias", true}, {"epochs", std::int64_t{2}}, {"lr", 1e-5}, {"neuron", "LIF \xE2\x82\xAC"}};
  TensorBoardLogger whole(folder + "/whole", hyper_parameters);
  whole.on_fit_begin({module, "whole", 2, 60, 480});
  whole.add_histogram("weights", 3, (at::arange(1000) * 37).remainder(101).sub(50).to(at::kDouble) / 8);
  whole.add_image("grey", 3, image(3, 5, 1).squeeze(2));
  whole.add_image("colours", 3, image(17, 16, 3));
  whole.add_image("pixel", 3, image(1, 1, 3));
  train(whole, 1);

  TensorBoardLogger killed(folder + "/resumed"), resumed(folder + "/resumed");
  const auto beginning = killed.save();
  train(killed, 1);
  resumed.load(beginning);
  train(resumed, 1);
  experimenttracking::write_evaluation_events(folder + "/evaluation", {{"test_acc", 0.5}});
}

}  // namespace

int main(int, char** argv) {
  if (!experimenttracking::tensorboard::is_available()) return 77;
  try {
    write(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
    return 1;
  }
}
