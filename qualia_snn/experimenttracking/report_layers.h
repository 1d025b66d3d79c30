#pragma once

#include <string>

#include "qualia_snn/experimenttracking/report.h"

namespace qualia_snn::experimenttracking::report {

/// True if one layer at least fires.
bool has_spikes(const Report& report);

/// Returns firing rates over epochs, the last epoch's health, and what is wrong with it in words.
std::string activity_section(const Report& report);

/// Returns parameters and operations of each layer, with totals.
std::string cost_section(const Report& report);

}  // namespace qualia_snn::experimenttracking::report
