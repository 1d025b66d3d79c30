#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "qualia_snn/datamodel/raw_data.h"

namespace qualia_snn::learningframework {

/// Samples and targets of one step, as they are stored (channels last).
struct StoredBatch {
  at::Tensor x, y;
};

/// Cuts a set into batches; the last one may be shorter.
class QUALIA_SNN_API Loader {
 public:
  /// @param data  has to stay as long as the loader
  /// @param order  positions of the samples [N], int64; undefined: in their order
  /// @throws ShapeError or DataError  if the order does not fit the samples.
  Loader(const datamodel::RawData& data, std::int64_t batch_size, at::Tensor order = {});
  std::int64_t batches() const;
  StoredBatch batch(std::int64_t index) const;

 private:
  const datamodel::RawData& data_;
  std::int64_t batch_size_;
  at::Tensor order_;
};

}  // namespace qualia_snn::learningframework
