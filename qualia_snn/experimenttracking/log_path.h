#pragma once

#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn::experimenttracking {

/// Returns the path of a new log file with Qualia's name, `logs/<bench>/<kind>/[<hash>_]<date>.<extension>` under
/// `root`.
///
/// The hash is the start of git's HEAD where `root` lies in a git work tree; a name that is taken gets a number.
QUALIA_SNN_API std::string new_log_path(const std::string& root, const std::string& bench, const std::string& kind,
                                        const std::string& extension);

}  // namespace qualia_snn::experimenttracking
