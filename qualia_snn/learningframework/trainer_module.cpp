#include "qualia_snn/learningframework/trainer_module.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "qualia_snn/core/device.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/spelling.h"

namespace qualia_snn::learningframework {
namespace {

constexpr const char* kDevicesPath = "learningframework.params.devices";

/// Reads Lightning's forms: "auto", a number of devices (-1: all), a list of device numbers.
DeviceRequest read_devices(const std::string& accelerator, const config::Value& devices) {
  DeviceRequest request{accelerator, {}, {}};
  if (const auto* word = devices.get_if<std::string>(); word && *word == "auto") return request;
  if (const auto* count = devices.get_if<std::int64_t>(); count && (*count >= 1 || *count == -1)) {
    request.count = *count;
    return request;
  }
  if (const auto* list = devices.get_if<config::Value::List>(); list && !list->empty()) {
    for (const auto& item : *list) {
      const auto* number = item.get_if<std::int64_t>();
      if (number && *number >= 0) request.indices.push_back(*number);
    }
    if (request.indices.size() == list->size()) return request;
  }
  config::fail(devices, kDevicesPath, "must be \"auto\", a number of devices or a list of device numbers");
}

void check_sizes(const at::Tensor& output, const at::Tensor& target) {
  QUALIA_SNN_CHECK(output.sizes() == target.sizes(), ShapeError, "the model gives ", output.sizes(),
                   ", the targets are ", target.sizes());
}

/// Rate decoding: sum over time, then divide, as Qualia does.
at::Tensor mean_over_time(const Sequence& given) {
  const auto output = given.expanded();
  if (output.T == 1) return output.x;
  return output.x.unflatten(0, {output.T, output.batch()}).sum(0).div(output.T);
}

at::Device choose(const std::string& accelerator, const config::Value& devices) {
  try {
    return choose_device(read_devices(accelerator, devices));
  } catch (const DeviceError& error) {
    const auto where = devices.location().str();
    throw DeviceError(concat(where, where.empty() ? "" : ": ", "learningframework.params (accelerator = \"",
                             accelerator, "\", devices = ", devices.str(), ") ", error.what(),
                             "; use --learningframework.params.accelerator=cpu --learningframework.params.devices=1"));
  }
}

}  // namespace

std::string TrainerModule::Options::validate() const {
  if (const auto wrong = validate_guards(); !wrong.empty()) return wrong;
  const auto& name = checkpoint_metric.name;
  if (name == "train_loss") return "";
  for (const char* prefix : {"val_", "train_"}) {
    for (const auto& metric : metrics) {
      if (name == prefix + metric) return "";
    }
  }
  // Qualia's default names a metric that metrics may leave out.
  if (name == CheckpointMetric().name) return "";
  return "checkpoint_metric.name = \"" + name +
         "\": is not measured; expected train_loss, or train_ or val_ and one of " + join(metrics);
}

TrainerModule::TrainerModule(Options options, const config::BuildContext&)
    : options_(std::move(options)),
      device_(choose(options_.accelerator, options_.devices)),
      precision_(read_precision(options_.precision, device_)) {}

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
  model->to(device_);
  if (!model->set_recompute(options_.recompute) && options_.recompute) {
    log::warning("learningframework.params.recompute has no effect on this model: no neuron reads a convolution");
  }
  model_ = std::move(model);
}

void TrainerModule::set_type(at::ScalarType type) {
  type_ = type;
  const auto convert = [&](at::Tensor tensor) {
    if (!tensor.is_floating_point() || tensor.scalar_type() == type) return;
    tensor.mutable_grad().reset();
    tensor.set_data(tensor.detach().to(type));
  };
  for (const auto& parameter : model_->parameters()) convert(parameter);
  for (const auto& buffer : model_->buffers()) convert(buffer);
}

void TrainerModule::set_augmentations(std::vector<std::shared_ptr<dataaugmentation::DataAugmentation>> augmentations) {
  augmentations_ = std::move(augmentations);
}

dataaugmentation::Batch TrainerModule::prepare(const at::Tensor& x, const at::Tensor& y, bool training,
                                               const RandomSource& random) const {
  return finish_batch(begin_batch(x, y, training, random), training, random);
}

dataaugmentation::Batch TrainerModule::augment(dataaugmentation::Batch batch, bool before, bool training,
                                               const RandomSource& random) const {
  const auto stream = random.with(before ? "before" : "after");
  for (std::size_t i = 0; i < augmentations_.size(); ++i) {
    const auto& when = augmentations_[i]->when();
    if (!(before ? when.before : when.after) || !(training || when.evaluate)) continue;
    batch = apply_dataaugmentation(*augmentations_[i], std::move(batch), stream.with(static_cast<std::int64_t>(i)));
  }
  return batch;
}

dataaugmentation::Batch TrainerModule::begin_batch(const at::Tensor& x, const at::Tensor& y, bool training,
                                                   const RandomSource& random) const {
  dataaugmentation::Batch batch{channels_last_to_channels_first(x), y, {}, {}, time_in_data() ? x.size(1) : 1};
  batch = augment(std::move(batch), /*before=*/true, training, random);
  if (device_.is_cuda()) {
    for (auto* tensor : {&batch.x, &batch.target}) *tensor = tensor->pin_memory();
  }
  return batch;
}

dataaugmentation::Batch TrainerModule::finish_batch(dataaugmentation::Batch batch, bool training,
                                                    const RandomSource& random) const {
  const auto bring = [&] {
    for (auto* tensor : {&batch.x, &batch.target, &batch.second_target, &batch.weight}) {
      if (!tensor->defined()) continue;
      const auto type = tensor->is_floating_point() ? type_ : tensor->scalar_type();
      *tensor = tensor->to(device_, type, /*non_blocking=*/tensor->is_pinned());
    }
  };
  bring();
  batch = augment(std::move(batch), /*before=*/false, training, random);
  bring();  // an augmentation may have made real numbers of whole ones
  batch.x = encode(batch.x, random.with("encoder"));
  return batch;
}

at::Tensor TrainerModule::encode(const at::Tensor& x, const RandomSource&) const { return x; }

dataaugmentation::Batch TrainerModule::apply_dataaugmentation(const dataaugmentation::DataAugmentation& augmentation,
                                                              dataaugmentation::Batch batch,
                                                              const RandomSource& random) const {
  if (!time_in_data()) return augmentation.apply(batch, random);
  batch.T = batch.x.size(1);
  batch.x = batch.x.flatten(0, 1);
  auto changed = augmentation.apply(batch, random);
  changed.x = changed.x.unflatten(0, {-1, batch.T});
  return changed;
}

Sequence TrainerModule::begin_sequence(const at::Tensor& x) const {
  check_batch(x);
  model_->reset();
  auto input = enter(x);
  // Potentials after the last step would take a step's memory per layer until the next batch, for nobody.
  input.complete = model_->is_training();
  return input;
}

at::Tensor TrainerModule::forward(const at::Tensor& x) const {
  return mean_over_time(model_->forward(begin_sequence(x)));
}

at::Tensor TrainerModule::forward_layers(const at::Tensor& x, const layer::LayerGraph::Visitor& visit) const {
  return mean_over_time(model_->forward_layers(begin_sequence(x), visit));
}

at::Tensor TrainerModule::loss(const at::Tensor& output, const at::Tensor& target) const {
  check_sizes(output, target);
  if (options_.loss == "mse") return at::mse_loss(output, target);
  return at::cross_entropy_loss(output, target.argmax(1));
}

at::Tensor TrainerModule::loss(const at::Tensor& output, const dataaugmentation::Batch& batch) const {
  if (!batch.second_target.defined()) return loss(output, batch.target);
  check_sizes(output, batch.target);
  // Qualia: a mixed batch has cross entropy whatever the configured loss.
  const auto entropy = [&](const at::Tensor& target) {
    const auto reduction = batch.weight.dim() == 0 ? at::Reduction::Mean : at::Reduction::None;
    return at::cross_entropy_loss(output, target, {}, reduction);
  };
  return (batch.weight * entropy(batch.target) + (1 - batch.weight) * entropy(batch.second_target)).mean();
}

void TrainerModule::check_batch(const at::Tensor& x) const {
  QUALIA_SNN_CHECK(model_, ConfigError, kind(), ": no model was set");
  const auto& shape = model_->shape();
  const auto& sample = model_->graph().input_shape();
  const auto time_axes = time_in_batch() ? 1 : 0;
  const auto expected = concat(time_in_batch() ? "[N, T, C" : "[N, C", sample.size() == 3 ? ", H, W]" : ", S]");
  QUALIA_SNN_CHECK(x.dim() == static_cast<std::int64_t>(sample.size()) + 1 + time_axes, ShapeError, kind(),
                   " takes batches ", expected, ", got ", x.sizes());
  QUALIA_SNN_CHECK(!time_in_batch() || x.size(1) == shape.timesteps, ShapeError, "the data has T = ", x.size(1),
                   " time steps, the model has timesteps = ", shape.timesteps);
  QUALIA_SNN_CHECK(x.sizes().slice(static_cast<std::size_t>(1 + time_axes)).equals(sample), ShapeError,
                   "the model takes samples ", at::IntArrayRef(sample), " (channels first), the batch is ", x.sizes());
  QUALIA_SNN_CHECK(x.is_floating_point(), DataError, "samples of type ", x.scalar_type(),
                   " cannot be trained on; set dataset.params.dtype = \"float32\", or add the data augmentation "
                   "IntToFloat32 with evaluate = true");
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
