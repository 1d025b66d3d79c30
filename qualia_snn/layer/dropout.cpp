#include "qualia_snn/layer/dropout.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/memory_order.h"

namespace qualia_snn::layer {

at::Tensor Dropout::mask(const at::Tensor& step) {
  if (!is_training() || p_ == 0) return {};
  if (!mask_.defined()) {
    auto drawn = at::empty(step.sizes(), step.options());
    if (key_) {
      drawn.bernoulli_(1 - p_, key_->generator(step.device()));
    } else {
      drawn.bernoulli_(1 - p_);
    }
    mask_ = in_order_of(drawn.div_(1 - p_), step, step.scalar_type());
  }
  QUALIA_SNN_CHECK(mask_.sizes() == step.sizes(), ShapeError, "Dropout: the batch changed from ", mask_.sizes(), " to ",
                   step.sizes(), " without reset()");
  return mask_;
}

Sequence Dropout::forward(const Sequence& input) {
  const auto factors = mask(input.x.narrow(0, 0, input.batch()).detach());
  if (!factors.defined()) return input;
  return input.with(input.x * Sequence{factors, input.repeated ? 1 : input.T, true}.expanded().x);
}

}  // namespace qualia_snn::layer
