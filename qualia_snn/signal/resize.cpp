#include "qualia_snn/signal/resize.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace qualia_snn::signal {
namespace {

/// Deviations after which scipy cuts a Gaussian.
constexpr double kTruncate = 4;

/// Returns the place of an image of `size` pixels that a place outside it mirrors; edges are not repeated.
std::int64_t mirrored(std::int64_t place, std::int64_t size) {
  if (size == 1) return 0;
  const auto period = 2 * (size - 1);
  const auto folded = std::abs(place) % period;
  return std::min(folded, period - folded);
}

/// Returns the matrix [size, size] that smooths a row of pixels before it gets smaller by a factor.
at::Tensor smoothing(std::int64_t size, double factor) {
  const auto sigma = std::max(0.0, (factor - 1) / 2);
  if (sigma == 0) return at::eye(size, at::kDouble);
  const auto radius = static_cast<std::int64_t>(kTruncate * sigma + 0.5);
  std::vector<double> weights;
  double sum = 0;
  for (auto i = -radius; i <= radius; ++i) {
    weights.push_back(std::exp(-0.5 * static_cast<double>(i * i) / (sigma * sigma)));
    sum += weights.back();
  }
  auto matrix = at::zeros({size, size}, at::kDouble);
  auto* const values = matrix.mutable_data_ptr<double>();
  for (std::int64_t row = 0; row < size; ++row) {
    for (auto i = -radius; i <= radius; ++i) {
      values[row * size + mirrored(row + i, size)] += weights[static_cast<std::size_t>(i + radius)] / sum;
    }
  }
  return matrix;
}

/// Returns the matrix [to, from] that resizes a row of pixels.
at::Tensor resizing(std::int64_t from, std::int64_t to) {
  const auto factor = static_cast<double>(from) / static_cast<double>(to);
  auto matrix = at::zeros({to, from}, at::kDouble);
  auto* const values = matrix.mutable_data_ptr<double>();
  for (std::int64_t row = 0; row < to; ++row) {
    // Centres of pixels lie at halves. A place outside is mirrored before it is read between two pixels.
    const auto place = std::abs((static_cast<double>(row) + 0.5) * factor - 0.5);
    const auto last = static_cast<double>(from - 1);
    const auto inside = place > last ? std::max(0.0, 2 * last - place) : place;
    const auto first = static_cast<std::int64_t>(inside);
    const auto share = inside - static_cast<double>(first);
    values[row * from + first] += 1 - share;
    if (share > 0) values[row * from + std::min(first + 1, from - 1)] += share;
  }
  return at::matmul(matrix, smoothing(from, factor));
}

}  // namespace

at::Tensor resize(const at::Tensor& image, std::int64_t height, std::int64_t width) {
  const auto rows = resizing(image.size(0), height), columns = resizing(image.size(1), width);
  const auto channels = image.to(at::kDouble).permute({2, 0, 1});  // [C, H, W]
  return at::matmul(at::matmul(rows, channels), columns.t()).permute({1, 2, 0}).contiguous();
}

}  // namespace qualia_snn::signal
