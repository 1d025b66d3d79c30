#pragma once

#include <string>

#include "qualia_snn/dataaugmentation/shared_decision.h"

namespace qualia_snn::dataaugmentation {

/// Multiplies x of any shape by a random factor; integers become float32.
class QUALIA_SNN_API Amplitude final : public SharedDecision {
 public:
  static constexpr const char* kDetails =
      "x times a factor that is uniform in [low, high], or normal around 1 with standard deviation sigma; one factor\n"
      "for the batch, or one per sample with per_sample.\n"
      "Source: qualia_core.dataaugmentation.pytorch.Amplitude.";
  struct Options : SharedDecision::Options {
    std::string distribution = "uniform";
    double low = 0, high = 1, sigma = 1;

    static void options(auto&& o) {
      o("distribution", &Options::distribution, "of the factor").one_of({"uniform", "normal"});
      o("low", &Options::low, "smallest factor, uniform");
      o("high", &Options::high, "largest factor, uniform");
      o("sigma", &Options::sigma, "standard deviation, normal").above(0);
      SharedDecision::Options::options(o);
    }
    std::string validate() const { return low < high ? "" : "low and high: expected low < high"; }
  };
  Amplitude(Options options, const config::BuildContext&)
      : SharedDecision("Amplitude", options), options_(std::move(options)) {}

 private:
  at::Tensor change(const at::Tensor& x, at::Generator& generator) const override;

  Options options_;
};

}  // namespace qualia_snn::dataaugmentation
