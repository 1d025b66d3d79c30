#include "qualia_snn/dataaugmentation/exponential_noise.h"

#include <ATen/ATen.h>

namespace qualia_snn::dataaugmentation {

Batch ExponentialNoise::apply(const Batch& batch, const RandomSource& random) const {
  const auto device = batch.x.device();
  auto noise = at::empty(batch.x.sizes(), at::device(device).dtype(at::kFloat));
  noise.exponential_(1, random.generator(device)).div_(options_.rate);
  const auto& mode = options_.round_mode;
  if (mode == "floor") noise.floor_();
  if (mode == "ceil") noise.ceil_();
  if (mode == "nearest") noise.round_();
  if (mode == "trunc") noise.trunc_();
  auto noisy = batch;
  noisy.x = batch.x + noise;
  return noisy;
}

}  // namespace qualia_snn::dataaugmentation
