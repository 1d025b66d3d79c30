#pragma once

#include "qualia_snn/dataaugmentation/shared_decision.h"

namespace qualia_snn::dataaugmentation {

/// Shifts x [N*T, C, S] along its last axis; what leaves at the end comes back at the start.
class QUALIA_SNN_API TimeShifting final : public SharedDecision {
 public:
  static constexpr const char* kDetails =
      "Shifts signals by int(S * w) samples, w from Beta(alpha, alpha), one for the batch or one per sample with\n"
      "per_sample; the end comes back at the start.\n"
      "Source: qualia_core.dataaugmentation.pytorch.TimeShifting.";
  struct Options : SharedDecision::Options {
    double alpha = 1;

    static void options(auto&& o) {
      o("alpha", &Options::alpha, "both parameters of the Beta distribution").above(0).at_most(1e6);
      SharedDecision::Options::options(o);
    }
  };
  TimeShifting(const Options& options, const config::BuildContext&)
      : SharedDecision("TimeShifting", options), alpha_(options.alpha) {}

 private:
  at::Tensor change(const at::Tensor& x, at::Generator& generator) const override;

  double alpha_;
};

}  // namespace qualia_snn::dataaugmentation
