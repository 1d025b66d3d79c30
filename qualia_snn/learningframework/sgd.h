#pragma once

#include <string>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningframework/optimizer.h"

namespace qualia_snn::learningframework {

/// Stochastic gradient descent with momentum.
class QUALIA_SNN_API SGD final : public Optimizer {
 public:
  static constexpr const char* kDetails =
      "g = gradient + weight_decay * w\n"
      "b = g in the first step, momentum * b + (1 - dampening) * g later\n"
      "w = w - lr * b, with nesterov w - lr * (g + momentum * b), without momentum w - lr * g\n"
      "Source: torch.optim.SGD.";

  struct Options : OptimizerOptions {
    double momentum = 0, dampening = 0;
    bool nesterov = false;

    std::string validate() const {
      return nesterov && (momentum <= 0 || dampening != 0) ? "nesterov needs momentum > 0 and dampening = 0" : "";
    }

    static void options(auto&& o) {
      OptimizerOptions::options(o);
      o("fused", &Options::fused, kNoEffect);
      o("momentum", &Options::momentum, "share of the last update that is kept").at_least(0);
      o("dampening", &Options::dampening, "share of the gradient that momentum leaves out");
      o("nesterov", &Options::nesterov, "look ahead; needs momentum and no dampening");
    }
  };
  SGD(const Options& options, const config::BuildContext& context);

 private:
  void update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) override;
  bool update_in_one_pass(UpdateRow row, const at::Tensor& parameter, const at::Tensor& gradient,
                          ParameterState& state) override;

  Options options_;
};

}  // namespace qualia_snn::learningframework
