#pragma once

#include "qualia_snn/config/build_context.h"
#include "qualia_snn/neuron/surrogate.h"

namespace qualia_snn::neuron {

/// Derivative of a sigmoid, in SpikingJelly's order of operations.
class QUALIA_SNN_API Sigmoid final : public Surrogate {
 public:
  static constexpr const char* kDetails =
      "d spike / d x = alpha s (1 - s) with s = sigmoid(alpha x), x = h - v_threshold\n"
      "Source: spikingjelly.activation_based.surrogate.Sigmoid, the default there.";
  struct Options {
    double alpha = 4.0;
    static void options(auto&& o) { o("alpha", &Options::alpha, "steepness, per unit of potential").above(0); }
  };
  explicit Sigmoid(const Options& options) : options_(options) {}
  Sigmoid(const Options& options, const config::BuildContext&) : options_(options) {}
  at::Tensor backward(const at::Tensor& grad, const at::Tensor& x) const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::neuron
