#include "qualia_snn/dataaugmentation/time_warping.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::dataaugmentation {

void TimeWarping::check(const at::Tensor& x) const {
  QUALIA_SNN_CHECK(x.dim() == 3 && x.size(2) > 0, ShapeError, kind(), ": the batch has shape ", x.sizes(),
                   "; expected signals [N, C, S]");
  QUALIA_SNN_CHECK(x.is_floating_point(), DataError, kind(), ": the samples are of type ", x.scalar_type(),
                   "; expected float32, for example after IntToFloat32");
}

at::Tensor TimeWarping::change(const at::Tensor& x, at::Generator& generator) const {
  const auto S = x.size(2);
  const auto length = (at::empty({}).normal_(0, 1, generator).mul_(sigma_).add_(1) * S).item<float>();
  if (!(length >= 1)) return x;
  const auto warped = at::upsample_linear1d(x, static_cast<std::int64_t>(length), /*align_corners=*/false);
  const auto repeats = (S + warped.size(2) - 1) / warped.size(2);
  return warped.repeat({1, 1, repeats}).narrow(2, 0, S);
}

}  // namespace qualia_snn::dataaugmentation
