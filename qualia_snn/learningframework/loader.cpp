#include "qualia_snn/learningframework/loader.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "qualia_snn/core/error.h"

namespace qualia_snn::learningframework {
namespace {

/// Returns the given samples of a set, copied by this thread alone: the others are computing.
at::Tensor gather(const at::Tensor& set, const at::Tensor& samples) {
  if (!set.is_cpu() || !set.is_contiguous()) return set.index_select(0, samples);
  auto sizes = set.sizes().vec();
  sizes[0] = samples.size(0);
  auto batch = at::empty(sizes, set.options());
  const auto bytes = set.element_size() * set.numel() / std::max<std::int64_t>(1, set.size(0));
  const auto* const from = static_cast<const char*>(set.const_data_ptr());
  auto* const to = static_cast<char*>(batch.mutable_data_ptr());
  const auto* const positions = samples.const_data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < sizes[0]; ++i) std::memcpy(to + i * bytes, from + positions[i] * bytes, bytes);
  return batch;
}

}  // namespace

Loader::Loader(const datamodel::RawData& data, std::int64_t batch_size, at::Tensor order)
    : data_(data), batch_size_(batch_size), order_(std::move(order)) {
  if (!order_.defined()) return;
  const bool fits = order_.scalar_type() == at::kLong && order_.dim() == 1 && order_.size(0) == data_.size();
  QUALIA_SNN_CHECK(fits, ShapeError, "an order of the samples of type ", order_.scalar_type(), ", ", order_.sizes(),
                   "; expected [", data_.size(), "], int64");
  order_ = order_.contiguous();
  const bool inside = order_.numel() == 0 ||
                      (order_.min().item<std::int64_t>() >= 0 && order_.max().item<std::int64_t>() < data_.size());
  QUALIA_SNN_CHECK(inside, DataError, "an order of the samples names one that is not there; expected 0 to ",
                   data_.size() - 1);
}

std::int64_t Loader::batches() const { return data_.size() == 0 ? 0 : (data_.size() - 1) / batch_size_ + 1; }

StoredBatch Loader::batch(std::int64_t index) const {
  const auto begin = index * batch_size_;
  const auto count = std::min(batch_size_, data_.size() - begin);
  if (!order_.defined()) return {data_.x.narrow(0, begin, count), data_.y.narrow(0, begin, count)};
  const auto samples = order_.narrow(0, begin, count);
  return {gather(data_.x, samples), gather(data_.y, samples)};
}

}  // namespace qualia_snn::learningframework
