#pragma once

#include <cstdint>
#include <vector>

#include "qualia_snn/datamodel/raw_data.h"
#include "qualia_snn/learningframework/layer_health.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::learningframework {

/// How often how much of a training set is looked at: on average, one in a hundred of the samples that are trained on.
struct QUALIA_SNN_API HealthPlan {
  std::int64_t samples;  ///< evenly chosen: a hundredth of the set, at least 32 where there are so many, at most 256
  std::int64_t period;   ///< in epochs
  bool is_due(std::int64_t epoch, std::int64_t epochs) const { return epoch % period == 0 || epoch + 1 == epochs; }
};
QUALIA_SNN_API HealthPlan health_plan(std::int64_t set_size);

/// Measures every layer of neurons on the samples of a set that `health_plan` says, in the order of the graph.
///
/// The model is in evaluation mode: no statistics move, nothing is dropped, no gradient of a parameter is touched, and
/// training goes on with the same bits as without.
/// @param augmentations  where augmentations with `evaluate`, and encoders, draw from
QUALIA_SNN_API std::vector<NamedHealth> measure_spike_health(TrainerModule& module, const datamodel::RawData& data,
                                                             std::int64_t batch_size,
                                                             const RandomSource& augmentations);

}  // namespace qualia_snn::learningframework
