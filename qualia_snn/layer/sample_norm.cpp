#include "qualia_snn/layer/sample_norm.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::layer {

Sequence SampleNorm::forward(const Sequence& input) {
  // Qualia: in place, so the batch itself changes; nothing reads it afterwards.
  if (norm_ == Norm::kZ) {
    const auto centred = input.x - input.x.mean(-1, /*keepdim=*/true);
    return input.with(centred / centred.std(-1, /*unbiased=*/true, /*keepdim=*/true));
  }
  const auto raised = input.x - input.x.amin(-1, /*keepdim=*/true);
  return input.with(raised / raised.amax(-1, /*keepdim=*/true));
}

Shape SampleNorm::output_shape(const std::vector<Shape>& inputs) const {
  QUALIA_SNN_CHECK(inputs.at(0).size() == 2, ShapeError, "got ", at::IntArrayRef(inputs.at(0)),
                   "; expected one-dimensional data [C, S]");
  return inputs.at(0);
}

}  // namespace qualia_snn::layer
