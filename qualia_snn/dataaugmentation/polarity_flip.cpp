#include "qualia_snn/dataaugmentation/polarity_flip.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::dataaugmentation {

at::Tensor PolarityFlip::change(const at::Tensor& samples, at::Generator& generator) const {
  QUALIA_SNN_CHECK(samples.size(2) == 2, ShapeError, kind(), ": the samples have ", samples.size(2),
                   " channels; expected 2, one per polarity");
  const auto swapped = at::rand({samples.size(0)}, generator).lt(p_);
  return at::where(per_sample(swapped, samples), samples.flip(2), samples);
}

}  // namespace qualia_snn::dataaugmentation
