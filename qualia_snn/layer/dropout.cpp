#include "qualia_snn/layer/dropout.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/memory_order.h"

namespace qualia_snn::layer {

at::Tensor Dropout::mask(const at::Tensor& step) {
  if (!is_training() || p_ == 0) return {};
  if (held_.defined() && held_.sizes() == step.sizes()) return held_;
  if (!mask_.defined()) mask_ = in_order_of(draw(step), step, step.scalar_type());
  QUALIA_SNN_CHECK(mask_.sizes() == step.sizes(), ShapeError, "Dropout: the batch changed from ", mask_.sizes(), " to ",
                   step.sizes(), " without reset()");
  return mask_;
}

at::Tensor Dropout::draw(const at::Tensor& step) const {
  auto drawn = at::empty(step.sizes(), step.options());
  if (key_) {
    drawn.bernoulli_(1 - p_, key_->generator(step.device()));
  } else {
    drawn.bernoulli_(1 - p_);
  }
  return drawn.div_(1 - p_);
}

bool Dropout::hold_draws(bool hold) {
  held_ = hold ? mask_ : at::Tensor();
  return true;
}

void Dropout::redraw() {
  if (held_.defined()) held_.copy_(draw(held_));
}

Sequence Dropout::forward(const Sequence& input) {
  const auto factors = mask(input.x.narrow(0, 0, input.batch()).detach());
  if (!factors.defined()) return input;
  return input.with(input.x * Sequence{factors, input.repeated ? 1 : input.T, true}.expanded().x);
}

}  // namespace qualia_snn::layer
