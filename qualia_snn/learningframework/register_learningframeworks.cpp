#include "qualia_snn/learningframework/register_learningframeworks.h"

#include "qualia_snn/learningframework/lr_scheduler.h"
#include "qualia_snn/learningframework/pytorch.h"
#include "qualia_snn/learningframework/spikingjelly.h"
#include "qualia_snn/learningframework/spikingjelly_time_steps_in_data.h"
#include "qualia_snn/learningframework/torch_optimizers.h"

namespace qualia_snn::learningframework {

void register_learningframeworks(config::Registries& registries) {
  auto& frameworks = registries.learningframeworks;
  frameworks.add<PyTorch>("PyTorch", "networks without time", "float");
  frameworks.add<SpikingJelly>("SpikingJelly", "static data, step mode 's'", "spiking");
  frameworks.add<SpikingJellyMultiStep>("SpikingJellyMultiStep", "static data, step mode 'm'", "spiking");
  frameworks.add<SpikingJellyTimeStepsInData>("SpikingJellyTimeStepsInData", "data with time, step mode 's'",
                                              "spiking");
  frameworks.add<SpikingJellyMultiStepTimeStepsInData>("SpikingJellyMultiStepTimeStepsInData",
                                                       "data with time, step mode 'm'", "spiking");
  frameworks.add_not_offered("Keras", "use PyTorch");

  auto& optimizers = registries.optimizers;
  optimizers.add<SGD>("SGD", "stochastic gradient descent with momentum");
  optimizers.add<Adam>("Adam", "Adam");
  optimizers.add<AdamW>("AdamW", "Adam with decoupled weight decay");
  for (const char* name : {"RAdam", "NAdam", "RMSprop", "Adagrad", "Adamax"})
    optimizers.add_not_offered(name, "use Adam");

  auto& schedulers = registries.schedulers;
  schedulers.add<StepLR>("StepLR", "times gamma every step_size epochs");
  schedulers.add<CosineAnnealingLR>("CosineAnnealingLR", "half a cosine over T_max epochs");
  for (const char* name : {"MultiStepLR", "ExponentialLR", "PolynomialLR", "LinearLR", "ConstantLR",
                           "CosineAnnealingWarmRestarts", "OneCycleLR", "SinDescent"}) {
    schedulers.add_not_offered(name, "use StepLR or CosineAnnealingLR");
  }
}

}  // namespace qualia_snn::learningframework
