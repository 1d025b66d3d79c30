#pragma once

#include "qualia_snn/config/build_context.h"
#include "qualia_snn/neuron/surrogate.h"

namespace qualia_snn::neuron {

/// Derivative of an arc tangent, in SpikingJelly's order of operations.
class QUALIA_SNN_API ATan final : public Surrogate {
 public:
  static constexpr const char* kDetails =
      "d spike / d x = (alpha / 2) / (1 + (pi/2 alpha x)^2), x = h - v_threshold\n"
      "Source: Fang et al., \"Incorporating learnable membrane time constant\", ICCV 2021; "
      "spikingjelly.activation_based.surrogate.ATan.";
  struct Options {
    double alpha = 2.0;
    static void options(auto&& o) { o("alpha", &Options::alpha, "steepness, per unit of potential").above(0); }
  };
  explicit ATan(const Options& options) : options_(options) {}
  ATan(const Options& options, const config::BuildContext&) : options_(options) {}
  at::Tensor backward(const at::Tensor& grad, const at::Tensor& x) const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::neuron
