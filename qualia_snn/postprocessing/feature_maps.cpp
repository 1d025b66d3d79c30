#include "qualia_snn/postprocessing/feature_maps.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "qualia_snn/postprocessing/layer_outputs.h"

namespace qualia_snn::postprocessing {
namespace {

constexpr double kAspect = 1.2;           ///< of a sheet: a little wider than high
constexpr std::int64_t kCell = 64;        ///< pixels that a channel should have at least
constexpr std::int64_t kLargest = 4096;   ///< and a sheet not much more than
constexpr std::int64_t kGap = 2;          ///< pixels between channels
constexpr std::uint8_t kGapColour = 128;  ///< grey, which no value has

/// Mean over everything but channels and places, of what comes in batches.
class Mean {
 public:
  void add(const Sequence& value) {
    const auto sum = value.x.sum(0, /*keepdim=*/false, at::kDouble);
    sum_ = sum_.defined() ? sum_ + sum : sum;
    count_ += value.x.size(0);
  }
  at::Tensor get() const { return (sum_ / count_).to(at::kFloat).cpu(); }

 private:
  at::Tensor sum_;
  std::int64_t count_ = 0;
};

/// Returns colours [..., 3] of values from -1 to 1: dark blue, blue, white, red, dark red.
/// Source: matplotlib, colour map "seismic".
at::Tensor colours(const at::Tensor& values) {
  const auto level = (values.clamp(-1, 1) + 1) * 2;  // 0 to 4
  const auto red = at::where(level < 3, level - 1, 1 - (level - 3) / 2).clamp(0, 1);
  const auto green = (1 - (level - 2).abs()).clamp(0, 1);
  const auto blue = at::where(level < 1, 0.3 + 0.7 * level, 3 - level).clamp(0, 1);
  return at::stack({red, green, blue}, -1).mul(255).round().to(at::kByte);
}

/// Makes each pixel a square.
at::Tensor enlarged(const at::Tensor& picture, std::int64_t height, std::int64_t width) {
  return picture.repeat_interleave(height, 0).repeat_interleave(width, 1);
}

/// Places channels [C, h, w, 3] in rows, with gaps.
at::Tensor tiled(const at::Tensor& channels) {
  const auto C = channels.size(0), h = channels.size(1) + kGap, w = channels.size(2) + kGap;
  const auto per_row = std::min(C, static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(C)) * kAspect)));
  const auto rows = (C + per_row - 1) / per_row;
  auto sheet = at::full({rows * h - kGap, per_row * w - kGap, 3}, kGapColour, at::kByte);
  for (std::int64_t c = 0; c < C; ++c) {
    sheet.narrow(0, c / per_row * h, h - kGap).narrow(1, c % per_row * w, w - kGap).copy_(channels[c]);
  }
  return sheet;
}

std::int64_t factor(std::int64_t size, std::int64_t wanted) { return std::max<std::int64_t>(1, wanted / size); }

}  // namespace

std::vector<FeatureMap> mean_feature_maps(learningframework::TrainerModule& framework, const datamodel::RawData& data,
                                          std::int64_t batch_size) {
  const auto& nodes = framework.model().graph().nodes();
  Mean input;
  std::vector<Mean> outputs(nodes.size());
  visit_layer_outputs(framework, data, batch_size,
                      {[&](const Sequence& value) { input.add(value); },
                       [&](std::size_t node, const Sequence& value) { outputs[node].add(value); }});
  std::vector<FeatureMap> maps{{kInputMap, input.get()}};
  for (std::size_t n = 0; n < nodes.size(); ++n) maps.push_back({nodes[n].name, outputs[n].get()});
  return maps;
}

at::Tensor feature_sheet(const at::Tensor& map) {
  const auto greatest = map.abs().max().item<double>();
  const auto picture = colours(greatest > 0 ? map / greatest : map);
  if (map.dim() == 3) {
    const auto scale = factor(std::max(map.size(1), map.size(2)), kCell);
    std::vector<at::Tensor> channels;
    for (const auto& channel : picture.unbind()) channels.push_back(enlarged(channel, scale, scale));
    return tiled(at::stack(channels));
  }
  const auto rows = map.dim() == 1 ? picture.unsqueeze(0) : picture;
  const auto columns = rows.size(1);
  return enlarged(rows, std::clamp<std::int64_t>(kLargest / rows.size(0), 1, 8),
                  std::min<std::int64_t>(8, factor(columns, kLargest / 4)));
}

}  // namespace qualia_snn::postprocessing
