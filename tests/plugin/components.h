#pragma once

#include "qualia_snn/neuron/surrogate.h"
#include "qualia_snn/registry/plugin.h"

namespace qualia_snn::testing {

/// A surrogate without kernels.
struct Half final : neuron::Surrogate {
  struct Options {
    static void options(auto&&) {}
  };
  Half(const Options&, const config::BuildContext&) {}
  at::Tensor backward(const at::Tensor& grad, const at::Tensor&) const override { return grad * 0.5; }
};

}  // namespace qualia_snn::testing
