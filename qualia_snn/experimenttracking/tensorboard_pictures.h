#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "qualia_snn/experimenttracking/report.h"

namespace qualia_snn::experimenttracking::tensorboard {

/// Returns a confusion matrix as a grey picture, a square per cell: the darker, the larger its share of the row.
/// @return  [H, W], uint8
QUALIA_SNN_API at::Tensor confusion_picture(const std::vector<std::vector<std::int64_t>>& counts);

/// Returns a raster as a picture: time to the right, a row per neuron, spikes are black.
/// @return  [H, W], uint8
QUALIA_SNN_API at::Tensor raster_picture(const Report::Raster& raster);

}  // namespace qualia_snn::experimenttracking::tensorboard
