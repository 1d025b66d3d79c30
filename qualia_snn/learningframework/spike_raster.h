#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "qualia_snn/datamodel/raw_data.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::learningframework {

/// When the neurons of one layer fired for one sample.
struct SpikeRaster {
  std::int64_t sample;            ///< position in the set
  std::int64_t truth, predicted;  ///< classes
  std::string layer;
  at::Tensor spikes;  ///< [T, neurons], bool, on the CPU; at most 64 neurons, evenly chosen
};

/// Records the first and the last layer of neurons for a few evenly chosen samples, in evaluation mode.
/// @param augmentations  where augmentations with `evaluate`, and encoders, draw from
QUALIA_SNN_API std::vector<SpikeRaster> record_spikes(TrainerModule& module, const datamodel::RawData& data,
                                                      std::int64_t samples, const RandomSource& augmentations);

}  // namespace qualia_snn::learningframework
