#pragma once

#include <string>

#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::learningframework {

/// Trains single-step spiking networks on data with a time axis: [N, T, C, ...], T = the model's timesteps.
class QUALIA_SNN_API SpikingJellyTimeStepsInData : public TrainerModule {
 public:
  using TrainerModule::TrainerModule;

 protected:
  std::string kind() const override { return "SpikingJellyTimeStepsInData"; }
  bool time_in_data() const override { return true; }
  std::optional<StepMode> step_mode() const override { return StepMode::kSingle; }
  Sequence enter(const at::Tensor& x) const override;
};

/// Trains multi-step spiking networks on data with a time axis.
class QUALIA_SNN_API SpikingJellyMultiStepTimeStepsInData final : public SpikingJellyTimeStepsInData {
 public:
  using SpikingJellyTimeStepsInData::SpikingJellyTimeStepsInData;

 protected:
  std::string kind() const override { return "SpikingJellyMultiStepTimeStepsInData"; }
  std::optional<StepMode> step_mode() const override { return StepMode::kMulti; }
};

}  // namespace qualia_snn::learningframework
