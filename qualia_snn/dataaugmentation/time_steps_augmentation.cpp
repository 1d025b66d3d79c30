#include "qualia_snn/dataaugmentation/time_steps_augmentation.h"

#include <ATen/ATen.h>

#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/to_device.h"

namespace qualia_snn::dataaugmentation {

Batch TimeStepsAugmentation::apply(const Batch& batch, const RandomSource& random) const {
  QUALIA_SNN_CHECK(batch.x.dim() >= 3, ShapeError, kind_, ": the batch has shape ", batch.x.sizes(),
                   "; expected frames [N*T, C, H, W] or [N*T, C, W]");
  const auto T = collapses_ ? 1 : batch.T, N = batch.samples() * batch.T / T;
  if (T == 1 && !collapses_ && needs_steps()) {
    std::call_once(warned_, [&] {
      log::warning(concat(kind_, ": the samples have one time step; it takes each for a whole recording"));
    });
  }
  auto generator = random.generator();
  auto changed = batch;
  changed.x = change(batch.x.unflatten(0, {N, T}), generator).flatten(0, 1);
  return changed;
}

at::Tensor per_sample(const at::Tensor& values, const at::Tensor& like) {
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(like.dim()), 1);
  sizes[0] = values.size(0);
  return to_device(values.view(sizes), like.device());
}

}  // namespace qualia_snn::dataaugmentation
