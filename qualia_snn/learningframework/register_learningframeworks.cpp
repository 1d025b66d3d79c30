#include "qualia_snn/learningframework/register_learningframeworks.h"

#include "qualia_snn/learningframework/adagrad.h"
#include "qualia_snn/learningframework/adam.h"
#include "qualia_snn/learningframework/adamax.h"
#include "qualia_snn/learningframework/cyclic_lr.h"
#include "qualia_snn/learningframework/decay_lr.h"
#include "qualia_snn/learningframework/nadam.h"
#include "qualia_snn/learningframework/one_cycle_lr.h"
#include "qualia_snn/learningframework/pytorch.h"
#include "qualia_snn/learningframework/radam.h"
#include "qualia_snn/learningframework/rmsprop.h"
#include "qualia_snn/learningframework/sgd.h"
#include "qualia_snn/learningframework/spikingjelly.h"
#include "qualia_snn/learningframework/spikingjelly_time_steps_in_data.h"
#include "qualia_snn/learningframework/step_lr.h"

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
  optimizers.add<RAdam>("RAdam", "Adam whose first steps are rectified");
  optimizers.add<NAdam>("NAdam", "Adam with Nesterov momentum");
  optimizers.add<Adamax>("Adamax", "Adam scaled by the largest recent gradient");
  optimizers.add<RMSprop>("RMSprop", "gradient over its running root mean square");
  optimizers.add<Adagrad>("Adagrad", "gradient over the root of all squared gradients");
  optimizers.add_not_offered("LBFGS", "it evaluates the loss several times per step; use Adam");
  optimizers.add_not_offered("SparseAdam", "no layer has sparse gradients; use Adam");
  optimizers.add_not_offered("ASGD", "use SGD");
  optimizers.add_not_offered("Rprop", "it is made for full batches; use RMSprop");
  optimizers.add_not_offered("Adadelta", "use RMSprop or Adam");
  optimizers.add_not_offered("Adafactor", "use AdamW");

  auto& schedulers = registries.schedulers;
  schedulers.add<StepLR>("StepLR", "times gamma every step_size epochs");
  schedulers.add<MultiStepLR>("MultiStepLR", "times gamma at milestones");
  schedulers.add<ConstantLR>("ConstantLR", "times factor in the first epochs");
  schedulers.add<ExponentialLR>("ExponentialLR", "times gamma every epoch");
  schedulers.add<LinearLR>("LinearLR", "a straight line from start_factor to end_factor");
  schedulers.add<PolynomialLR>("PolynomialLR", "to zero along a power of the remaining epochs");
  schedulers.add<CosineAnnealingLR>("CosineAnnealingLR", "half a cosine over T_max epochs");
  schedulers.add<CosineAnnealingWarmRestarts>("CosineAnnealingWarmRestarts", "half a cosine, again and again");
  schedulers.add<OneCycleLR>("OneCycleLR", "up to max_lr and down, momentum the other way");
  schedulers.add<SinDescent>("SinDescent", "a straight line with a fading sine on it");
  schedulers.add_not_offered("LambdaLR", "it needs Python code; use PolynomialLR or MultiStepLR");
  schedulers.add_not_offered("MultiplicativeLR", "it needs Python code; use ExponentialLR or MultiStepLR");
  schedulers.add_not_offered("ReduceLROnPlateau", "Qualia gives it no metric to watch; use MultiStepLR");
  schedulers.add_not_offered("CyclicLR", "use CosineAnnealingWarmRestarts or OneCycleLR");
  schedulers.add_not_offered("ChainedScheduler", "it needs Python objects; use one scheduler");
  schedulers.add_not_offered("SequentialLR", "it needs Python objects; use one scheduler, OneCycleLR for a warm-up");
}

}  // namespace qualia_snn::learningframework
