#pragma once

#include <string>

#include "qualia_snn/datamodel/raw_data.h"

namespace qualia_snn::dataset {

/// A source of samples: reads the published files of a data set.
class QUALIA_SNN_API Dataset {
 public:
  virtual ~Dataset();
  /// Returns the name of the folder in out/data/.
  virtual std::string name() const = 0;
  /// Reads the raw files.
  /// @throws DataError  if a file is missing or damaged.
  virtual datamodel::RawDataModel load() const = 0;
};

}  // namespace qualia_snn::dataset
