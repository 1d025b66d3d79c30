#include "qualia_snn/preprocessing/reshape2dto1d.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::preprocessing {

void Reshape2DTo1D::change(datamodel::RawDataModel& data) const {
  for (const auto& [name, set] : data.sets.named()) {
    if (!*set) continue;
    auto& x = (*set)->x;
    QUALIA_SNN_CHECK(x.dim() == 4, DataError, "Reshape2DTo1D: the samples of the ", name, " set are ", x.sizes(),
                     "; expected [N, H, W, C]");
    x = x.reshape({x.size(0), x.size(1) * x.size(2), x.size(3)});
  }
}

}  // namespace qualia_snn::preprocessing
