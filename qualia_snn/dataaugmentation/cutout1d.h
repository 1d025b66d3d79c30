#pragma once

#include "qualia_snn/dataaugmentation/shared_decision.h"

namespace qualia_snn::dataaugmentation {

/// Sets a random part of signals [N*T, C, S] to zero, in all channels.
class QUALIA_SNN_API Cutout1D final : public SharedDecision {
 public:
  static constexpr const char* kDetails =
      "Zeros from a sample that is uniform over the signal, for |n| times what follows it, n normal around 0 with\n"
      "standard deviation length_sigma; one part for the batch, or one per sample with per_sample.\n"
      "Source: qualia_core.dataaugmentation.pytorch.Cutout1D.";
  struct Options : SharedDecision::Options {
    double length_sigma = 1;

    static void options(auto&& o) {
      o("length_sigma", &Options::length_sigma, "standard deviation of the share that is cut").above(0).at_most(1e6);
      SharedDecision::Options::options(o);
    }
  };
  Cutout1D(const Options& options, const config::BuildContext&)
      : SharedDecision("Cutout1D", options), length_sigma_(options.length_sigma) {}

 private:
  at::Tensor change(const at::Tensor& x, at::Generator& generator) const override;

  double length_sigma_;
};

}  // namespace qualia_snn::dataaugmentation
