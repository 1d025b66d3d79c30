#include "qualia_snn/layer/batch_norm_kernels.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "qualia_snn/core/memory_order.h"
#include "qualia_snn/neuron/channel_rows.h"
#include "qualia_snn/neuron/instruction_set.h"
#include "qualia_snn/neuron/row_access.h"

// Without OpenMP's flag at::parallel_for is a plain loop.
#ifndef _OPENMP
#error "batch_norm_kernels.cpp wants to be compiled with OpenMP"
#endif

namespace qualia_snn::layer {
namespace {

using neuron::BFloat16Bits;
using neuron::ChannelRows;
using neuron::NumberOf;
using neuron::RowAccess;

/// Values that a thread should have to work on.
constexpr std::int64_t kGrain = 32768;
/// Parts of a group whose sums are added up in order: a fixed number, whatever the threads.
constexpr std::int64_t kMostParts = 32;
/// Values of a row that kernels work on at once.
constexpr std::int64_t kRow = 512;
/// Values that are added up in the type of the values before double takes over.
constexpr std::int64_t kShortSum = 64;

/// Returns the values of the longest row: whole channels where they are the fastest axis, else values of one channel.
std::int64_t longest_row(const BatchPlaces& p) {
  return p.inner == 1 ? std::max<std::int64_t>(1, kRow / p.channels) * p.channels : std::min(p.inner, kRow);
}

/// The rows of a batch in one storage type, with numbers per group and channel spread over them.
template <class E>
class Rows {
 public:
  using T = NumberOf<E>;

  explicit Rows(const BatchPlaces& p)
      : places_(p), longest_(longest_row(p)), access_(neuron::common_kernels(neuron::instruction_set())) {}

  std::int64_t longest() const { return longest_; }
  const RowAccess<E>& access() const { return access_; }
  const neuron::CommonKernels<T>& kernels() const { return access_.kernels(); }

  ChannelRows<T> spread(const std::vector<T>& numbers) const {
    return {places_.groups, places_.channels, places_.inner, numbers.data(), longest_};
  }

  /// Calls f(place in the group, values) for the rows of samples [begin, end) of a group.
  template <class F>
  void for_each(std::int64_t begin, std::int64_t end, const F& f) const {
    const auto sample = places_.channels * places_.inner, last = end * sample;
    for (auto i = begin * sample; i < last;) {
      const auto rest = places_.inner == 1 ? last - i : places_.inner - i % places_.inner;
      const auto n = std::min(longest_, rest);
      f(i, n);
      i += n;
    }
  }

 private:
  BatchPlaces places_;
  std::int64_t longest_;
  RowAccess<E> access_;
};

/// Two sums per channel, of values that rows of kernels add up lane by lane.
template <class T>
class PairSums {
 public:
  PairSums(const BatchPlaces& p, std::int64_t longest)
      : places_(p), longest_(longest), lanes_(static_cast<std::size_t>(2 * longest)) {}

  T* first() { return lanes_.data(); }
  T* second() { return lanes_.data() + longest_; }

  /// Counts a row that was added; adds the lanes up where they have become short sums, or leave a channel.
  void added(const neuron::CommonKernels<T>& kernels, std::int64_t from, std::int64_t n, double* sums) {
    const bool leaves_channel = places_.inner > 1 && (from + n) % places_.inner == 0;
    if (++rows_ == kShortSum || leaves_channel) flush(kernels, from, sums);
  }

  /// @param sums  [2, channels]
  void flush(const neuron::CommonKernels<T>& kernels, std::int64_t from, double* sums) {
    for (auto* const lanes : {first(), second()}) {
      if (places_.inner == 1) {
        kernels.add_up(longest_, lanes, places_.channels, 0, sums);
      } else {
        double& sum = sums[from / places_.inner % places_.channels];
        for (std::int64_t i = 0; i < longest_; ++i) sum += static_cast<double>(lanes[i]);
      }
      std::fill_n(lanes, longest_, T(0));
      sums += places_.channels;
    }
    rows_ = 0;
  }

 private:
  const BatchPlaces& places_;
  std::int64_t longest_, rows_ = 0;
  std::vector<T> lanes_;
};

/// Returns two sums per group and channel, [groups, 2, C]: those that add(group, place, n, scratch, sums) adds of a
/// row.
template <class E, class F>
std::vector<double> sum_pairs(const BatchPlaces& p, const Rows<E>& rows, const F& add) {
  using T = NumberOf<E>;
  const auto parts = std::clamp<std::int64_t>(p.outer, 1, kMostParts);
  const auto width = 2 * p.channels;
  std::vector<double> partial(static_cast<std::size_t>(p.groups * parts * width));
  const auto work = p.count() * p.channels / parts + 1;
  at::parallel_for(0, p.groups * parts, (kGrain + work - 1) / work, [&](std::int64_t begin, std::int64_t end) {
    PairSums<T> sums(p, rows.longest());
    std::vector<T> scratch(static_cast<std::size_t>(4 * rows.longest()));
    for (auto task = begin; task < end; ++task) {
      const auto group = task / parts, part = task % parts;
      double* const to = partial.data() + task * width;
      rows.for_each(part * p.outer / parts, (part + 1) * p.outer / parts, [&](std::int64_t from, std::int64_t n) {
        add(group, from, n, scratch.data(), sums);
        sums.added(rows.kernels(), from, n, to);
      });
      if (p.inner == 1) sums.flush(rows.kernels(), 0, to);
    }
  });
  std::vector<double> total(static_cast<std::size_t>(p.groups * width));
  for (std::int64_t task = 0; task < p.groups * parts; ++task) {
    for (std::int64_t k = 0; k < width; ++k) total[task / parts * width + k] += partial[task * width + k];
  }
  return total;
}

/// Calls each(group, place in the group, place in the batch, n, scratch) for every row, on all threads.
template <class E, class F>
void for_each_row(const BatchPlaces& p, const Rows<E>& rows, const F& each) {
  const auto sample = p.channels * p.inner;
  at::parallel_for(0, p.groups * p.outer, (kGrain + sample - 1) / sample, [&](std::int64_t begin, std::int64_t end) {
    std::vector<NumberOf<E>> scratch(static_cast<std::size_t>(6 * rows.longest()));
    for (auto o = begin; o < end;) {
      const auto group = o / p.outer, first = o % p.outer, last = std::min(p.outer, first + end - o);
      rows.for_each(first, last, [&](std::int64_t from, std::int64_t n) {
        each(group, from, group * p.outer * sample + from, n, scratch.data());
      });
      o += last - first;
    }
  });
}

double inverse_deviation(double variance, double eps) { return 1. / std::sqrt(variance + eps); }

template <class T>
std::vector<T> rounded(const at::Tensor& numbers) {
  const double* const given = numbers.const_data_ptr<double>();
  std::vector<T> result(static_cast<std::size_t>(numbers.numel()));
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = static_cast<T>(given[i]);
  return result;
}

/// The mean of a few values of every group and channel, spread over it: one alone may be far from the others.
template <class E>
std::vector<NumberOf<E>> rough_means(const BatchPlaces& p, const Rows<E>& rows, const void* x) {
  constexpr std::int64_t kFew = 16;
  std::vector<NumberOf<E>> means;
  for (std::int64_t c = 0; c < p.groups * p.channels; ++c) {
    const auto first = c / p.channels * p.count() * p.channels + c % p.channels * p.inner;
    double sum = 0;
    for (std::int64_t k = 0; k < kFew; ++k) {
      const auto i = k * p.count() / kFew;
      NumberOf<E> value;
      const auto at = first + i / p.inner * p.channels * p.inner + i % p.inner;
      sum += static_cast<double>(*rows.access().as_numbers(x, at, 1, &value));
    }
    means.push_back(static_cast<NumberOf<E>>(sum / kFew));
  }
  return means;
}

template <class E>
void fill_moments(const at::Tensor& x, const BatchPlaces& p, double* mean, double* variance) {
  const Rows<E> rows(p);
  const void* const values = x.const_data_ptr();
  // Differences from a value near the mean: the sum of squares would lose a small variance beside a large mean.
  const auto pivots = rough_means<E>(p, rows, values);
  const auto centers = rows.spread(pivots);
  const auto sums =
      sum_pairs(p, rows, [&](std::int64_t group, std::int64_t from, std::int64_t n, auto* scratch, auto& pair) {
        const auto* const row = rows.access().as_numbers(values, group * p.count() * p.channels + from, n, scratch);
        const auto* const center = centers.row(group, from, n, scratch + rows.longest());
        rows.kernels().moments(n, row, center, pair.first(), pair.second());
      });
  const auto n = static_cast<double>(p.count());
  for (std::int64_t c = 0; c < p.groups * p.channels; ++c) {
    const double* const pair = sums.data() + c / p.channels * 2 * p.channels + c % p.channels;
    const double shift = pair[0] / n;
    mean[c] = static_cast<double>(pivots[static_cast<std::size_t>(c)]) + shift;
    const double square = pair[p.channels] / n - shift * shift;
    variance[c] = square < 0 ? 0 : square;  // NaN stays
  }
}

template <class E>
void normalise(const at::Tensor& x, const BatchPlaces& p, const BatchAffine& affine, const at::Tensor& y) {
  using T = NumberOf<E>;
  const Rows<E> rows(p);
  const auto as_vector = [](const at::Tensor& numbers) {
    const auto* const given = numbers.const_data_ptr<T>();
    return std::vector<T>(given, given + numbers.numel());
  };
  const auto scales = rows.spread(as_vector(affine.scale)), shifts = rows.spread(as_vector(affine.shift));
  const void* const values = x.const_data_ptr();
  void* const out = y.mutable_data_ptr();
  const auto L = rows.longest();
  for_each_row(p, rows, [&](std::int64_t group, std::int64_t from, std::int64_t at, std::int64_t n, T* scratch) {
    const auto& access = rows.access();
    T* const to = access.place_of(out, at, scratch + L);
    rows.kernels().affine(n, access.as_numbers(values, at, n, scratch), scales.row(group, from, n, scratch + 2 * L),
                          shifts.row(group, from, n, scratch + 3 * L), to);
    access.put(to, n, out, at);
  });
}

template <class E>
void fill_sums(const at::Tensor& gy, const at::Tensor& x, const BatchPlaces& p, const BatchMoments& moments,
               double* gradient, double* product) {
  const Rows<E> rows(p);
  const void *const values = x.const_data_ptr(), *const adjoints = gy.const_data_ptr();
  const auto centers = rows.spread(rounded<NumberOf<E>>(moments.mean));
  const auto L = rows.longest();
  const auto sums =
      sum_pairs(p, rows, [&](std::int64_t group, std::int64_t from, std::int64_t n, auto* scratch, auto& pair) {
        const auto at = group * p.count() * p.channels + from;
        const auto* const row = rows.access().as_numbers(values, at, n, scratch);
        const auto* const g = rows.access().as_numbers(adjoints, at, n, scratch + L);
        rows.kernels().affine_sums(n, row, centers.row(group, from, n, scratch + 2 * L), g, pair.first(),
                                   pair.second());
      });
  for (std::int64_t c = 0; c < p.groups * p.channels; ++c) {
    const double* const pair = sums.data() + c / p.channels * 2 * p.channels + c % p.channels;
    product[c] = pair[0];
    gradient[c] = pair[p.channels];
  }
}

/// gx = (gy - mean(gy) - (x - mean) mean(gy (x - mean)) / deviation^2) weight / deviation
template <class E>
void pull_back(const at::Tensor& gy, const at::Tensor& x, const BatchPlaces& p, const BatchMoments& moments,
               const double* weight, double eps, const BatchNormSums& given, const at::Tensor& gx, double* gweight,
               double* gbias) {
  using T = NumberOf<E>;
  const double *const mean = moments.mean.const_data_ptr<double>(), *const variance =
                                                                        moments.variance.const_data_ptr<double>();
  const double *const gradients = given.gradient.const_data_ptr<double>(), *const products =
                                                                               given.product.const_data_ptr<double>();
  const auto centers = rounded<T>(moments.mean);
  std::vector<T> scales, slopes, shifts;
  const auto count = static_cast<double>(p.count());
  for (std::int64_t c = 0; c < p.groups * p.channels; ++c) {
    const auto channel = c % p.channels;
    const double inverse = inverse_deviation(variance[c], eps), a = inverse * weight[channel];
    const double sum = gradients[c], rounded_off = static_cast<double>(centers[static_cast<std::size_t>(c)]) - mean[c];
    const double product = products[c] + rounded_off * sum;
    const double slope = product / count * inverse * inverse * a;
    scales.push_back(static_cast<T>(a));
    slopes.push_back(static_cast<T>(slope));
    shifts.push_back(static_cast<T>(sum / count * a + rounded_off * slope));
    gbias[channel] += sum;
    gweight[channel] += product * inverse;
  }
  const Rows<E> rows(p);
  const auto center = rows.spread(centers), scale = rows.spread(scales), slope = rows.spread(slopes),
             shift = rows.spread(shifts);
  const void *const values = x.const_data_ptr(), *const adjoints = gy.const_data_ptr();
  void* const out = gx.mutable_data_ptr();
  const auto L = rows.longest();
  for_each_row(p, rows, [&](std::int64_t group, std::int64_t from, std::int64_t at, std::int64_t n, T* scratch) {
    const auto& access = rows.access();
    const neuron::NormRow<T> numbers{
        center.row(group, from, n, scratch + 2 * L), scale.row(group, from, n, scratch + 3 * L),
        slope.row(group, from, n, scratch + 4 * L), shift.row(group, from, n, scratch + 5 * L)};
    const T *const g = access.as_numbers(adjoints, at, n, scratch), *const row =
                                                                        access.as_numbers(values, at, n, scratch + L);
    T* const to = access.place_of(out, at, scratch);
    rows.kernels().norm_backward(n, g, row, numbers, to);
    access.put(to, n, out, at);
  });
}

/// Calls f with a value of the type that x is stored in.
template <class F>
void by_storage(const at::Tensor& x, const F& f) {
  if (x.scalar_type() == at::kDouble) return f(double());
  if (x.scalar_type() == at::kFloat) return f(float());
  f(BFloat16Bits());
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
  by_storage(x, [&]<class E>(E) {
    fill_moments<E>(x, p, moments.mean.mutable_data_ptr<double>(), moments.variance.mutable_data_ptr<double>());
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
  by_storage(x, [&]<class E>(E) { normalise<E>(x, p, affine, y); });
  return y;
}

BatchNormSums batch_norm_sums(const at::Tensor& gy, const at::Tensor& x, const BatchPlaces& p,
                              const BatchMoments& moments) {
  BatchNormSums sums{per_channel(p), per_channel(p)};
  by_storage(x, [&]<class E>(E) {
    fill_sums<E>(gy, x, p, moments, sums.gradient.mutable_data_ptr<double>(), sums.product.mutable_data_ptr<double>());
  });
  return sums;
}

BatchNormAdjoints batch_norm_backward(const at::Tensor& gy, const at::Tensor& x, const BatchPlaces& p,
                                      const BatchMoments& moments, const at::Tensor& weight, double eps,
                                      const BatchNormSums& sums, const at::Tensor& gx) {
  BatchNormAdjoints adjoints{at::zeros({p.channels}, at::kDouble), at::zeros({p.channels}, at::kDouble)};
  const auto w = weight.detach().to(at::kDouble).contiguous();
  by_storage(x, [&]<class E>(E) {
    pull_back<E>(gy, x, p, moments, w.const_data_ptr<double>(), eps, sums, gx,
                 adjoints.weight.mutable_data_ptr<double>(), adjoints.bias.mutable_data_ptr<double>());
  });
  return adjoints;
}

}  // namespace qualia_snn::layer
