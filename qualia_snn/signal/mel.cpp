#include "qualia_snn/signal/mel.h"

#include <ATen/ATen.h>

#include <algorithm>

#include <cmath>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/to_device.h"

namespace qualia_snn::signal {
namespace {

/// Slaney's scale: linear up to 1000 Hz, logarithmic above.
constexpr double kSlaneyStep = 200.0 / 3, kSlaneyKnee = 1000, kSlaneyKneeMel = kSlaneyKnee / kSlaneyStep;
const double kSlaneyLogStep = std::log(6.4) / 27;

double to_mel(double frequency, bool slaney) {
  if (!slaney) return 2595 * std::log10(1 + frequency / 700);
  if (frequency < kSlaneyKnee) return frequency / kSlaneyStep;
  return kSlaneyKneeMel + std::log(frequency / kSlaneyKnee) / kSlaneyLogStep;
}

at::Tensor to_frequency(const at::Tensor& mel, bool slaney) {
  if (!slaney) return (at::pow(10.0, mel / 2595) - 1) * 700;
  const auto above = ((mel - kSlaneyKneeMel) * kSlaneyLogStep).exp_() * kSlaneyKnee;
  return at::where(mel.ge(kSlaneyKneeMel), above, mel * kSlaneyStep);
}

/// Returns triangular filters [n_fft / 2 + 1, n_mels] between n_mels + 2 frequencies that are equally far apart in mel.
at::Tensor mel_filters(std::int64_t sample_rate, const MelOptions& o, double f_max) {
  const bool slaney = o.mel_scale == "slaney";
  const auto frequencies = at::linspace(0, static_cast<double>(sample_rate / 2), o.n_fft / 2 + 1);
  const auto corners = to_frequency(at::linspace(to_mel(o.f_min, slaney), to_mel(f_max, slaney), o.n_mels + 2), slaney);
  const auto widths = corners.narrow(0, 1, o.n_mels + 1) - corners.narrow(0, 0, o.n_mels + 1);
  const auto distances = corners.unsqueeze(0) - frequencies.unsqueeze(1);
  const auto falling = -distances.narrow(1, 0, o.n_mels) / widths.narrow(0, 0, o.n_mels);
  const auto rising = distances.narrow(1, 2, o.n_mels) / widths.narrow(0, 1, o.n_mels);
  auto filters = at::minimum(falling, rising).clamp_min_(0);
  if (o.norm) filters = filters * (2 / (corners.narrow(0, 2, o.n_mels) - corners.narrow(0, 0, o.n_mels)));
  return filters;
}

}  // namespace

std::string MelOptions::validate() const {
  if (win_length && *win_length > n_fft) {
    return concat("win_length is ", *win_length, ", longer than n_fft, ", n_fft, "; expected at most that");
  }
  if (f_max && f_min > *f_max) return concat("f_min is ", f_min, " and f_max ", *f_max, "; expected f_min <= f_max");
  return "";
}

MelSpectrogram::MelSpectrogram(std::int64_t sample_rate, MelOptions options) : options_(std::move(options)) {
  const auto f_max = options_.f_max.value_or(static_cast<double>(sample_rate / 2));
  QUALIA_SNN_CHECK(sample_rate > 0, ConfigError, "sample_rate = ", sample_rate, "; expected a rate in Hz, above 0");
  QUALIA_SNN_CHECK(options_.f_min <= f_max, ConfigError, "f_min = ", options_.f_min, " is above half of the ",
                   "sample rate, ", f_max, " Hz");
  window_ = at::hann_window(options_.win_length.value_or(options_.n_fft), /*periodic=*/true);
  filters_ = mel_filters(sample_rate, options_, f_max);
}

at::Tensor MelSpectrogram::operator()(const at::Tensor& signals) const {
  const auto& o = options_;
  auto x = signals.to(at::kFloat);
  if (o.pad > 0) x = at::constant_pad_nd(x, {o.pad, o.pad});
  const auto S = x.size(-1);
  const bool reflects = o.center && o.pad_mode == "reflect";
  const bool repeats = o.center && o.pad_mode == "circular";
  const auto shortest = reflects   ? o.n_fft / 2 + 1
                        : repeats  ? std::max<std::int64_t>(1, o.n_fft / 2)
                        : o.center ? 1
                                   : o.n_fft;
  QUALIA_SNN_CHECK(S >= shortest, ShapeError, "a signal of ", S, " samples; windows of n_fft = ", o.n_fft,
                   " need at least ", shortest);
  auto sizes = x.sizes().vec();
  const auto window = to_device(window_, x.device());
  const auto hop = o.hop_length.value_or(std::max<std::int64_t>(1, window.size(0) / 2));
  if (x.numel() == 0) {
    sizes.back() = o.n_mels;
    sizes.push_back(1 + (S + (o.center ? o.n_fft / 2 * 2 : 0) - o.n_fft) / hop);
    return at::empty(sizes, x.options());
  }
  const auto spectra = at::stft(x.reshape({-1, S}), o.n_fft, hop, window.size(0), window, o.center, o.pad_mode.text,
                                /*normalized=*/false, /*onesided=*/true, /*return_complex=*/true);
  auto magnitudes = (o.normalized ? spectra / window.square().sum().sqrt() : spectra).abs();
  if (o.power != 1) magnitudes = magnitudes.pow(o.power);
  const auto mels = at::matmul(magnitudes.transpose(1, 2), to_device(filters_, x.device())).transpose(1, 2);
  sizes.back() = o.n_mels;
  sizes.push_back(mels.size(2));
  return mels.reshape(sizes);
}

}  // namespace qualia_snn::signal
