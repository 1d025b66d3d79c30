#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "qualia_snn/core/api.h"
#include "qualia_snn/core/state.h"

namespace qualia_snn::learningframework {

/// Keeps gradients in the range of float16: the loss is multiplied by a number that halves whenever a gradient
/// overflows, and doubles after many steps without one. Nothing is read back from the device.
///
/// Source: torch.amp.GradScaler, with its defaults.
class QUALIA_SNN_API LossScaler {
 public:
  static constexpr double kInitialScale = 65536, kGrowth = 2, kBackoff = 0.5;
  static constexpr std::int64_t kGrowthInterval = 2000;

  explicit LossScaler(at::Device device);

  /// Returns the factor of the loss, float32 [].
  const at::Tensor& scale() const { return scale_; }
  /// Divides gradients by the scale. @return  1 if one of them is not finite, else 0, float32 [].
  at::Tensor unscale(const std::vector<at::Tensor>& gradients) const;
  /// Sets the scale for the next step.
  void update(const at::Tensor& found_inf);

  State save() const;
  void load(const State& state);

 private:
  at::Tensor scale_, growth_tracker_;
};

}  // namespace qualia_snn::learningframework
