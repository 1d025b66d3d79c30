#include "qualia_snn/experimenttracking/tensorboard_pictures.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace qualia_snn::experimenttracking::tensorboard {
namespace {

constexpr std::int64_t kSide = 400;  // pixels that a picture should have at least
constexpr std::int64_t kWhite = 255;

/// Makes each cell of [H, W] as large as it takes.
at::Tensor enlarged(const at::Tensor& cells) {
  const auto times = [&](int axis) {
    return std::max<std::int64_t>(1, kSide / std::max<std::int64_t>(1, cells.size(axis)));
  };
  return cells.repeat_interleave(times(0), 0).repeat_interleave(times(1), 1).contiguous();
}

}  // namespace

at::Tensor confusion_picture(const std::vector<std::vector<std::int64_t>>& counts) {
  const auto K = static_cast<std::int64_t>(counts.size());
  auto shades = at::full({K, K}, kWhite, at::kByte);
  for (std::int64_t i = 0; i < K; ++i) {
    const auto row = at::tensor(counts[static_cast<std::size_t>(i)]).to(at::kDouble);
    const auto all = row.sum();
    if (all.item<double>() > 0) shades[i].copy_((kWhite * (1 - row / all)).round());
  }
  return enlarged(shades);
}

at::Tensor raster_picture(const Report::Raster& raster) {
  const auto spikes = at::tensor(raster.spikes).view({raster.steps, raster.neurons}).t();
  return enlarged(spikes.eq(0).to(at::kByte) * kWhite);
}

}  // namespace qualia_snn::experimenttracking::tensorboard
