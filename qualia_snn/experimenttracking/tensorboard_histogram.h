#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "qualia_snn/experimenttracking/tensorboard_events.h"

namespace qualia_snn::experimenttracking::tensorboard {

/// Returns the histogram of a tensor in TensorBoard's buckets: +-1e-12 * 1.1^k and 0.
///
/// Source: torch.utils.tensorboard, `SummaryWriter.default_bins` and `make_histogram`, which values that are not finite
/// make useless: here they are left out. None if there is no finite value within the buckets.
QUALIA_SNN_API std::optional<Histogram> make_histogram(const at::Tensor& values);

}  // namespace qualia_snn::experimenttracking::tensorboard
