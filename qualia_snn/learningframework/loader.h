#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "qualia_snn/core/random.h"
#include "qualia_snn/datamodel/raw_data.h"

namespace qualia_snn::learningframework {

/// Samples and targets of one step, as they are stored (channels last).
struct Batch {
  at::Tensor x, y;
};

/// Cuts a set into batches; the last one may be shorter.
class QUALIA_SNN_API Loader {
 public:
  /// @param order  key of the permutation of the samples; none: in their order
  Loader(const datamodel::RawData& data, std::int64_t batch_size, const std::optional<RandomKey>& order = {});
  std::int64_t batches() const;
  Batch batch(std::int64_t index) const;

 private:
  const datamodel::RawData& data_;
  std::int64_t batch_size_;
  at::Tensor order_;  ///< [N], or undefined
};

}  // namespace qualia_snn::learningframework
