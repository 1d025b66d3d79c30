#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <future>

#include "qualia_snn/datamodel/raw_data.h"

namespace qualia_snn::learningframework {

/// Samples and targets of one step, as they are stored (channels last).
struct StoredBatch {
  at::Tensor x, y;
};

/// Cuts a set into batches; the last one may be shorter.
class QUALIA_SNN_API Loader {
 public:
  /// @param order  positions of the samples [N], int64; undefined: in their order
  Loader(const datamodel::RawData& data, std::int64_t batch_size, at::Tensor order = {});
  std::int64_t batches() const;
  StoredBatch batch(std::int64_t index) const;
  /// Returns what `batch` will, which a thread brings together in the meantime.
  std::future<StoredBatch> batch_ahead(std::int64_t index) const;

 private:
  const datamodel::RawData& data_;
  std::int64_t batch_size_;
  at::Tensor order_;
};

}  // namespace qualia_snn::learningframework
