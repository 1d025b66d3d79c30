#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/core/sequence.h"
#include "qualia_snn/dataaugmentation/data_augmentation.h"
#include "qualia_snn/learningframework/guard_options.h"
#include "qualia_snn/learningframework/metrics.h"
#include "qualia_snn/learningframework/precision.h"
#include "qualia_snn/learningmodel/learning_model.h"

namespace qualia_snn::learningframework {

/// How batches go through a model and what is compared with the targets.
///
/// The learning frameworks derive from it; they differ in how time enters and leaves.
/// Source: qualia_core.learningframework.PyTorch and qualia_plugin_snn.learningframework.*, class TrainerModule.
class QUALIA_SNN_API TrainerModule {
 public:
  struct CheckpointMetric {
    std::string name = "val_avgclsacc";
    std::string mode = "max";

    static void options(auto&& o) {
      o("name", &CheckpointMetric::name, "metric that decides which epoch is best: val_..., train_... or train_loss");
      o("mode", &CheckpointMetric::mode, "whether more or less is better").one_of({"max", "min"});
    }
  };

  struct Options : GuardOptions {
    bool use_best_epoch = false;
    bool enable_progress_bar = true;
    std::int64_t progress_bar_refresh_rate = 1;
    std::string accelerator = "auto";
    config::Value devices{std::string("auto"), {}};
    config::Value precision{std::int64_t{32}, {}};
    std::vector<std::string> metrics = {"prec", "rec", "f1", "acc", "avgclsacc"};
    std::string loss = "crossentropy";
    bool enable_confusion_matrix = true;
    bool cuda_graphs = false, recompute = false;
    std::int64_t num_workers = 1;
    bool spike_health = true;
    CheckpointMetric checkpoint_metric;

    /// Tells whether the checkpoint metric is one that is measured, and what guards cannot be.
    std::string validate() const;

    static void options(auto&& o) {
      o("use_best_epoch", &Options::use_best_epoch, "keep the weights of the best epoch, not of the last");
      o("enable_progress_bar", &Options::enable_progress_bar, "show a live bar where the output is a terminal");
      o("progress_bar_refresh_rate", &Options::progress_bar_refresh_rate,
        "steps between two looks at the bar; 0: no bar")
          .at_least(0);
      o("accelerator", &Options::accelerator, "kind of device").one_of({"auto", "cpu", "gpu", "cuda"});
      o("devices", &Options::devices, "\"auto\", number of devices, or list of GPU numbers");
      o("precision", &Options::precision,
        "of training: 32, 64, \"16-mixed\" or \"bf16-mixed\"; evaluation after it runs in 32");
      o("metrics", &Options::metrics, "what is measured").one_of(MetricCollection::names());
      o("loss", &Options::loss, "loss of the mean output over time").one_of({"crossentropy", "mse"});
      o("enable_confusion_matrix", &Options::enable_confusion_matrix, "print the confusion matrix in evaluation");
      o("checkpoint_metric", &Options::checkpoint_metric, "which epoch is best");
      o("num_workers", &Options::num_workers,
        "threads that load and augment batches ahead of the steps; results do not depend on it (ours, not Qualia's)")
          .at_least(0)
          .at_most(64);
      o("spike_health", &Options::spike_health,
        "measure rates and gradients of every layer of neurons after epochs, on a hundredth of what was trained on "
        "(ours, "
        "not Qualia's)");
      // Off until it has run on a GPU.
      o("cuda_graphs", &Options::cuda_graphs, "launch training steps on a GPU as a whole (ours, not Qualia's)");
      o("recompute", &Options::recompute,
        "compute convolutions again in the backward pass instead of keeping their outputs: less memory, more time, the "
        "same weights (ours, not Qualia's)");
      GuardOptions::options(o);
    }
  };

  /// @throws ConfigError  if an option asks for something that is not offered; DeviceError for a device that cannot be
  ///         used.
  TrainerModule(Options options, const config::BuildContext& context);
  virtual ~TrainerModule();

  /// Takes the model that the next calls run, and moves it to the device.
  /// @throws ConfigError  if its step mode does not fit this framework.
  void set_model(std::shared_ptr<learningmodel::LearningModel> model);
  learningmodel::LearningModel& model() const { return *model_; }
  /// Turns the model's weights and buffers, and the samples of the next batches, into this floating-point type.
  void set_type(at::ScalarType type);
  /// Takes the augmentations of the next batches, in their order.
  void set_augmentations(std::vector<std::shared_ptr<dataaugmentation::DataAugmentation>> augmentations);

  /// Brings stored samples [N, (T,) ..., C] and targets [N, K] to the model: channels first, augmented, on the device,
  /// real numbers in the type of the model.
  ///
  /// @param training  else only augmentations with `evaluate` are applied
  /// @return  x [N, (T,) C, ...]; with an encoder it has a time axis too
  dataaugmentation::Batch prepare(const at::Tensor& x, const at::Tensor& y, bool training,
                                  const RandomSource& random) const;

  /// The first part of `prepare`: channels first, augmented before it goes to the device, and in pinned memory if that
  /// is a GPU; threads may do it ahead.
  dataaugmentation::Batch begin_batch(const at::Tensor& x, const at::Tensor& y, bool training,
                                      const RandomSource& random) const;
  /// The rest of `prepare`.
  dataaugmentation::Batch finish_batch(dataaugmentation::Batch batch, bool training, const RandomSource& random) const;

  /// Applies one augmentation to a batch [N, (T,) C, ...]; it sees N and T as one axis.
  dataaugmentation::Batch apply_dataaugmentation(const dataaugmentation::DataAugmentation& augmentation,
                                                 dataaugmentation::Batch batch, const RandomSource& random) const;

  /// Maps a batch [N, C, ...] ([N, T, C, ...] where time is in the data) to outputs [N, K], the mean over time.
  ///
  /// Forgets the model's state first. @throws as `check_batch` does.
  at::Tensor forward(const at::Tensor& x) const;
  /// The same layer by layer, with every layer's output shown.
  at::Tensor forward_layers(const at::Tensor& x, const layer::LayerGraph::Visitor& visit) const;
  /// @throws ShapeError  for a wrong number of axes or of time steps; DataError for samples of whole numbers.
  void check_batch(const at::Tensor& x) const;

  /// Returns the mean loss of a batch, 0-dim; target: one-hot or real values [N, K].
  at::Tensor loss(const at::Tensor& output, const at::Tensor& target) const;
  /// The same for a batch that may have been mixed: cross entropy with both targets, weighted.
  at::Tensor loss(const at::Tensor& output, const dataaugmentation::Batch& batch) const;

  /// Returns a view of stored samples [N, (T,) ..., C] as [N, (T,) C, ...].
  at::Tensor channels_last_to_channels_first(const at::Tensor& x) const;
  /// Returns a view of a batch [N, (T,) C, ...] as [N, (T,) ..., C].
  at::Tensor channels_first_to_channels_last(const at::Tensor& x) const;

  /// Returns the shape of one stored sample at one time step, channels last.
  std::vector<std::int64_t> sample_shape(const at::Tensor& stored) const;

  const Options& options() const { return options_; }
  at::Device device() const { return device_; }
  /// Returns the number format of training; evaluation after it runs in float32.
  const Precision& precision() const { return precision_; }

 protected:
  virtual std::string kind() const = 0;
  /// Returns whether samples have a time axis, the second one.
  virtual bool time_in_data() const { return false; }
  /// Returns whether batches get a time axis on their way to the model.
  virtual bool time_in_batch() const { return time_in_data(); }
  /// Returns x [N, C, ...] as the model takes it: by default as it is.
  virtual at::Tensor encode(const at::Tensor& x, const RandomSource& random) const;
  /// Returns the step mode that the framework drives; none: any model.
  virtual std::optional<StepMode> step_mode() const { return std::nullopt; }
  /// Returns the sequence that the model gets from a checked batch.
  virtual Sequence enter(const at::Tensor& x) const = 0;

 private:
  void check_rank(const at::Tensor& x) const;
  Sequence begin_sequence(const at::Tensor& x) const;
  dataaugmentation::Batch augment(dataaugmentation::Batch batch, bool before, bool training,
                                  const RandomSource& random) const;

  Options options_;
  at::Device device_;
  Precision precision_;
  at::ScalarType type_ = at::kFloat;
  std::shared_ptr<learningmodel::LearningModel> model_;
  std::vector<std::shared_ptr<dataaugmentation::DataAugmentation>> augmentations_;
};

}  // namespace qualia_snn::learningframework
