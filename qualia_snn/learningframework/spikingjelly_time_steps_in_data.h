#pragma once

#include <string>

#include "qualia_snn/learningframework/time_major.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::learningframework {

/// Trains single-step spiking networks on data with a time axis: [N, T, C, ...], T = the model's timesteps.
class QUALIA_SNN_API SpikingJellyTimeStepsInData : public TrainerModule {
 public:
  static constexpr const char* kDetails =
      "Samples have a time axis, [N, T, C, ...]; the model takes its steps one after the other, T must be its\n"
      "timesteps. Loss and metrics on the mean output over time. The layers have step mode 's'.\n"
      "Augmentations see samples and steps as one axis.\n"
      "Source: qualia_plugin_snn.learningframework.SpikingJellyTimeStepsInData.";
  using TrainerModule::TrainerModule;

 protected:
  std::string kind() const override { return "SpikingJellyTimeStepsInData"; }
  bool time_in_data() const override { return true; }
  std::optional<StepMode> step_mode() const override { return StepMode::kSingle; }
  Sequence enter(const at::Tensor& x) const override { return time_major(x); }
};

/// Trains multi-step spiking networks on data with a time axis.
class QUALIA_SNN_API SpikingJellyMultiStepTimeStepsInData final : public SpikingJellyTimeStepsInData {
 public:
  static constexpr const char* kDetails =
      "Samples have a time axis, [N, T, C, ...]; T must be the model's timesteps. Loss and metrics on the mean output\n"
      "over time. The layers have step mode 'm'. Augmentations see samples and steps as one axis.\n"
      "Source: qualia_plugin_snn.learningframework.SpikingJellyMultiStepTimeStepsInData.";
  using SpikingJellyTimeStepsInData::SpikingJellyTimeStepsInData;

 protected:
  std::string kind() const override { return "SpikingJellyMultiStepTimeStepsInData"; }
  std::optional<StepMode> step_mode() const override { return StepMode::kMulti; }
};

}  // namespace qualia_snn::learningframework
