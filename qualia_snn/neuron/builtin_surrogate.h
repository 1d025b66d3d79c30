#pragma once

#include <ATen/ATen.h>

#include <memory>

#include "qualia_snn/config/build_context.h"
#include "qualia_snn/neuron/any_surrogate.h"
#include "qualia_snn/neuron/neuron.h"
#include "qualia_snn/neuron/surrogate.h"

namespace qualia_snn::neuron {

/// A surrogate struct that kernels know, for tensors.
template <class S>
class BuiltinSurrogate final : public Surrogate {
 public:
  explicit BuiltinSurrogate(const S& surrogate) : surrogate_(surrogate) {}

  at::Tensor fire(const at::Tensor& u) const override {
    if constexpr (requires { surrogate_.fire(u); }) {
      return surrogate_.fire(u);
    } else {
      return heaviside(u);
    }
  }
  at::Tensor backward(const at::Tensor& grad, const at::Tensor& u) const override { return grad * surrogate_.slope(u); }
  std::optional<AnySurrogate> known() const override { return any_surrogate(surrogate_); }

 private:
  S surrogate_;
};

/// Lets `Registry::add` take a surrogate struct.
template <class S>
requires kHasNumber<S> std::shared_ptr<Surrogate> make_component(const S& surrogate,
                                                                 const config::BuildContext& /*context*/) {
  return std::make_shared<BuiltinSurrogate<S>>(surrogate);
}

}  // namespace qualia_snn::neuron
