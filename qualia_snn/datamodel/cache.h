#pragma once

#include <functional>
#include <string>
#include <vector>

#include "qualia_snn/core/api.h"
#include "qualia_snn/datamodel/data_model.h"

namespace qualia_snn::datamodel {

/// Names what a data set was read from, so that it is read again when something of it changes.
struct CacheKey {
  std::string name;                  ///< of the data set
  std::string parameters;            ///< how it is read
  std::vector<std::string> sources;  ///< files, of which path, size and time count

  /// Returns 64 hexadecimal digits.
  QUALIA_SNN_API std::string hash() const;
};

/// Returns a data set of arrays or events from `folder`/<name>, or reads it and keeps it there.
///
/// What is there counts only if it was kept completely, for the same key, and all its bytes are unchanged (SHA-256);
/// else it is read and kept anew. Arrays are mapped, events too.
/// Sources that change while they are read leave nothing behind.
/// @param key  called before and, as reading may add sources, after `read`
/// @throws DataError  as `read` does, or if it cannot be kept.
QUALIA_SNN_API DataModel cached(const std::string& folder, const std::function<CacheKey()>& key,
                                const std::function<DataModel()>& read);

}  // namespace qualia_snn::datamodel
