#pragma once

#include <string>
#include <string_view>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Returns a text so that it is only text in HTML and SVG, in an element or in a quoted attribute.
QUALIA_SNN_API std::string escape_markup(std::string_view text);

}  // namespace qualia_snn
