#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningframework/adam_options.h"

namespace qualia_snn::learningframework {

/// Rectified Adam.
class QUALIA_SNN_API RAdam final : public Optimizer {
 public:
  static constexpr const char* kDetails =
      "m and v as in Adam; n = 2 / (1 - beta2) - 1, rho = n - 2 * t * beta2^t / (1 - beta2^t)\n"
      "rho > 5: w = w - lr * r * m / (1 - beta1^t) * sqrt(1 - beta2^t) / (sqrt(v) + eps),\n"
      "         r = sqrt((rho - 4) * (rho - 2) * n / ((n - 4) * (n - 2) * rho))\n"
      "else:    w = w - lr * m / (1 - beta1^t)\n"
      "Source: Liu et al., ICLR 2020; torch.optim.RAdam.";

  struct Options : AdamOptions {
    static void options(auto&& o) {
      AdamOptions::options(o);
      o("decoupled_weight_decay", &Options::decoupled_weight_decay, "decay the weights beside the gradient, as AdamW");
    }
  };
  RAdam(const Options& options, const config::BuildContext& context);

 private:
  void update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) override;

  Options options_;
};

}  // namespace qualia_snn::learningframework
