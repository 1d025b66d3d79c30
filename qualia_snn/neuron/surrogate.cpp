#include "qualia_snn/neuron/surrogate.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

namespace qualia_snn::neuron {
namespace {

/// Carries the surrogate from forward to backward.
struct SurrogateHolder final : torch::CustomClassHolder {
  explicit SurrogateHolder(std::shared_ptr<const Surrogate> s) : surrogate(std::move(s)) {}
  std::shared_ptr<const Surrogate> surrogate;
};

struct SpikeFunction : torch::autograd::Function<SpikeFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& u,
                            const std::shared_ptr<const Surrogate>& surrogate) {
    context->save_for_backward({u});
    context->saved_data["surrogate"] = c10::IValue::make_capsule(c10::make_intrusive<SurrogateHolder>(surrogate));
    return surrogate->fire(u.detach());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& grads) {
    const auto holder = context->saved_data["surrogate"].toCapsule();
    const auto& surrogate = static_cast<const SurrogateHolder&>(*holder).surrogate;
    return {surrogate->backward(grads[0], context->get_saved_variables()[0]), at::Tensor()};
  }
};

}  // namespace

Surrogate::~Surrogate() = default;

at::Tensor Surrogate::fire(const at::Tensor& u) const { return heaviside(u); }

std::optional<AnySurrogate> Surrogate::known() const { return std::nullopt; }

at::Tensor heaviside(const at::Tensor& u) {
  auto spikes = at::empty_like(u);
  // Into u's type at once: ge() would make a boolean tensor first.
  at::ge_out(spikes, u.detach(), 0);
  return spikes;
}

at::Tensor spike(const at::Tensor& u, const std::shared_ptr<const Surrogate>& surrogate) {
  return SpikeFunction::apply(u, surrogate);
}

}  // namespace qualia_snn::neuron
