#pragma once

#include <string>

#include "qualia_snn/dataaugmentation/time_steps_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// Sets whole time steps, or pixels, of samples x [N*T, C, ...] to zero.
class QUALIA_SNN_API EventDrop final : public TimeStepsAugmentation {
 public:
  static constexpr const char* kDetails =
      "drop = \"steps\": loses every time step of every sample with probability p.\n"
      "drop = \"pixels\": loses every pixel, in all channels and time steps of a sample, with probability p.\n"
      "Source: Gu et al., EventDrop: Data Augmentation for Event-based Learning, IJCAI 2021 (drop by time, random "
      "drop).";
  struct Options : TimeStepsAugmentation::Options {
    std::string drop = "pixels";
    double p = 0.1;

    static void options(auto&& o) {
      o("drop", &Options::drop, "what is lost").one_of({"steps", "pixels"});
      o("p", &Options::p, "probability").at_least(0).at_most(1);
      TimeStepsAugmentation::Options::options(o);
    }
  };
  EventDrop(const Options& options, const config::BuildContext&)
      : TimeStepsAugmentation("EventDrop", options), drops_steps_(options.drop == "steps"), p_(options.p) {}

 private:
  at::Tensor change(const at::Tensor& samples, at::Generator& generator) const override;
  bool needs_steps() const override { return drops_steps_; }

  bool drops_steps_;
  double p_;
};

}  // namespace qualia_snn::dataaugmentation
