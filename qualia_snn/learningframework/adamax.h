#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningframework/adam_options.h"

namespace qualia_snn::learningframework {

/// Adam scaled by the largest recent gradient.
class QUALIA_SNN_API Adamax final : public Optimizer {
 public:
  static constexpr const char* kDetails =
      "g = gradient + weight_decay * w, m = beta1 * m + (1 - beta1) * g, u = max(beta2 * u, |g| + eps)\n"
      "w = w - lr * m / ((1 - beta1^t) * u)\n"
      "Source: Kingma, Ba, ICLR 2015; torch.optim.Adamax.";

  struct Options : AdamOptions {
    Options() { lr = 2e-3; }
  };
  Adamax(const Options& options, const config::BuildContext& context);

 private:
  void update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) override;

  Options options_;
};

}  // namespace qualia_snn::learningframework
