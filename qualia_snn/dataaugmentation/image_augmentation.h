#pragma once

#include <c10/util/FunctionRef.h>

#include "qualia_snn/dataaugmentation/shared_decision.h"

namespace qualia_snn::dataaugmentation {

/// An augmentation of images [N*T, C, H, W], each of C, H, W at least 1.
class QUALIA_SNN_API ImageAugmentation : public SharedDecision {
 public:
  using SharedDecision::SharedDecision;

 protected:
  void check(const at::Tensor& x) const override;
  /// Returns the result of an interpolation that needs float32 or float64, in the type of the images: integers are
  /// rounded, bytes kept in their range.
  static at::Tensor interpolate(const at::Tensor& images,
                                c10::function_ref<at::Tensor(const at::Tensor&)> interpolation);
};

}  // namespace qualia_snn::dataaugmentation
