#include "qualia_snn/signal/mfcc.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/to_device.h"

namespace qualia_snn::signal {
namespace {

/// Signals at a time: their spectra are many times as large as what is kept of them.
constexpr std::int64_t kPiece = 256;
constexpr double kSmallestPower = 1e-10, kDecibelRange = 80, kLogOffset = 1e-6;

/// Returns the cosine transform of type 2, [n_mels, n_mfcc].
at::Tensor cosine_transform(std::int64_t n_mels, std::int64_t n_mfcc, bool orthonormal) {
  const auto mels = static_cast<double>(n_mels);
  const auto n = at::arange(n_mels, at::kFloat), k = at::arange(n_mfcc, at::kFloat).unsqueeze(1);
  auto cosines = at::cos((n + 0.5) * (std::numbers::pi / mels) * k);
  if (!orthonormal) return cosines.mul_(2).t();
  cosines[0].mul_(1 / std::numbers::sqrt2);
  return cosines.mul_(std::sqrt(2 / mels)).t();
}

at::Tensor to_decibels(const at::Tensor& power) {
  const auto decibels = power.clamp_min(kSmallestPower).log10_().mul_(10);
  return at::maximum(decibels, decibels.amax() - kDecibelRange);
}

}  // namespace

std::string MFCCOptions::validate() const {
  if (n_mfcc <= melkwargs.n_mels) return "";
  return concat("n_mfcc is ", n_mfcc, "; expected at most melkwargs.n_mels, ", melkwargs.n_mels);
}

MFCC::MFCC(const MFCCOptions& options)
    : mel_(options.sample_rate, options.melkwargs),
      cosines_(cosine_transform(options.melkwargs.n_mels, options.n_mfcc, options.norm.has_value())),
      log_mels_(options.log_mels) {}

at::Tensor MFCC::operator()(const at::Tensor& signals) const {
  std::vector<at::Tensor> pieces;
  for (const auto& piece : signals.split(kPiece)) pieces.push_back(mel_(piece));
  const auto mels = at::cat(pieces);
  const auto scaled = log_mels_ ? (mels + kLogOffset).log_() : to_decibels(mels);
  return at::matmul(scaled.transpose(1, 2), to_device(cosines_, scaled.device())).transpose(1, 2);
}

}  // namespace qualia_snn::signal
