#include "qualia_snn/layer/pool.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::layer {
namespace {

Shape pooled(const Shape& in, const std::vector<std::int64_t>& kernel) {
  QUALIA_SNN_CHECK(in.size() == kernel.size() + 1, ShapeError, "pools ", kernel.size(), " axes, gets ",
                   at::IntArrayRef(in));
  Shape out = {in[0]};
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    QUALIA_SNN_CHECK(in[i + 1] >= kernel[i], ShapeError, "window of ", kernel[i], " is larger than the input of ",
                     in[i + 1]);
    out.push_back(in[i + 1] / kernel[i]);
  }
  return out;
}

}  // namespace

Sequence MaxPool::forward(const Sequence& input) {
  return input.selected(kernel_size_.size() == 1 ? at::max_pool1d(input.x, kernel_size_)
                                                 : at::max_pool2d(input.x, kernel_size_));
}

Shape MaxPool::output_shape(const std::vector<Shape>& inputs) const { return pooled(inputs.at(0), kernel_size_); }

Sequence AvgPool::forward(const Sequence& input) {
  return input.with(kernel_size_.size() == 1 ? at::avg_pool1d(input.x, kernel_size_)
                                             : at::avg_pool2d(input.x, kernel_size_));
}

Shape AvgPool::output_shape(const std::vector<Shape>& inputs) const { return pooled(inputs.at(0), kernel_size_); }

Sequence GlobalSumPool::forward(const Sequence& input) { return input.with(input.x.flatten(2).sum(2)); }

}  // namespace qualia_snn::layer
