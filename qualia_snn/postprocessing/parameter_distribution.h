#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "qualia_snn/core/api.h"
#include "qualia_snn/learningmodel/learning_model.h"

namespace qualia_snn::postprocessing {

/// How the values of a parameter are distributed.
struct ParameterDistribution {
  std::string name;                            ///< layer without dots and with two digits, then "-" and the parameter
  double min = 0, max = 0, mean = 0, std = 0;  ///< std: unbiased, NaN for a single value
  std::int64_t low = 0, high = 0;              ///< ends of the histogram
  std::vector<std::int64_t> histogram;         ///< values in equal parts of that; others are in none
};

/// Returns the distributions of all parameters of a model, in their order.
///
/// A histogram goes from the whole number below the least value to that above the greatest; `min` and `max` bound it.
/// Source: qualia_core.postprocessing.Distribution.
QUALIA_SNN_API std::vector<ParameterDistribution> parameter_distributions(const learningmodel::LearningModel& model,
                                                                          std::int64_t bins, double min, double max);

}  // namespace qualia_snn::postprocessing
