#include "qualia_snn/signal/resample.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/to_device.h"

namespace qualia_snn::signal {
namespace {

constexpr std::int64_t kMostNumbers = std::int64_t{1} << 22;  // of kernels, zeros among them
constexpr std::int64_t kMostTaps = std::int64_t{1} << 26;

/// Returns the weights of inputs whose times from an output are given, in blocks of `from`.
at::Tensor weights(const at::Tensor& times, const LowPass& low_pass, std::int64_t from) {
  const auto time = (times * low_pass.corner).clamp_(-low_pass.zeros, low_pass.zeros);
  const auto window = (time * (std::numbers::pi / low_pass.zeros / 2)).cos_().square_();
  const auto angle = time * std::numbers::pi;
  const auto sinc = at::where(angle.eq(0), 1.0, angle.sin() / angle);
  return (sinc * window * (low_pass.corner / static_cast<double>(from))).to(at::kFloat);
}

/// Returns the time of each output, [to, 1], torchaudio's sign.
at::Tensor output_times(std::int64_t to) {
  return at::arange(0, -to, -1, at::kFloat).view({-1, 1}) / to;  // torchaudio rounds these
}

}  // namespace

Resampler::Resampler(std::int64_t from, std::int64_t to, std::int64_t lowpass_filter_width, double rolloff) {
  QUALIA_SNN_CHECK(from > 0 && to > 0 && lowpass_filter_width > 0 && rolloff > 0 && rolloff <= 1, ConfigError,
                   "resampling from ", from, " to ", to, " Hz, lowpass_filter_width = ", lowpass_filter_width,
                   ", rolloff = ", rolloff, "; expected numbers above 0, rolloff at most 1");
  const auto divisor = std::gcd(from, to);
  from_ = from / divisor;
  to_ = to / divisor;
  const LowPass low_pass{static_cast<double>(lowpass_filter_width),
                         static_cast<double>(std::min(from_, to_)) * rolloff};
  const auto width = std::ceil(low_pass.zeros * static_cast<double>(from_) / low_pass.corner);
  const auto taps = (2 * width + 2) * static_cast<double>(to_);
  QUALIA_SNN_CHECK(taps <= static_cast<double>(kMostTaps), ConfigError, "resampling from ", from, " to ", to,
                   " Hz, lowpass_filter_width = ", lowpass_filter_width, ", rolloff = ", rolloff, " needs ", taps,
                   " weights; expected at most ", kMostTaps,
                   ", by rates with a larger common divisor or a smaller lowpass_filter_width");
  width_ = static_cast<std::int64_t>(width);
  if (from_ == to_) return;
  const auto numbers = to_ * (2 * width_ + from_);
  if (numbers <= kMostNumbers) {
    make_kernels(low_pass);
  } else {
    make_taps(low_pass);
  }
}

void Resampler::make_kernels(const LowPass& low_pass) {
  const auto inputs = at::arange(-width_, width_ + from_, at::kDouble).view({1, -1}) / from_;
  kernels_ = weights(output_times(to_) + inputs, low_pass, from_).unsqueeze(1);
}

void Resampler::make_taps(const LowPass& low_pass) {
  // Output p lies between the inputs p * from / to, rounded down, and the next; those that are further away than
  // `width` have no weight.
  const auto nearest = (at::arange(to_, at::kLong) * from_).floor_divide(to_);
  const auto inputs = (nearest.view({-1, 1}) + at::arange(-width_, width_ + 2, at::kLong)).to(at::kDouble) / from_;
  taps_ = weights(output_times(to_) + inputs, low_pass, from_).t().contiguous();
  firsts_ = nearest;  // of a signal with `width` zeros before it
}

at::Tensor Resampler::convolve(const at::Tensor& padded) const {
  const auto phases = at::conv1d(padded.unsqueeze(1), to_device(kernels_, padded.device()), /*bias=*/{},
                                 /*stride=*/from_);  // [M, to, blocks]
  return phases.transpose(1, 2).reshape({padded.size(0), -1});
}

at::Tensor Resampler::add_taps(const at::Tensor& padded, std::int64_t outputs) const {
  const auto device = padded.device();
  const auto n = at::arange(outputs, at::kLong);
  const auto phases = n.remainder(to_);
  const auto firsts = to_device(n.floor_divide(to_) * from_ + firsts_.index_select(0, phases), device);
  const auto taps = to_device(taps_, device), phases_there = to_device(phases, device);
  auto sum = at::zeros({padded.size(0), outputs}, padded.options());
  for (std::int64_t k = 0; k < taps.size(0); ++k) {
    sum.addcmul_(padded.index_select(1, firsts + k), taps[k].index_select(0, phases_there));
  }
  return sum;
}

at::Tensor Resampler::operator()(const at::Tensor& signals) const {
  const auto x = signals.to(at::kFloat);
  if (from_ == to_) return x;
  const auto outputs = (x.size(1) * to_ + from_ - 1) / from_;
  const auto padded = at::constant_pad_nd(x, {width_, width_ + from_});
  return kernels_.defined() ? convolve(padded).narrow(1, 0, outputs) : add_taps(padded, outputs);
}

}  // namespace qualia_snn::signal
