#include "qualia_snn/neuron/register_neurons.h"

#include "qualia_snn/neuron/atif.h"
#include "qualia_snn/neuron/cuba_lif.h"
#include "qualia_snn/neuron/if.h"
#include "qualia_snn/neuron/ilif.h"
#include "qualia_snn/neuron/klif.h"
#include "qualia_snn/neuron/lif.h"
#include "qualia_snn/neuron/multi_level_spike_count_options.h"
#include "qualia_snn/neuron/neuron_layer.h"
#include "qualia_snn/neuron/parametric_lif.h"
#include "qualia_snn/neuron/poisson_pass.h"

namespace qualia_snn::neuron {
namespace {

void register_surrogates(config::Registry<Surrogate>& surrogates) {
  surrogates.add<Sigmoid>("Sigmoid", "derivative of a sigmoid, SpikingJelly's default");
  surrogates.add<ATan>("ATan", "derivative of an arc tangent");
  surrogates.add<PiecewiseQuadratic>("PiecewiseQuadratic", "triangle");
  surrogates.add<PiecewiseExp>("PiecewiseExp", "two-sided exponential");
  surrogates.add<SoftSign>("SoftSign", "derivative of the soft sign");
  surrogates.add<SuperSpike>("SuperSpike", "derivative of a fast sigmoid");
  surrogates.add<Erf>("Erf", "normal density");
  surrogates.add<NonzeroSignLogAbs>("NonzeroSignLogAbs", "derivative of a signed logarithm");
  surrogates.add<PiecewiseLeakyReLU>("PiecewiseLeakyReLU", "box above a floor");
  surrogates.add<SquarewaveFourierSeries>("SquarewaveFourierSeries", "harmonics of a square wave");
  surrogates.add<S2NN>("S2NN", "sigmoid's derivative below the threshold, hyperbola above");
  surrogates.add<QPseudoSpike>("QPseudoSpike", "power law");
  surrogates.add<LeakyKReLU>("LeakyKReLU", "one slope above the threshold, one below");
  surrogates.add<FakeNumericalGradient>("FakeNumericalGradient", "spike over the distance to the threshold");
  surrogates.add<LogTailedReLU>("LogTailedReLU", "ramp with a logarithmic tail");
  surrogates.add<Rect>("Rect", "box");
  surrogates.add<DeterministicPass>("DeterministicPass", "straight-through estimator");
  surrogates.add<PoissonPass>("PoissonPass", "random spike");
  surrogates.add<MultiLevelSpikeCountOptions>("MultiLevelSpikeCount", "whole numbers of spikes, straight through");
}

}  // namespace

void register_neurons(config::Registries& registries) {
  auto& neurons = registries.neurons;
  neurons.add<NeuronLayer<IF>>("IFNode", "integrate-and-fire");
  neurons.add<NeuronLayer<LIF>>("LIFNode", "leaky integrate-and-fire");
  neurons.add<NeuronLayer<ParametricLIF>>("ParametricLIFNode", "leaky integrate-and-fire, learned time constant");
  neurons.add<NeuronLayer<KLIF>>("KLIFNode", "leaky integrate-and-fire, learned gain");
  neurons.add<NeuronLayer<ILIF>>("ILIFNode", "leaky integrate-and-fire, several spikes per step");
  neurons.add<NeuronLayer<CUBALIF>>("CUBALIFNode", "leaky integrate-and-fire charged by a decaying current");
  neurons.add<NeuronLayer<ATIF>>("ATIF", "integrate-and-fire, learned threshold");
  for (const char* name : {"QIFNode", "EIFNode", "IzhikevichNode", "LIAFNode", "HalfThresholdIFNode", "GatedLIFNode",
                           "PSN", "MaskedPSN", "SlidingPSN", "IFSRL"}) {
    neurons.add_not_offered(name, "use IFNode, LIFNode or ParametricLIFNode");
  }
  register_surrogates(registries.surrogates);
}

}  // namespace qualia_snn::neuron
