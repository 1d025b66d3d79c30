#include "qualia_snn/layer/add.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "qualia_snn/core/error.h"

namespace qualia_snn::layer {

Sequence Add::forward_inputs(c10::ArrayRef<Sequence> inputs) {
  const bool repeated = std::all_of(inputs.begin(), inputs.end(), [](const Sequence& input) { return input.repeated; });
  const auto value = [&](const Sequence& input) { return repeated ? input : input.expanded(); };
  auto sum = value(inputs[0]);
  auto x = sum.x;
  for (const auto& input : inputs.slice(1)) x = x + value(input).x;
  return sum.with(x);
}

Shape Add::output_shape(const std::vector<Shape>& inputs) const {
  QUALIA_SNN_CHECK(inputs.size() > 1, ShapeError, "adds ", inputs.size(), " layer; expected at least two");
  for (const auto& input : inputs) {
    QUALIA_SNN_CHECK(input == inputs[0], ShapeError, "adds ", at::IntArrayRef(inputs[0]), " and ",
                     at::IntArrayRef(input), "; expected the same shapes");
  }
  return inputs[0];
}

}  // namespace qualia_snn::layer
