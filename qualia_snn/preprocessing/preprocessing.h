#pragma once

#include "qualia_snn/datamodel/data_model.h"

namespace qualia_snn::preprocessing {

/// One step between the raw files and out/data/.
class QUALIA_SNN_API Preprocessing {
 public:
  virtual ~Preprocessing();
  /// Changes the sets of a data set, or what it is.
  /// @throws DataError  if it is not of the kind that the step needs.
  virtual void apply(datamodel::DataModel& data) const = 0;
};

/// A step from arrays to arrays.
class QUALIA_SNN_API RawPreprocessing : public Preprocessing {
 public:
  /// @param kind  its name in messages
  explicit RawPreprocessing(const char* kind) : kind_(kind) {}
  void apply(datamodel::DataModel& data) const final { change(datamodel::raw_data(data, kind_)); }
  void apply(datamodel::RawDataModel& data) const { change(data); }

 protected:
  /// Changes the sets.
  virtual void change(datamodel::RawDataModel& data) const = 0;
  const char* kind() const { return kind_; }

 private:
  const char* kind_;
};

}  // namespace qualia_snn::preprocessing
