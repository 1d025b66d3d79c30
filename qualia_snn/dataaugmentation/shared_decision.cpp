#include "qualia_snn/dataaugmentation/shared_decision.h"

#include <ATen/ATen.h>

#include <vector>

#include "qualia_snn/core/error.h"

namespace qualia_snn::dataaugmentation {

Batch SharedDecision::apply(const Batch& batch, const RandomSource& random) const {
  check(batch.x);
  batch.samples();
  auto generator = random.generator();
  auto changed = batch;
  if (!per_sample_) {
    changed.x = change(batch.x, generator);
    return changed;
  }
  std::vector<at::Tensor> samples;
  for (const auto& sample : batch.x.split(batch.T)) samples.push_back(change(sample, generator));
  changed.x = at::cat(samples);
  return changed;
}

void SharedDecision::check(const at::Tensor& x) const {
  QUALIA_SNN_CHECK(x.dim() >= 3 && x.size(-1) > 0, ShapeError, kind_, ": the batch has shape ", x.sizes(),
                   "; expected signals [N, C, S] or images [N, C, H, W]");
}

}  // namespace qualia_snn::dataaugmentation
