#pragma once

#include "qualia_snn/config/build_context.h"
#include "qualia_snn/neuron/surrogate.h"

namespace qualia_snn::neuron {

/// Derivative of sigmoid(alpha * x): alpha * s * (1 - s).
///
/// SpikingJelly's default surrogate; source: spikingjelly.activation_based.surrogate.Sigmoid, same order of operations.
class QUALIA_SNN_API Sigmoid final : public Surrogate {
 public:
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
