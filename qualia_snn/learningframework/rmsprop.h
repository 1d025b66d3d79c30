#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningframework/optimizer.h"

namespace qualia_snn::learningframework {

/// Gradient descent divided by the running root mean square of the gradient.
class QUALIA_SNN_API RMSprop final : public Optimizer {
 public:
  static constexpr const char* kDetails =
      "g = gradient + weight_decay * w, v = alpha * v + (1 - alpha) * g^2\n"
      "centered: v less the square of a = alpha * a + (1 - alpha) * g\n"
      "w = w - lr * g / (sqrt(v) + eps), with momentum w - lr * b, b = momentum * b + g / (sqrt(v) + eps)\n"
      "Source: Hinton, lecture 6e of Neural Networks for Machine Learning, 2012; Graves, 2013 (centered);\n"
      "torch.optim.RMSprop.";

  struct Options : OptimizerOptions {
    double alpha = 0.99, eps = 1e-8, momentum = 0;
    bool centered = false;

    Options() { lr = 1e-2; }

    static void options(auto&& o) {
      OptimizerOptions::options(o);
      o("capturable", &Options::capturable, kNoEffect);
      o("alpha", &Options::alpha, "decay of the average of the squared gradient").at_least(0);
      o("eps", &Options::eps, "added to the denominator").at_least(0);
      o("momentum", &Options::momentum, "share of the last update that is kept").at_least(0);
      o("centered", &Options::centered, "divide by the deviation of the gradient instead of its mean square");
    }
  };
  RMSprop(const Options& options, const config::BuildContext& context);

 private:
  void update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) override;

  Options options_;
};

}  // namespace qualia_snn::learningframework
