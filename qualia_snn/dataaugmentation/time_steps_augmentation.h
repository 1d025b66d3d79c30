#pragma once

#include <mutex>

#include "qualia_snn/dataaugmentation/data_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// An augmentation that knows time: of samples of T steps, x [N*T, C, ...], each changed on its own.
class QUALIA_SNN_API TimeStepsAugmentation : public DataAugmentation {
 public:
  struct Options : DataAugmentation::Options {
    bool collapse_timesteps = false;

    static void options(auto&& o) {
      o("collapse_timesteps", &Options::collapse_timesteps, "take every time step for a sample of its own");
      DataAugmentation::Options::options(o);
    }
  };
  /// @param kind  its name in messages
  TimeStepsAugmentation(const char* kind, const Options& options)
      : DataAugmentation(options), kind_(kind), collapses_(options.collapse_timesteps) {}
  /// @throws ShapeError  if x is no whole number of samples, or not what it changes.
  Batch apply(const Batch& batch, const RandomSource& random) const final;

 protected:
  /// Returns samples [N, T, C, ...] that are changed with a generator of the CPU.
  virtual at::Tensor change(const at::Tensor& samples, at::Generator& generator) const = 0;

  /// Returns whether it changes time itself: on samples of one step that is worth a warning.
  virtual bool needs_steps() const { return false; }
  const char* kind() const { return kind_; }

 private:
  const char* kind_;
  bool collapses_;
  mutable std::once_flag warned_;
};

/// Returns [N, ...] as [N, 1, ..., 1] with as many axes as `like`, on its device.
at::Tensor per_sample(const at::Tensor& values, const at::Tensor& like);

}  // namespace qualia_snn::dataaugmentation
