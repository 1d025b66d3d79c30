#include "qualia_snn/experimenttracking/tensorboard_histogram.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace qualia_snn::experimenttracking::tensorboard {
namespace {

std::vector<double> bucket_edges() {
  std::vector<double> edges;
  // Multiplied up as there, so that every edge has the same bits.
  for (double edge = 1e-12; edge < 1e20; edge *= 1.1) edges.push_back(edge);
  const auto positive = edges.size();
  edges.insert(edges.begin(), positive + 1, 0);
  for (std::size_t i = 0; i < positive; ++i) edges[i] = -edges[2 * positive - i];
  return edges;
}

/// Returns how many values lie from each edge to the next; the last bucket has its upper edge too, as
/// numpy.histogram's.
std::vector<double> count(const at::Tensor& values, const std::vector<double>& edges) {
  const auto limits = at::tensor(edges, at::kDouble);
  const auto inside = values.masked_select((values >= edges.front()).logical_and(values <= edges.back()));
  const auto upper = at::bucketize(inside, limits, /*out_int32=*/false, /*right=*/true);
  const auto last = static_cast<std::int64_t>(edges.size()) - 1;
  const auto counts = at::bincount(upper.clamp_max(last) - 1, {}, last).to(at::kDouble).contiguous();
  return {counts.const_data_ptr<double>(), counts.const_data_ptr<double>() + last};
}

}  // namespace

std::optional<Histogram> make_histogram(const at::Tensor& values) {
  auto numbers = values.detach().to(at::kCPU, at::kDouble).flatten();
  numbers = numbers.masked_select(numbers.isfinite());
  static const auto edges = bucket_edges();
  const auto counts = count(numbers, edges);
  const auto is_used = [](double number) { return number > 0; };
  const auto first = std::find_if(counts.begin(), counts.end(), is_used);
  if (first == counts.end()) return std::nullopt;
  const auto end = std::find_if(counts.rbegin(), counts.rend(), is_used).base();
  Histogram histogram{numbers.min().item<double>(),
                      numbers.max().item<double>(),
                      static_cast<double>(numbers.numel()),
                      numbers.sum().item<double>(),
                      numbers.square().sum().item<double>(),
                      {},
                      {}};
  // A bucket is known by its upper edge: an empty one before the first tells where that begins.
  histogram.buckets.push_back(0);
  histogram.buckets.insert(histogram.buckets.end(), first, end);
  const auto offset = edges.begin() + (first - counts.begin());
  histogram.bucket_limits.assign(offset, offset + static_cast<std::ptrdiff_t>(histogram.buckets.size()));
  return histogram;
}

}  // namespace qualia_snn::experimenttracking::tensorboard
