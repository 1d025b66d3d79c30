#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Returns the candidate with the smallest edit distance to `word`, or "" if none is close enough to be a typo.
QUALIA_SNN_API std::string nearest_spelling(std::string_view word, const std::vector<std::string>& candidates);

/// Returns "; did you mean \"x\"?" for the nearest candidate, or "".
QUALIA_SNN_API std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// Returns the words separated by ", ".
QUALIA_SNN_API std::string join(const std::vector<std::string>& words);

}  // namespace qualia_snn
