#include "qualia_snn/signal/resample.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "qualia_snn/core/error.h"

namespace qualia_snn::signal {

Resampler::Resampler(std::int64_t from, std::int64_t to, std::int64_t lowpass_filter_width, double rolloff) {
  QUALIA_SNN_CHECK(from > 0 && to > 0 && lowpass_filter_width > 0 && rolloff > 0 && rolloff <= 1, ConfigError,
                   "resampling from ", from, " to ", to, " Hz, lowpass_filter_width = ", lowpass_filter_width,
                   ", rolloff = ", rolloff, "; expected numbers above 0, rolloff at most 1");
  const auto divisor = std::gcd(from, to);
  from_ = from / divisor;
  to_ = to / divisor;
  const auto corner = static_cast<double>(std::min(from_, to_)) * rolloff, rate = static_cast<double>(from_);
  const auto zeros = static_cast<double>(lowpass_filter_width);
  width_ = static_cast<std::int64_t>(std::ceil(zeros * rate / corner));
  // One kernel for each place of an output between two inputs.
  const auto inputs = at::arange(-width_, width_ + from_, at::kDouble).view({1, 1, -1}) / from_;
  const auto outputs = at::arange(0, -to_, -1, at::kFloat).view({-1, 1, 1}) / to_;  // torchaudio rounds these
  const auto time = ((outputs + inputs) * corner).clamp_(-zeros, zeros);
  const auto window = (time * (std::numbers::pi / zeros / 2)).cos_().square_();
  const auto angle = time * std::numbers::pi;
  const auto sinc = at::where(angle.eq(0), 1.0, angle.sin() / angle);
  kernels_ = (sinc * window * (corner / rate)).to(at::kFloat);
}

at::Tensor Resampler::operator()(const at::Tensor& signals) const {
  const auto x = signals.to(at::kFloat);
  if (from_ == to_) return x;
  const auto M = x.size(0), S = x.size(1);
  const auto padded = at::constant_pad_nd(x, {width_, width_ + from_}).unsqueeze(1);
  const auto phases = at::conv1d(padded, kernels_.to(x.device()), /*bias=*/{}, /*stride=*/from_);  // [M, to, blocks]
  return phases.transpose(1, 2).reshape({M, -1}).narrow(1, 0, (S * to_ + from_ - 1) / from_);
}

}  // namespace qualia_snn::signal
