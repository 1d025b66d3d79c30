#include "qualia_snn/layer/batch_norm_statistics.h"

#include <ATen/ATen.h>

#include <utility>

namespace qualia_snn::layer {
namespace {

/// A GPU's moments: LibTorch's kernels add up in float, by Welford's method.
BatchMoments moments_by_library(const at::Tensor& x, std::int64_t groups, double eps) {
  std::vector<at::Tensor> means, variances;
  for (const auto& group : x.chunk(groups, 0)) {
    const auto [mean, inverse] = at::batch_norm_stats(group, eps);
    means.push_back(mean.to(at::kDouble));
    variances.push_back((inverse.to(at::kDouble).pow(-2) - eps).clamp_min(0));
  }
  return {at::stack(means), at::stack(variances)};
}

}  // namespace

BatchNormStatistics::BatchNormStatistics(const at::Tensor& x, std::int64_t groups, const at::Tensor& weight,
                                         const at::Tensor& bias, double eps)
    : places_(batch_places(x, groups)),
      moments_(x.is_cpu() ? batch_moments(x, places_) : moments_by_library(x, groups, eps)),
      eps_(eps),
      type_(x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat) {
  parameters = {weight, bias};
  center = moments_.mean.to(type_);
}

BatchAffine BatchNormStatistics::affine() const {
  return batch_affine(moments_, parameters[0], parameters[1], eps_, type_);
}

std::vector<at::Tensor> BatchNormStatistics::backward(const at::Tensor& x, const at::Tensor& gy, Sums sums) const {
  if (!x.is_cpu()) return backward_by_library(x, gy);
  const auto& weight = parameters[0];
  const auto adjoints = batch_norm_backward(gy, x, places_, moments_, weight, eps_, sums, gy);
  return {gy, adjoints.weight.to(weight.scalar_type()), adjoints.bias.to(weight.scalar_type())};
}

std::vector<at::Tensor> BatchNormStatistics::backward_by_library(const at::Tensor& x, const at::Tensor& gy) const {
  const auto& weight = parameters[0];
  const auto w = weight.detach().to(type_);
  const auto count = at::full({1}, places_.count(), x.options().dtype(at::kInt));
  const auto xs = x.chunk(places_.groups, 0), gys = gy.chunk(places_.groups, 0);
  at::Tensor gweight, gbias;
  std::vector<at::Tensor> gx;
  for (std::int64_t group = 0; group < places_.groups; ++group) {
    const auto i = static_cast<std::size_t>(group);
    const auto mean = center[group], inverse = (moments_.variance[group] + eps_).rsqrt_().to(type_);
    const auto [gradient, product, gw, gb] =
        at::batch_norm_backward_reduce(gys[i], xs[i], mean, inverse, w, true, true, true);
    gx.push_back(at::batch_norm_backward_elemt(gys[i], xs[i], mean, inverse, w, gradient, product, count));
    gweight = gweight.defined() ? gweight + gw : gw;
    gbias = gbias.defined() ? gbias + gb : gb;
  }
  return {gx.size() == 1 ? gx[0] : at::cat(gx, 0), gweight.to(weight.scalar_type()), gbias.to(weight.scalar_type())};
}

}  // namespace qualia_snn::layer
