#include "qualia_snn/learningframework/loader.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

namespace qualia_snn::learningframework {

Loader::Loader(const datamodel::RawData& data, std::int64_t batch_size, at::Tensor order)
    : data_(data), batch_size_(batch_size), order_(std::move(order)) {}

std::int64_t Loader::batches() const { return data_.size() == 0 ? 0 : (data_.size() - 1) / batch_size_ + 1; }

StoredBatch Loader::batch(std::int64_t index) const {
  const auto begin = index * batch_size_;
  const auto count = std::min(batch_size_, data_.size() - begin);
  if (!order_.defined()) return {data_.x.narrow(0, begin, count), data_.y.narrow(0, begin, count)};
  const auto samples = order_.narrow(0, begin, count);
  return {data_.x.index_select(0, samples), data_.y.index_select(0, samples)};
}

}  // namespace qualia_snn::learningframework
