#pragma once

#include <string>

#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::learningframework {

/// Trains single-step spiking networks on static data: the input is repeated for all T steps.
///
/// The model is called once with all T; its layers have step mode 's', which decides batch-norm statistics.
class QUALIA_SNN_API SpikingJelly : public TrainerModule {
 public:
  static constexpr const char* kDetails =
      "Batches [N, C, ...] are repeated for all T steps of the model; loss and metrics on the mean output over time.\n"
      "The layers have step mode 's': batch norm has statistics of its own, and an update, for every step.\n"
      "Source: qualia_plugin_snn.learningframework.SpikingJelly.";
  using TrainerModule::TrainerModule;

 protected:
  std::string kind() const override { return "SpikingJelly"; }
  std::optional<StepMode> step_mode() const override { return StepMode::kSingle; }
  Sequence enter(const at::Tensor& x) const override { return {x, model().shape().timesteps, true}; }
};

/// Trains multi-step spiking networks on static data.
class QUALIA_SNN_API SpikingJellyMultiStep final : public SpikingJelly {
 public:
  static constexpr const char* kDetails =
      "Batches [N, C, ...] are repeated for all T steps of the model; loss and metrics on the mean output over time.\n"
      "The layers have step mode 'm': batch norm sees all steps as one batch.\n"
      "Source: qualia_plugin_snn.learningframework.SpikingJellyMultiStep.";
  using SpikingJelly::SpikingJelly;

 protected:
  std::string kind() const override { return "SpikingJellyMultiStep"; }
  std::optional<StepMode> step_mode() const override { return StepMode::kMulti; }
};

}  // namespace qualia_snn::learningframework
