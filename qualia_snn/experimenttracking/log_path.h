#pragma once

#include <string>
#include <string_view>

#include "qualia_snn/core/api.h"

namespace qualia_snn::experimenttracking {

/// Returns where the logs of one kind are: `logs/<bench>/<kind>` under `root`.
QUALIA_SNN_API std::string log_folder(const std::string& root, const std::string& bench, const std::string& kind);

/// Writes the first log file of a run, `<folder>/[<hash>_]<date><extension>`, and so claims that name for the others.
///
/// The hash is the start of git's HEAD where `root` lies in a git work tree; a name that is taken gets a number.
/// @return  the claimed name, without folder and extension.
/// @throws DataError  if the file cannot be written.
QUALIA_SNN_API std::string claim_log_name(const std::string& root, const std::string& folder,
                                          const std::string& extension, std::string_view contents);

}  // namespace qualia_snn::experimenttracking
