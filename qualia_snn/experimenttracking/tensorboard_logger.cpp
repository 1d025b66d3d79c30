#include "qualia_snn/experimenttracking/tensorboard_logger.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/experimenttracking/tensorboard_histogram.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/png.h"
#include "qualia_snn/io/yaml.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::experimenttracking {
namespace {

using learningframework::Metrics;

void add_figures(EventFile& file, std::int64_t step, std::int64_t epoch, const Metrics& figures) {
  const tensorboard::Moment moment{wall_time(), step};
  for (const auto& [name, figure] : figures) file.add(tensorboard::scalar_event(moment, name, figure));
  // Lightning adds it behind what was measured.
  file.add(tensorboard::scalar_event(moment, "epoch", static_cast<double>(epoch)));
}

std::string image_event(std::int64_t step, const std::string& tag, const at::Tensor& image) {
  const auto png = io::encode_png(image);
  const auto channels = image.dim() == 3 ? image.size(2) : 1;
  return tensorboard::image_event({wall_time(), step}, tag, {image.size(0), image.size(1), channels, png});
}

void write_hyper_parameters(const std::string& folder, const tensorboard::HyperParameters& hyper_parameters) {
  io::write_file(folder + "/hparams.yaml", io::yaml_mapping(hyper_parameters));
}

}  // namespace

TensorBoardLogger::TensorBoardLogger(std::string folder, tensorboard::HyperParameters hyper_parameters)
    : folder_(std::move(folder)), hyper_parameters_(std::move(hyper_parameters)), file_(folder_) {}

void TensorBoardLogger::add_scalar(const std::string& tag, std::int64_t step, double value) {
  attempt([&] { file_.add(tensorboard::scalar_event({wall_time(), step}, tag, value)); });
}

void TensorBoardLogger::add_histogram(const std::string& tag, std::int64_t step, const at::Tensor& values) {
  attempt([&] {
    const auto histogram = tensorboard::make_histogram(values);
    if (histogram) file_.add(tensorboard::histogram_event({wall_time(), step}, tag, *histogram));
  });
}

void TensorBoardLogger::add_image(const std::string& tag, std::int64_t step, const at::Tensor& image) {
  attempt([&] { file_.add(image_event(step, tag, image)); });
}

void TensorBoardLogger::on_fit_begin(const learningframework::FitInfo& info) {
  module_ = &info.module;
  if (hyper_parameters_.empty()) return;
  attempt([&] { file_.add(tensorboard::session_start_event(wall_time(), hyper_parameters_)); });
}

void TensorBoardLogger::on_step_end(const learningframework::StepInfo& info) {
  if (!steps_.take(info)) return;
  attempt([&] { add_figures(file_, info.updates - 1, info.epoch, step_figures(info)); });
  flush();
}

void TensorBoardLogger::on_epoch_end(const learningframework::EpochInfo& info) {
  const auto figures = epoch_figures(info);
  const auto step = info.steps - 1;
  attempt([&] {
    if (!figures.valid.empty()) add_figures(file_, step, info.epoch, figures.valid);
    add_figures(file_, step, info.epoch, figures.train);
  });
  add_health(step, info);
  flush();
}

void TensorBoardLogger::add_health(std::int64_t step, const learningframework::EpochInfo& info) {
  for (const auto& [layer, health] : info.health) {
    const Metrics figures{{concat("spikes/", layer, "/rate"), health.mean_rate},
                          {concat("spikes/", layer, "/silent"), health.silent_share},
                          {concat("spikes/", layer, "/saturated"), health.saturated_share},
                          {concat("gradients/", layer, "/in"), health.gradient_in},
                          {concat("gradients/", layer, "/out"), health.gradient_out}};
    for (const auto& [tag, figure] : figures) {
      if (!std::isnan(figure)) add_scalar(tag, step, figure);
    }
  }
  if (info.health.empty() || !module_) return;
  for (const auto& parameter : module_->model().named_parameters()) {
    add_histogram("weights/" + parameter.key(), step, parameter.value().detach());
  }
}

void TensorBoardLogger::on_fit_end() {
  module_ = nullptr;
  if (file_.path().empty()) return;  // there was no epoch
  if (!hyper_parameters_.empty()) attempt([&] { file_.add(tensorboard::session_end_event(wall_time())); });
  flush();
}

void TensorBoardLogger::flush() {
  attempt([&] {
    if (file_.path().empty() && tensorboard::is_available()) write_hyper_parameters(folder_, hyper_parameters_);
    file_.flush();
  });
}

void TensorBoardLogger::attempt(const std::function<void()>& work) {
  try {
    work();
  } catch (const DataError& error) {
    if (!warned_) log::warning(concat("training goes on without events for TensorBoard: ", error.what()));
    warned_ = true;
  }
}

State TensorBoardLogger::save() const {
  State state;
  state.set_part("file", file_.save());
  state.set_integer("last_update", steps_.last_update());
  return state;
}

void TensorBoardLogger::load(const State& state) {
  steps_.set_last_update(state.integer("last_update"));
  try {
    file_.load(state.part("file"));
  } catch (const DataError& error) {
    log::warning(concat("events for TensorBoard go on in a new file: ", error.what()));
  }
}

void write_evaluation_events(const std::string& folder, const Metrics& metrics, const NamedImages& images) {
  EventFile file(folder);
  auto by_name = metrics;  // as Lightning writes them
  std::sort(by_name.begin(), by_name.end());
  add_figures(file, 0, 0, by_name);
  for (const auto& [tag, image] : images) file.add(image_event(0, tag, image));
  write_hyper_parameters(folder, {});
  file.flush();
}

}  // namespace qualia_snn::experimenttracking
