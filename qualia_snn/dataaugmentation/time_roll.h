#pragma once

#include <string>

#include "qualia_snn/dataaugmentation/time_steps_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// Shifts samples x [N*T, C, ...] in time by whole steps; what leaves at one end comes back at the other.
class QUALIA_SNN_API TimeRoll final : public TimeStepsAugmentation {
 public:
  static constexpr const char* kDetails =
      "Shifts every sample by a number of time steps that is uniform in -k, ..., k; steps that leave at one end come\n"
      "back at the other.\n"
      "Source: Li et al., Neuromorphic Data Augmentation for Training Spiking Neural Networks, ECCV 2022 (rolling, "
      "here\n"
      "in time).";
  struct Options : TimeStepsAugmentation::Options {
    std::int64_t k = 1;

    static void options(auto&& o) {
      o("k", &Options::k, "largest shift, time steps").at_least(0).at_most(1e9);
      TimeStepsAugmentation::Options::options(o);
    }
    std::string validate() const {
      return collapse_timesteps ? "collapse_timesteps leaves one time step, which cannot be shifted; expected false"
                                : "";
    }
  };
  TimeRoll(const Options& options, const config::BuildContext&)
      : TimeStepsAugmentation("TimeRoll", options), k_(options.k) {}

 private:
  at::Tensor change(const at::Tensor& samples, at::Generator& generator) const override;
  bool needs_steps() const override { return true; }

  std::int64_t k_;
};

}  // namespace qualia_snn::dataaugmentation
