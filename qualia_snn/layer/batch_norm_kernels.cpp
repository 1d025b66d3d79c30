#include "qualia_snn/layer/batch_norm_kernels.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/OpMathType.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "qualia_snn/core/memory_order.h"

// Without OpenMP's flag at::parallel_for is a plain loop.
#ifndef _OPENMP
#error "batch_norm_kernels.cpp wants to be compiled with OpenMP"
#endif

namespace qualia_snn::layer {
namespace {

/// Values that a thread should have to work on.
constexpr std::int64_t kGrain = 32768;
/// Parts of a group whose sums are added up in order: a fixed number, whatever the threads.
constexpr std::int64_t kMostParts = 32;
/// Sums that are kept in registers side by side.
constexpr int kTile = 16;
/// Values that are added up in the type of the values before double takes over.
constexpr std::int64_t kShortSum = 64;

template <class T>
struct Pair {
  T first, second;
};

/// Adds pair(i, c) of `rows` rows to the sums of channels [c, c + width); pairs of row r begin at i + r * stride.
template <class T, int width, class F>
void add_tile(std::int64_t i, std::int64_t rows, std::int64_t stride, std::int64_t c, const F& pair, double* sums) {
  T first[width] = {}, second[width] = {};
  for (std::int64_t r = 0; r < rows; ++r, i += stride) {
    for (int k = 0; k < width; ++k) {
      const auto p = pair(i + k, c + k);
      first[k] += p.first;
      second[k] += p.second;
    }
  }
  for (int k = 0; k < width; ++k) {
    sums[2 * k] += static_cast<double>(first[k]);
    sums[2 * k + 1] += static_cast<double>(second[k]);
  }
}

/// Sums of rows whose values are one channel each.
template <class T, class F>
void add_rows(std::int64_t i, std::int64_t rows, std::int64_t channels, std::int64_t c0, const F& pair, double* sums) {
  // The rows of a short sum stay in the first-level cache while its tiles are worked on.
  const auto most = std::clamp<std::int64_t>(4096 / channels, 8, kShortSum);
  for (std::int64_t r = 0; r < rows; r += most) {
    const auto part = std::min(most, rows - r);
    const auto from = i + r * channels;
    std::int64_t c = 0;
    for (; c + kTile <= channels; c += kTile) add_tile<T, kTile>(from + c, part, channels, c0 + c, pair, sums + 2 * c);
    for (; c + 4 <= channels; c += 4) add_tile<T, 4>(from + c, part, channels, c0 + c, pair, sums + 2 * c);
    for (; c < channels; ++c) add_tile<T, 1>(from + c, part, channels, c0 + c, pair, sums + 2 * c);
  }
}

/// Sums of consecutive values of one channel.
template <class T, class F>
void add_run(std::int64_t i, std::int64_t n, std::int64_t c, const F& pair, double* sums) {
  const auto same = [&pair, c](std::int64_t at, std::int64_t) { return pair(at, c); };
  const auto whole = n / kTile * kTile;
  for (std::int64_t k = 0; k < whole; k += kShortSum * kTile) {
    double lanes[2 * kTile] = {};
    add_tile<T, kTile>(i + k, std::min(kShortSum, (whole - k) / kTile), kTile, 0, same, lanes);
    for (int lane = 0; lane < kTile; ++lane) {
      sums[0] += lanes[2 * lane];
      sums[1] += lanes[2 * lane + 1];
    }
  }
  if (whole < n) add_tile<T, 1>(i + whole, n - whole, 1, 0, same, sums);
}

/// Returns two sums per group and channel, [groups, C, 2]: those of pair(i, c) for value i of (group, channel) c.
template <class T, class F>
std::vector<double> sum_pairs(const BatchPlaces& p, const F& pair) {
  const auto parts = std::clamp<std::int64_t>(p.outer, 1, kMostParts);
  std::vector<double> partial(static_cast<std::size_t>(p.groups * parts * p.channels * 2));
  const auto work = p.count() * p.channels / parts + 1;
  at::parallel_for(0, p.groups * parts, (kGrain + work - 1) / work, [&](std::int64_t begin, std::int64_t end) {
    for (auto task = begin; task < end; ++task) {
      const auto group = task / parts, part = task % parts;
      const auto from = part * p.outer / parts, to = (part + 1) * p.outer / parts;
      double* const sums = partial.data() + task * p.channels * 2;
      const auto row = p.channels * p.inner, c0 = group * p.channels;
      const auto base = group * p.outer * row;
      if (p.inner == 1) {
        add_rows<T>(base + from * row, to - from, p.channels, c0, pair, sums);
      } else {
        for (auto o = from; o < to; ++o) {
          for (std::int64_t c = 0; c < p.channels; ++c) {
            add_run<T>(base + o * row + c * p.inner, p.inner, c0 + c, pair, sums + 2 * c);
          }
        }
      }
    }
  });
  const auto width = p.channels * 2;
  std::vector<double> sums(static_cast<std::size_t>(p.groups * width));
  for (std::int64_t task = 0; task < p.groups * parts; ++task) {
    for (std::int64_t k = 0; k < width; ++k) sums[task / parts * width + k] += partial[task * width + k];
  }
  return sums;
}

/// Calls each(i, c) for every value i of (group, channel) c.
template <class F>
void for_each_value(const BatchPlaces& p, const F& each) {
  const auto row = p.channels * p.inner;
  at::parallel_for(0, p.groups * p.outer, (kGrain + row - 1) / row, [&](std::int64_t begin, std::int64_t end) {
    for (auto o = begin; o < end; ++o) {
      const auto c0 = o / p.outer * p.channels, base = o * row;
      if (p.inner == 1) {
        for (std::int64_t c = 0; c < p.channels; ++c) each(base + c, c0 + c);
      } else {
        for (std::int64_t c = 0; c < p.channels; ++c) {
          for (auto i = base + c * p.inner; i < base + (c + 1) * p.inner; ++i) each(i, c0 + c);
        }
      }
    }
  });
}

template <class E>
using ComputeOf = at::opmath_type<E>;

double inverse_deviation(double variance, double eps) { return 1. / std::sqrt(variance + eps); }

/// The mean of a few values of (group, channel) c, spread over it: one alone may be far from the others.
template <class E>
double rough_mean(const BatchPlaces& p, const E* values, std::int64_t c) {
  constexpr std::int64_t kFew = 16;
  const auto first = c / p.channels * p.count() * p.channels + c % p.channels * p.inner;
  double sum = 0;
  for (std::int64_t k = 0; k < kFew; ++k) {
    const auto i = k * p.count() / kFew;
    sum += static_cast<double>(values[first + i / p.inner * p.channels * p.inner + i % p.inner]);
  }
  return sum / kFew;
}

template <class E>
void fill_moments(const at::Tensor& x, const BatchPlaces& p, double* mean, double* variance) {
  using T = ComputeOf<E>;
  const E* const values = x.const_data_ptr<E>();
  // Differences from a value near the mean: the sum of squares would lose a small variance beside a large mean.
  std::vector<T> pivots;
  for (std::int64_t c = 0; c < p.groups * p.channels; ++c) pivots.push_back(static_cast<T>(rough_mean(p, values, c)));
  const T* const pivot = pivots.data();
  const auto sums = sum_pairs<T>(p, [values, pivot](std::int64_t i, std::int64_t c) {
    const T d = static_cast<T>(values[i]) - pivot[c];
    return Pair<T>{d, d * d};
  });
  const auto n = static_cast<double>(p.count());
  for (std::size_t c = 0; c < pivots.size(); ++c) {
    const double shift = sums[2 * c] / n;
    mean[c] = static_cast<double>(pivot[c]) + shift;
    const double square = sums[2 * c + 1] / n - shift * shift;
    variance[c] = square < 0 ? 0 : square;  // NaN stays
  }
}

template <class E>
void normalise(const at::Tensor& x, const BatchPlaces& p, const BatchAffine& affine, const at::Tensor& y) {
  using T = ComputeOf<E>;
  const T *const scale = affine.scale.const_data_ptr<T>(), *const shift = affine.shift.const_data_ptr<T>();
  const E* const values = x.const_data_ptr<E>();
  E* const out = y.mutable_data_ptr<E>();
  for_each_value(p, [=](std::int64_t i, std::int64_t c) {
    out[i] = static_cast<E>(static_cast<T>(values[i]) * scale[c] + shift[c]);
  });
}

template <class T>
std::vector<T> rounded(const at::Tensor& numbers) {
  const double* const given = numbers.const_data_ptr<double>();
  std::vector<T> result(static_cast<std::size_t>(numbers.numel()));
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = static_cast<T>(given[i]);
  return result;
}

template <class E>
void fill_sums(const at::Tensor& gy, const at::Tensor& x, const BatchPlaces& p, const BatchMoments& moments,
               double* gradient, double* product) {
  using T = ComputeOf<E>;
  const E *const values = x.const_data_ptr<E>(), *const g = gy.const_data_ptr<E>();
  const auto centers = rounded<T>(moments.mean);
  const T* const center = centers.data();
  const auto sums = sum_pairs<T>(p, [=](std::int64_t i, std::int64_t c) {
    const T d = static_cast<T>(g[i]);
    return Pair<T>{d, d * (static_cast<T>(values[i]) - center[c])};
  });
  for (std::size_t c = 0; c < centers.size(); ++c) {
    gradient[c] = sums[2 * c];
    product[c] = sums[2 * c + 1];
  }
}

/// gx = (gy - mean(gy) - (x - mean) mean(gy (x - mean)) / deviation^2) weight / deviation
template <class E>
void pull_back(const at::Tensor& gy, const at::Tensor& x, const BatchPlaces& p, const BatchMoments& moments,
               const double* weight, double eps, const BatchNormSums& given, const at::Tensor& gx, double* gweight,
               double* gbias) {
  using T = ComputeOf<E>;
  const double *const mean = moments.mean.const_data_ptr<double>(), *const variance =
                                                                        moments.variance.const_data_ptr<double>();
  const double *const gradients = given.gradient.const_data_ptr<double>(), *const products =
                                                                               given.product.const_data_ptr<double>();
  const auto centers = rounded<T>(moments.mean);
  std::vector<T> scales, slopes, shifts;
  const auto n = static_cast<double>(p.count());
  for (std::int64_t c = 0; c < p.groups * p.channels; ++c) {
    const auto channel = c % p.channels;
    const double inverse = inverse_deviation(variance[c], eps), a = inverse * weight[channel];
    const double sum = gradients[c], rounded_off = static_cast<double>(centers[static_cast<std::size_t>(c)]) - mean[c];
    const double product = products[c] + rounded_off * sum;
    const double slope = product / n * inverse * inverse * a;
    scales.push_back(static_cast<T>(a));
    slopes.push_back(static_cast<T>(slope));
    shifts.push_back(static_cast<T>(sum / n * a + rounded_off * slope));
    gbias[channel] += sum;
    gweight[channel] += product * inverse;
  }
  const T *const scale = scales.data(), *const slope = slopes.data(), *const shift = shifts.data(),
                 *const center = centers.data();
  const E *const values = x.const_data_ptr<E>(), *const g = gy.const_data_ptr<E>();
  E* const out = gx.mutable_data_ptr<E>();
  for_each_value(p, [=](std::int64_t i, std::int64_t c) {
    const T centred = static_cast<T>(values[i]) - center[c];
    out[i] = static_cast<E>(static_cast<T>(g[i]) * scale[c] - centred * slope[c] - shift[c]);
  });
}

/// Returns an uninitialised number per group and channel.
at::Tensor per_channel(const BatchPlaces& p) { return at::empty({p.groups, p.channels}, at::kDouble); }

}  // namespace

BatchPlaces batch_places(const at::Tensor& x, std::int64_t groups) {
  const auto N = x.size(0) / groups, C = x.size(1), S = x.numel() / std::max<std::int64_t>(1, x.size(0) * C);
  return x.is_contiguous() ? BatchPlaces{groups, N, C, S} : BatchPlaces{groups, N * S, C, 1};
}

bool batch_norm_takes(const at::Tensor& x) {
  const auto type = x.scalar_type();
  return x.is_cpu() && (type == at::kFloat || type == at::kDouble || type == at::kBFloat16);
}

BatchMoments batch_moments(const at::Tensor& x, const BatchPlaces& p) {
  BatchMoments moments{per_channel(p), per_channel(p)};
  AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "batch_moments", [&] {
    fill_moments<scalar_t>(x, p, moments.mean.mutable_data_ptr<double>(), moments.variance.mutable_data_ptr<double>());
  });
  return moments;
}

BatchAffine batch_affine(const BatchMoments& moments, const at::Tensor& weight, const at::Tensor& bias, double eps,
                         at::ScalarType type) {
  const auto inverse = (moments.variance + eps).sqrt_().reciprocal_();
  auto scale = inverse.to(type).mul_(weight.detach().to(type));
  auto shift = (bias.detach() - moments.mean * scale).to(type);
  return {std::move(scale), std::move(shift)};
}

at::Tensor batch_normalise(const at::Tensor& x, const BatchPlaces& p, const BatchAffine& affine) {
  auto y = empty_in_order_of(x, x.sizes(), x.scalar_type());
  AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "batch_normalise",
                                 [&] { normalise<scalar_t>(x, p, affine, y); });
  return y;
}

BatchNormSums batch_norm_sums(const at::Tensor& gy, const at::Tensor& x, const BatchPlaces& p,
                              const BatchMoments& moments) {
  BatchNormSums sums{per_channel(p), per_channel(p)};
  AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "batch_norm_sums", [&] {
    fill_sums<scalar_t>(gy, x, p, moments, sums.gradient.mutable_data_ptr<double>(),
                        sums.product.mutable_data_ptr<double>());
  });
  return sums;
}

BatchNormAdjoints batch_norm_backward(const at::Tensor& gy, const at::Tensor& x, const BatchPlaces& p,
                                      const BatchMoments& moments, const at::Tensor& weight, double eps,
                                      const BatchNormSums& sums, const at::Tensor& gx) {
  BatchNormAdjoints adjoints{at::zeros({p.channels}, at::kDouble), at::zeros({p.channels}, at::kDouble)};
  const auto w = weight.detach().to(at::kDouble).contiguous();
  AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "batch_norm_backward", [&] {
    pull_back<scalar_t>(gy, x, p, moments, w.const_data_ptr<double>(), eps, sums, gx,
                        adjoints.weight.mutable_data_ptr<double>(), adjoints.bias.mutable_data_ptr<double>());
  });
  return adjoints;
}

}  // namespace qualia_snn::layer
