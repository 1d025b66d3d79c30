#pragma once

#include "qualia_snn/dataaugmentation/time_steps_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// Swaps brighter and darker events of samples x [N*T, 2, ...].
class QUALIA_SNN_API PolarityFlip final : public TimeStepsAugmentation {
 public:
  static constexpr const char* kDetails =
      "Swaps the two channels of a sample, in all its time steps, with probability p.\n"
      "Source: tonic.transforms.RandomFlipPolarity, for whole samples";
  struct Options : TimeStepsAugmentation::Options {
    double p = 0.5;

    static void options(auto&& o) {
      o("p", &Options::p, "probability of a swap").at_least(0).at_most(1);
      TimeStepsAugmentation::Options::options(o);
    }
  };
  PolarityFlip(const Options& options, const config::BuildContext&)
      : TimeStepsAugmentation("PolarityFlip", options), p_(options.p) {}

 private:
  /// @throws ShapeError  if there are not two channels.
  at::Tensor change(const at::Tensor& samples, at::Generator& generator) const override;

  double p_;
};

}  // namespace qualia_snn::dataaugmentation
