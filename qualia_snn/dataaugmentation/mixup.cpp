#include "qualia_snn/dataaugmentation/mixup.h"

#include <ATen/ATen.h>

#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/to_device.h"

namespace qualia_snn::dataaugmentation {

std::string Mixup::Options::validate() const {
  return before && after ? "before and after are both true; a batch can be mixed once" : "";
}

Batch Mixup::apply(const Batch& batch, const RandomSource& random) const {
  const auto N = batch.samples();
  QUALIA_SNN_CHECK(batch.target.dim() > 0 && batch.target.size(0) == N, ShapeError, "Mixup: the targets have shape ",
                   batch.target.sizes(), "; expected one row for each of ", N, " samples");
  QUALIA_SNN_CHECK(!batch.second_target.defined(), DataError,
                   "Mixup: the batch is mixed already; expected one Mixup among the data augmentations");
  auto generator = random.generator();
  const auto shape = per_sample_ ? std::vector<std::int64_t>{N, 2} : std::vector<std::int64_t>{2};
  // The first of two Dirichlet variables is the Beta variable.
  const auto weight =
      to_device(at::_sample_dirichlet(at::full(shape, alpha_), generator).select(-1, 0), batch.x.device());
  const auto order = to_device(at::randperm(N, generator), batch.x.device());

  const auto samples = batch.x.unflatten(0, {N, batch.T});
  std::vector<std::int64_t> per_sample(samples.dim(), 1);
  per_sample[0] = N;
  const auto w = per_sample_ ? weight.view(per_sample) : weight;
  auto mixed = batch;
  mixed.x = (w * samples + (1 - w) * samples.index_select(0, order)).flatten(0, 1);
  mixed.second_target = batch.target.index_select(0, order);
  mixed.weight = weight;
  return mixed;
}

}  // namespace qualia_snn::dataaugmentation
