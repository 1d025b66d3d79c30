#pragma once

#include <ATen/ATen.h>

#include "qualia_snn/config/build_context.h"
#include "qualia_snn/neuron/surrogate.h"

namespace qualia_snn::neuron {

/// A random spike, with the gradient of its probability. Drawn from LibTorch's generator; tensor operations run it.
class PoissonPass final : public Surrogate {
 public:
  static constexpr const char* kDetails =
      "spike = 1 with probability u, d spike / d u = 1; u = h - v_threshold must be from 0 to 1\n"
      "Source: spikingjelly.activation_based.surrogate.PoissonPass.";
  struct Options {
    static void options(auto&&) {}
  };

  PoissonPass(const Options&, const config::BuildContext&) {}
  at::Tensor fire(const at::Tensor& u) const override { return at::bernoulli(u); }
  at::Tensor backward(const at::Tensor& grad, const at::Tensor& /*u*/) const override { return grad; }
};

}  // namespace qualia_snn::neuron
