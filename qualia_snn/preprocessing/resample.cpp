#include "qualia_snn/preprocessing/resample.h"

#include <ATen/ATen.h>

#include <vector>

#include "qualia_snn/core/error.h"

namespace qualia_snn::preprocessing {
namespace {

/// Signals at a time: intermediate data is several times as large.
constexpr std::int64_t kPiece = 256;

}  // namespace

void Resample::change(datamodel::RawDataModel& data) const {
  for (const auto& [name, set] : data.sets.named()) {
    if (!*set) continue;
    auto& x = (*set)->x;
    QUALIA_SNN_CHECK(x.dim() == 3 && x.numel() > 0, DataError, kind(), ": the samples of the ", name, " set are ",
                     x.sizes(), "; expected signals [N, S, C]");
    const auto C = x.size(2);
    std::vector<at::Tensor> pieces;
    for (const auto& piece : x.split(kPiece)) {
      const auto signals = piece.transpose(1, 2).reshape({-1, x.size(1)});
      pieces.push_back(resampler_(signals).unflatten(0, {-1, C}).transpose(1, 2));
    }
    x = at::cat(pieces).contiguous();
  }
}

}  // namespace qualia_snn::preprocessing
