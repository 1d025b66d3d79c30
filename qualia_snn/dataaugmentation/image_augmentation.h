#pragma once

#include <c10/util/FunctionRef.h>

#include "qualia_snn/dataaugmentation/data_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// An augmentation of images [N*T, C, H, W] that makes one random decision for the whole batch, or one per sample.
///
/// The T time steps of a sample share a decision.
class QUALIA_SNN_API ImageAugmentation : public DataAugmentation {
 public:
  struct Options : DataAugmentation::Options {
    bool per_sample = false;

    static void options(auto&& o) {
      o("per_sample", &Options::per_sample, "decide anew for every sample; Qualia decides once per batch");
      DataAugmentation::Options::options(o);
    }
  };
  /// @param kind  its name in messages
  ImageAugmentation(const char* kind, const Options& options)
      : DataAugmentation(options), kind_(kind), per_sample_(options.per_sample) {}
  /// @throws ShapeError  if x is not [N*T, C, H, W], each of C, H, W at least 1, or the images are too small.
  Batch apply(const Batch& batch, const RandomSource& random) const final;

 protected:
  /// Makes one decision with a generator of the CPU and changes all images [M, C, H, W] by it.
  virtual at::Tensor change(const at::Tensor& images, at::Generator& generator) const = 0;
  /// Returns the result of an interpolation that needs float32 or float64, in the type of the images: integers are
  /// rounded, bytes kept in their range.
  static at::Tensor interpolate(const at::Tensor& images,
                                c10::function_ref<at::Tensor(const at::Tensor&)> interpolation);

 private:
  const char* kind_;
  bool per_sample_;
};

}  // namespace qualia_snn::dataaugmentation
