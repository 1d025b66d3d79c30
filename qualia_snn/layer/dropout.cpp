#include "qualia_snn/layer/dropout.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::layer {

Sequence Dropout::forward(const Sequence& input) {
  if (!is_training() || p_ == 0) return input;
  const auto step = input.x.narrow(0, 0, input.x.size(0) / input.T).detach();
  if (!mask_.defined()) {
    const auto generator = key_ ? std::optional(key_->generator(step.device())) : std::nullopt;
    mask_ = at::empty_like(step).bernoulli_(1 - p_, generator).div_(1 - p_);
  }
  QUALIA_SNN_CHECK(mask_.sizes() == step.sizes(), ShapeError, "Dropout: the batch changed from ", mask_.sizes(), " to ",
                   step.sizes(), " without reset()");
  return input.with(input.x * Sequence{mask_, input.T, true}.expanded().x);
}

}  // namespace qualia_snn::layer
