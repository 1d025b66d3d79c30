#pragma once

#include "qualia_snn/datamodel/raw_data.h"

namespace qualia_snn::preprocessing {

/// One step between the raw files and out/data/.
class QUALIA_SNN_API Preprocessing {
 public:
  virtual ~Preprocessing();
  /// Changes the sets of a data set.
  /// @throws DataError  if they are not of the kind that the step needs.
  virtual void apply(datamodel::RawDataModel& data) const = 0;
};

}  // namespace qualia_snn::preprocessing
