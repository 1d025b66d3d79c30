#include "qualia_snn/neuron/register_neurons.h"

#include "qualia_snn/neuron/atif.h"
#include "qualia_snn/neuron/cuba_lif.h"
#include "qualia_snn/neuron/eif.h"
#include "qualia_snn/neuron/gated_lif.h"
#include "qualia_snn/neuron/half_threshold_if.h"
#include "qualia_snn/neuron/if.h"
#include "qualia_snn/neuron/ifsrl.h"
#include "qualia_snn/neuron/ilif.h"
#include "qualia_snn/neuron/izhikevich.h"
#include "qualia_snn/neuron/klif.h"
#include "qualia_snn/neuron/liaf.h"
#include "qualia_snn/neuron/lif.h"
#include "qualia_snn/neuron/masked_psn.h"
#include "qualia_snn/neuron/multi_level_spike_count_options.h"
#include "qualia_snn/neuron/neuron_layer.h"
#include "qualia_snn/neuron/parametric_lif.h"
#include "qualia_snn/neuron/poisson_pass.h"
#include "qualia_snn/neuron/psn.h"
#include "qualia_snn/neuron/qif.h"
#include "qualia_snn/neuron/sliding_psn.h"

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
  neurons.add<NeuronLayer<IFSRL>>("IFSRL", "integrate-and-fire, learned threshold, spikes of size 1");
  neurons.add<NeuronLayer<HalfThresholdIF>>("HalfThresholdIFNode", "integrate-and-fire that begins half-way");
  neurons.add<NeuronLayer<LIAF>>("LIAFNode", "leaky integrate-and-fire, analog output");
  neurons.add<NeuronLayer<QIF>>("QIFNode", "quadratic integrate-and-fire");
  neurons.add<NeuronLayer<EIF>>("EIFNode", "exponential integrate-and-fire");
  neurons.add<NeuronLayer<Izhikevich>>("IzhikevichNode", "quadratic integrate-and-fire that adapts");
  neurons.add<GatedLIF>("GatedLIFNode", "leaky integrate-and-fire with learned gates");
  neurons.add<PSN>("PSN", "parallel spiking neuron, all steps at once");
  neurons.add<MaskedPSN>("MaskedPSN", "parallel spiking neuron, inputs long ago masked");
  neurons.add<SlidingPSN>("SlidingPSN", "parallel spiking neuron, a filter over time");
  register_surrogates(registries.surrogates);
}

}  // namespace qualia_snn::neuron
