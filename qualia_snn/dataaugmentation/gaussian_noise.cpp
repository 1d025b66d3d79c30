#include "qualia_snn/dataaugmentation/gaussian_noise.h"

#include <ATen/ATen.h>

namespace qualia_snn::dataaugmentation {

Batch GaussianNoise::apply(const Batch& batch, const RandomSource& random) const {
  const auto device = batch.x.device();
  const auto noise = at::empty(batch.x.sizes(), at::device(device).dtype(at::kFloat));
  auto noisy = batch;
  noisy.x = batch.x + noise.normal_(0, 1, random.generator(device)).mul_(sigma_);
  return noisy;
}

}  // namespace qualia_snn::dataaugmentation
