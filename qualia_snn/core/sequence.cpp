#include "qualia_snn/core/sequence.h"

#include <ATen/ATen.h>

#include <vector>

namespace qualia_snn {

Sequence Sequence::expanded() const {
  if (!repeated) return *this;
  if (T == 1) return {x, 1, false, complete, spikes};
  // cat keeps channels-last strides, where repeat() and stack() would make a contiguous tensor.
  return {at::cat(std::vector<at::Tensor>(static_cast<std::size_t>(T), x), 0), T, false, complete, spikes};
}

}  // namespace qualia_snn
