#include "qualia_snn/preprocessing/split2timesteps.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::preprocessing {

void Split2TimeSteps::change(datamodel::RawDataModel& data) const {
  for (const auto& [name, set] : data.sets.named()) {
    if (!*set) continue;
    auto& x = (*set)->x;
    QUALIA_SNN_CHECK(x.dim() >= 3 && x.size(1) >= T_, DataError, kind(), ": the samples of the ", name, " set are ",
                     x.sizes(), "; expected signals [N, S, C] of at least chunks = ", T_, " samples");
    const auto S = x.size(1) / T_;
    x = x.narrow(1, 0, T_ * S).unflatten(1, {T_, S});
  }
}

}  // namespace qualia_snn::preprocessing
