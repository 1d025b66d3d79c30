#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "qualia_snn/neuron/spiking_neuron.h"
#include "qualia_snn/neuron/surrogate.h"
#include "tests/parity/case.h"

namespace qualia_snn::parity {
namespace {

template <class Items>
std::vector<std::string> sorted_keys(const Items& items, auto&& key_of) {
  std::vector<std::string> keys;
  for (const auto& item : items) keys.push_back(key_of(item));
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

void check_neuron(const Case& c, const config::Registries& registries, Report& report) {
  auto table = *c.config.find("neuron");
  const auto name = *table.find("kind")->get_if<std::string>();
  skip_if_missing(registries.neurons, name);
  const auto surrogate = *table.find("surrogate")->find("kind")->get_if<std::string>();
  if (!registries.surrogates.find(surrogate)) throw Skip{surrogate};
  auto params = *table.find("params");
  params.set("surrogate", *table.find("surrogate"));
  params.find("surrogate")->erase("is_default");
  params.set("step_mode", *table.find("step_mode"));
  params.set("store_v_seq", config::Value(true, {}));
  const config::Kind kind{name, {params, "neuron.params"}, {}, "neuron"};
  const config::BuildContext context{registries, {}, {}, at::kCPU, {}};

  const auto neuron = registries.neurons.make(kind, context);
  {
    const at::NoGradGuard no_grad;
    auto state = neuron->named_parameters();
    for (const auto& buffer : neuron->named_buffers()) state.insert(buffer.key(), buffer.value());
    report.equal("state", sorted_keys(state, [](const auto& item) { return item.key(); }),
                 sorted_keys(c.group("state."), [](const auto& item) { return item.first; }));
    for (const auto& item : state) item.value().copy_(c.tensors.at("state." + item.key()));
  }
  const auto& given = c.tensors.at("x");
  const auto T = given.size(0);
  const auto x = given.clone().requires_grad_();
  const auto spikes = neuron->forward(Sequence{x.flatten(0, 1), T}).x.view(given.sizes());
  (spikes * c.tensors.at("grad_out")).sum().backward();
  report.equal("spikes", spikes, c.tensors.at("spikes"));
  if (c.tensors.contains("v_seq")) {
    report.compare("v_seq", neuron->v_seq().view(given.sizes()), c.tensors.at("v_seq"), 2e-5);
  }
  const auto states = neuron->states();
  for (const auto& [name, reference] : c.group("final.")) {
    // The potential comes first; GatedLIFNode's u is the potential too.
    const auto k = name == "v" || states.size() == 1 ? 0 : 1;
    report.compare("final." + name, states.at(k), reference, 2e-5);
  }
  report.compare("grad_x", x.grad(), c.tensors.at("grad_x"), c.sensitive_bar("grad_x"));
  for (const auto& parameter : neuron->named_parameters()) {
    const auto name = "grad." + parameter.key();
    report.compare(name, parameter.value().grad(), c.tensors.at(name), c.sensitive_bar("grad"));
  }

  const at::NoGradGuard no_grad;
  neuron->reset();
  neuron->eval();
  const auto evaluated = neuron->forward(Sequence{given.flatten(0, 1), T}).x.view(given.sizes());
  report.equal("spikes_eval", evaluated, c.tensors.at("spikes_eval"));
}

void check_surrogate(const Case& c, const config::Registries& registries, Report& report) {
  const auto& table = *c.config.find("surrogate");
  const auto name = *table.find("kind")->get_if<std::string>();
  if (!registries.surrogates.find(name)) throw Skip{name};
  const auto surrogate = registries.surrogates.make(
      {name, {*table.find("params"), "surrogate.params"}, {}, "surrogate"}, {registries, {}, {}, at::kCPU, {}});
  const auto x = c.tensors.at("x").clone().requires_grad_();
  const auto y = neuron::spike(x, surrogate);
  report.equal("y", y, c.tensors.at("y"));
  y.backward(c.tensors.at("grad_out"));
  report.compare("grad_x", x.grad(), c.tensors.at("grad_x"), 1e-6);
}

}  // namespace qualia_snn::parity
