#pragma once

#include <string>
#include <vector>

#include "qualia_snn/postprocessing/parameter_distribution.h"

namespace qualia_snn::postprocessing {

/// Draws a histogram per parameter, as the text of an SVG file.
std::string distribution_chart(const std::string& model, const std::vector<ParameterDistribution>& distributions);

}  // namespace qualia_snn::postprocessing
