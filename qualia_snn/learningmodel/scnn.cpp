#include "qualia_snn/learningmodel/scnn.h"

#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/neuron/spiking_neuron.h"

namespace qualia_snn::learningmodel {
namespace {

ConvolutionalGraph build(const SCNN::Options& options, const config::BuildContext& context) {
  const auto make_neuron = [&] { return context.registries.neurons.make(options.neuron, context); };
  const auto neuron = make_neuron();
  const auto step_mode = neuron->step_mode();
  const auto T = neuron->timesteps().value_or(options.timesteps);
  QUALIA_SNN_CHECK(T == options.timesteps, ConfigError, "params.neuron.params.T = ", T,
                   ": must equal params.timesteps = ", options.timesteps);
  auto built = build_convolutional(options, context, {"neuron", make_neuron}, step_mode);
  built.shape.timesteps = options.timesteps;
  built.shape.step_mode = step_mode;
  return built;
}

}  // namespace

SCNN::SCNN(const Options& options, const config::BuildContext& context) : SCNN(build(options, context)) {}

SCNN::SCNN(ConvolutionalGraph built)
    : LearningModel(std::move(built.shape), std::move(built.graph), std::move(built.warnings)) {}

}  // namespace qualia_snn::learningmodel
