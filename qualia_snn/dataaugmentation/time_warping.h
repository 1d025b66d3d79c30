#pragma once

#include "qualia_snn/dataaugmentation/shared_decision.h"

namespace qualia_snn::dataaugmentation {

/// Stretches signals [N*T, C, S] in time; their length stays.
class QUALIA_SNN_API TimeWarping final : public SharedDecision {
 public:
  static constexpr const char* kDetails =
      "Resamples signals to int(S * w) samples, linearly, w normal around 1 with standard deviation sigma, one for "
      "the\n"
      "batch or one per sample with per_sample; then cuts or repeats them to S samples. A length below 1 changes\n"
      "nothing.\n"
      "Source: qualia_core.dataaugmentation.pytorch.TimeWarping.";
  struct Options : SharedDecision::Options {
    double sigma = 0.25;

    static void options(auto&& o) {
      o("sigma", &Options::sigma, "standard deviation of the factor").above(0).at_most(1e3);
      SharedDecision::Options::options(o);
    }
  };
  TimeWarping(const Options& options, const config::BuildContext&)
      : SharedDecision("TimeWarping", options), sigma_(options.sigma) {}

 private:
  void check(const at::Tensor& x) const override;
  at::Tensor change(const at::Tensor& x, at::Generator& generator) const override;

  double sigma_;
};

}  // namespace qualia_snn::dataaugmentation
