#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "qualia_snn/datamodel/raw_data.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::postprocessing {

/// Name of the feature map that is the input of the model.
inline constexpr const char* kInputMap = "__INPUT__";

/// What a layer answers on average.
struct FeatureMap {
  std::string name;  ///< of the layer
  at::Tensor mean;   ///< [C, H, W], [C, S] or [C], float32
};

/// Returns the mean output of every layer over samples and time steps, and the input in front.
///
/// Source: qualia_core.postprocessing.VisualizeFeatureMaps, whose means of multi-step layers are over time alone.
QUALIA_SNN_API std::vector<FeatureMap> mean_feature_maps(learningframework::TrainerModule& framework,
                                                         const datamodel::RawData& data, std::int64_t batch_size);

/// Draws a feature map as a picture, [height, width, 3] of uint8: blue is below 0, white is 0, red is above.
///
/// Channels of images stand side by side in rows, those of signals below one another. All share one scale.
QUALIA_SNN_API at::Tensor feature_sheet(const at::Tensor& map);

}  // namespace qualia_snn::postprocessing
