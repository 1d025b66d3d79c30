#pragma once

#include <string>
#include <vector>

#include "qualia_snn/datamodel/data_model.h"

namespace qualia_snn::dataset {

/// A source of samples: reads the published files of a data set.
class QUALIA_SNN_API Dataset {
 public:
  virtual ~Dataset();
  /// Returns the name of the folder in out/data/.
  virtual std::string name() const = 0;
  /// Does once what adds to the raw files, for example draws a split that is kept beside them; goes before `sources`.
  virtual void prepare() const;
  /// Returns the raw files where reading them takes long: what was read is then kept in out/cache/ and taken from there
  /// while they stay the same.
  virtual std::vector<std::string> sources() const;
  /// Reads the raw files.
  /// @throws DataError  if a file is missing or damaged.
  virtual datamodel::DataModel load() const = 0;
};

}  // namespace qualia_snn::dataset
