#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "qualia_snn/experimenttracking/report.h"

namespace qualia_snn::experimenttracking::report {

/// Returns a strip of shaded cells, one value from 0 to `largest` after the other; what is not finite stays empty.
std::string strip(const std::vector<double>& values, double largest, const std::string& title);

/// Returns a square of K x K shaded cells, `shares` being rows of shares, with a bar for each row on its right.
std::string square(const std::vector<std::vector<double>>& shares, const std::vector<double>& bars,
                   const std::string& title);

/// Returns a <figure> of the spikes of some neurons: time runs to the right.
std::string raster(const Report::Raster& raster);

}  // namespace qualia_snn::experimenttracking::report
