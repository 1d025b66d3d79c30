#include "qualia_snn/learningframework/trainer_module.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "qualia_snn/core/error.h"

namespace qualia_snn::learningframework {
namespace {

constexpr const char* kCpuOverride = "--learningframework.params.accelerator=cpu";

void check_precision(const config::Value& precision) {
  const auto* number = precision.get_if<std::int64_t>();
  const auto* text = precision.get_if<std::string>();
  if ((number && *number == 32) || (text && (*text == "32" || *text == "32-true"))) return;
  config::fail(precision, "learningframework.params.precision",
               "only 32 is offered yet; use --learningframework.params.precision=32");
}

/// Lightning's forms: "auto", a number of devices (-1: all), a list of device numbers.
bool is_device_choice(const config::Value& devices) {
  if (const auto* word = devices.get_if<std::string>()) return *word == "auto";
  if (const auto* count = devices.get_if<std::int64_t>()) return *count >= 1 || *count == -1;
  const auto* list = devices.get_if<config::Value::List>();
  return list && !list->empty() && std::all_of(list->begin(), list->end(), [](const config::Value& item) {
           const auto* number = item.get_if<std::int64_t>();
           return number != nullptr && *number >= 0;
         });
}

void check_devices(const std::string& accelerator, const config::Value& devices) {
  if (!is_device_choice(devices)) {
    config::fail(devices, "learningframework.params.devices",
                 "must be \"auto\", a number of devices or a list of device numbers");
  }
  if (accelerator == "cpu") return;
  const bool asks_for_gpu = accelerator == "gpu" || accelerator == "cuda" || devices.is_list();
  QUALIA_SNN_CHECK(!asks_for_gpu, DeviceError, devices.location().str(), devices.location().str().empty() ? "" : ": ",
                   "learningframework.params asks for a GPU (accelerator = \"", accelerator,
                   "\", devices = ", devices.str(), "), which is not offered yet; use ", kCpuOverride);
}

}  // namespace

TrainerModule::TrainerModule(Options options, const config::BuildContext&) : options_(std::move(options)) {
  check_precision(options_.precision);
  check_devices(options_.accelerator, options_.devices);
}

TrainerModule::~TrainerModule() = default;

void TrainerModule::set_model(std::shared_ptr<learningmodel::LearningModel> model) {
  const auto required = step_mode();
  const auto found = model->shape().step_mode;
  if (required && found && *required != *found) {
    throw ConfigError(concat("the learning framework ", kind(), " drives step_mode '", static_cast<char>(*required),
                             "', the model's neuron has step_mode '", static_cast<char>(*found),
                             "'; set params.neuron.params.step_mode = \"", static_cast<char>(*required), "\" or use ",
                             *found == StepMode::kMulti ? "SpikingJellyMultiStep" : "SpikingJelly",
                             time_in_data() ? "TimeStepsInData" : ""));
  }
  model_ = std::move(model);
}

at::Tensor TrainerModule::forward(const at::Tensor& x) const {
  check_batch(x);
  model_->reset();
  const auto output = model_->forward(enter(x)).expanded();
  if (output.T == 1) return output.x;
  // Rate decoding: sum over time, then divide, as Qualia does.
  return output.x.unflatten(0, {output.T, output.batch()}).sum(0).div(output.T);
}

at::Tensor TrainerModule::loss(const at::Tensor& output, const at::Tensor& target) const {
  QUALIA_SNN_CHECK(output.sizes() == target.sizes(), ShapeError, "the model gives ", output.sizes(),
                   ", the targets are ", target.sizes());
  if (options_.loss == "mse") return at::mse_loss(output, target);
  return at::cross_entropy_loss(output, target.argmax(1));
}

void TrainerModule::check_batch(const at::Tensor& x) const {
  QUALIA_SNN_CHECK(model_, ConfigError, kind(), ": no model was set");
  const auto& shape = model_->shape();
  const auto& sample = model_->graph().input_shape();
  const auto time_axes = time_in_data() ? 1 : 0;
  const auto expected = concat(time_in_data() ? "[N, T, C" : "[N, C", sample.size() == 3 ? ", H, W]" : ", S]");
  QUALIA_SNN_CHECK(x.dim() == static_cast<std::int64_t>(sample.size()) + 1 + time_axes, ShapeError, kind(),
                   " takes batches ", expected, ", got ", x.sizes());
  QUALIA_SNN_CHECK(!time_in_data() || x.size(1) == shape.timesteps, ShapeError, "the data has T = ", x.size(1),
                   " time steps, the model has timesteps = ", shape.timesteps);
  QUALIA_SNN_CHECK(x.sizes().slice(static_cast<std::size_t>(1 + time_axes)).equals(sample), ShapeError,
                   "the model takes samples ", at::IntArrayRef(sample), " (channels first), the batch is ", x.sizes());
  QUALIA_SNN_CHECK(x.is_floating_point(), DataError, "samples of type ", x.scalar_type(),
                   " cannot be trained on; set dataset.params.dtype = \"float32\"");
}

void TrainerModule::check_rank(const at::Tensor& x) const {
  const std::int64_t time_axes = time_in_data() ? 1 : 0;
  QUALIA_SNN_CHECK(x.dim() == 3 + time_axes || x.dim() == 4 + time_axes, ShapeError, kind(), " takes samples ",
                   time_in_data() ? "[N, T, S, C] or [N, T, H, W, C]" : "[N, S, C] or [N, H, W, C]", ", got ",
                   x.sizes());
}

at::Tensor TrainerModule::channels_last_to_channels_first(const at::Tensor& x) const {
  check_rank(x);
  return x.movedim(-1, time_in_data() ? 2 : 1);
}

at::Tensor TrainerModule::channels_first_to_channels_last(const at::Tensor& x) const {
  check_rank(x);
  return x.movedim(time_in_data() ? 2 : 1, -1);
}

std::vector<std::int64_t> TrainerModule::sample_shape(const at::Tensor& stored) const {
  check_rank(stored);
  return stored.sizes().slice(time_in_data() ? 2 : 1).vec();
}

}  // namespace qualia_snn::learningframework
