#pragma once

#include <string>

#include "qualia_snn/experimenttracking/report.h"

namespace qualia_snn::experimenttracking::report {

/// Returns the confusion matrix as a picture with recalls, and the most frequent confusions.
std::string confusion_section(const Report& report);

}  // namespace qualia_snn::experimenttracking::report
