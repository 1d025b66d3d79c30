#pragma once

#include <string_view>

namespace qualia_snn::experimenttracking::report {

/// Returns the page's style sheet, for light, dark, narrow and printed pages.
std::string_view style();

}  // namespace qualia_snn::experimenttracking::report
