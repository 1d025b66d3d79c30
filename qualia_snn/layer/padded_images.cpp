#include "qualia_snn/layer/padded_images.h"

#include <cstring>

#include "qualia_snn/neuron/instruction_set.h"

namespace qualia_snn::layer {

PaddedImages::PaddedImages(const at::Tensor& x, const ImagePadding& p)
    : type_(x.scalar_type()),
      values_(static_cast<const char*>(x.const_data_ptr())),
      bytes_(static_cast<std::int64_t>(x.element_size())),
      H_(x.dim() == 3 ? 1 : x.size(2)),
      row_(x.size(-1) * x.size(1)),
      padded_row_(row_ + (p.left + p.right) * x.size(1)),
      first_(p.top * padded_row_ + p.left * x.size(1)),
      copies_(type_ != at::kFloat || p.top > 0 || p.left > 0 || p.bottom > 0 || p.right > 0),
      memory_(static_cast<std::size_t>(copies_ ? (H_ + p.top + p.bottom) * padded_row_ : 0)) {}

const float* PaddedImages::operator[](std::int64_t n) {
  const char* const image = values_ + n * H_ * row_ * bytes_;
  if (!copies_) return reinterpret_cast<const float*>(image);
  for (std::int64_t h = 0; h < H_ && held_ != n; ++h) {
    copy(image + h * row_ * bytes_, memory_.data() + first_ + h * padded_row_);
  }
  held_ = n;
  return memory_.data();
}

void PaddedImages::copy(const char* row, float* to) const {
  const auto& set = neuron::common_kernels(neuron::instruction_set());
  if (type_ == at::kFloat) std::memcpy(to, row, static_cast<std::size_t>(row_) * sizeof(float));
  if (type_ == at::kBFloat16) set.from_bfloat16(row_, reinterpret_cast<const std::uint16_t*>(row), to);
  if (type_ == at::kByte) set.from_bytes(row_, reinterpret_cast<const std::uint8_t*>(row), to);
}

}  // namespace qualia_snn::layer
