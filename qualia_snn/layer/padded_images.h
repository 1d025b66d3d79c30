#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace qualia_snn::layer {

/// Places of zeros around an image.
struct ImagePadding {
  std::int64_t top = 0, left = 0, bottom = 0, right = 0;
};

/// Images of a batch as numbers with their padding, one at a time.
///
/// They are stored as float, bfloat16 or, spikes, as bytes. One object serves one thread.
class PaddedImages {
 public:
  /// @param x  [N, C, S] or [N, C, H, W] with channels as the fastest axis
  PaddedImages(const at::Tensor& x, const ImagePadding& padding);

  /// Returns image n [H, W, C] with its padding, until another one is asked for.
  const float* operator[](std::int64_t n);
  /// Numbers from line to line.
  std::int64_t line() const { return padded_row_; }

 private:
  void copy(const char* row, float* to) const;

  at::ScalarType type_;
  const char* values_;
  std::int64_t bytes_, H_, row_, padded_row_, first_;
  bool copies_;
  std::int64_t held_ = -1;  ///< the image in memory
  std::vector<float> memory_;
};

}  // namespace qualia_snn::layer
