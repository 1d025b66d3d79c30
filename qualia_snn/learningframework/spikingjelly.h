#pragma once

#include <string>

#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::learningframework {

/// Trains single-step spiking networks on static data: the input is repeated for all T steps, or encoded in spikes.
///
/// The model is called once with all T; its layers have step mode 's', which decides batch-norm statistics.
class QUALIA_SNN_API SpikingJelly : public TrainerModule {
 public:
  static constexpr const char* kDetails =
      "Batches [N, C, ...] are repeated for all T steps of the model, or become spikes: encoder = \"poisson\", one in\n"
      "every step with probability x, or \"latency\", one in all, the earlier the larger x. Loss and metrics on the "
      "mean\n"
      "output over time. The layers have step mode 's': batch norm has statistics of its own, and an update, for "
      "every\n"
      "step.\n"
      "Source: qualia_plugin_snn.learningframework.SpikingJelly; spikingjelly.activation_based.encoding.";
  struct Options : TrainerModule::Options {
    std::string encoder = "repeat";

    static void options(auto&& o) {
      TrainerModule::Options::options(o);
      o("encoder", &Options::encoder, "how static samples become a sequence (ours, not Qualia's)")
          .one_of({"repeat", "poisson", "latency"});
    }
  };
  SpikingJelly(const Options& options, const config::BuildContext& context)
      : TrainerModule(options, context), encoder_(options.encoder) {}

 protected:
  std::string kind() const override { return "SpikingJelly"; }
  std::optional<StepMode> step_mode() const override { return StepMode::kSingle; }
  bool time_in_batch() const override { return encoder_ != "repeat"; }
  at::Tensor encode(const at::Tensor& x, const RandomSource& random) const override;
  Sequence enter(const at::Tensor& x) const override;

 private:
  std::string encoder_;
};

/// Trains multi-step spiking networks on static data.
class QUALIA_SNN_API SpikingJellyMultiStep final : public SpikingJelly {
 public:
  static constexpr const char* kDetails =
      "As SpikingJelly, but the layers have step mode 'm': batch norm sees all steps as one batch.\n"
      "Source: qualia_plugin_snn.learningframework.SpikingJellyMultiStep.";
  using SpikingJelly::SpikingJelly;

 protected:
  std::string kind() const override { return "SpikingJellyMultiStep"; }
  std::optional<StepMode> step_mode() const override { return StepMode::kMulti; }
};

}  // namespace qualia_snn::learningframework
