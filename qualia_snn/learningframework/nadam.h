#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningframework/adam_options.h"

namespace qualia_snn::learningframework {

/// Adam with Nesterov momentum.
class QUALIA_SNN_API NAdam final : public Optimizer {
 public:
  static constexpr const char* kDetails =
      "m and v as in Adam; mu(t) = beta1 * (1 - 0.96^(t * momentum_decay) / 2), M(t) = mu(1) * ... * mu(t)\n"
      "w = w - lr * (mu(t+1) * m / (1 - M(t+1)) + (1 - mu(t)) * g / (1 - M(t))) / (sqrt(v / (1 - beta2^t)) + eps)\n"
      "Source: Dozat, ICLR workshop 2016; torch.optim.NAdam.";

  struct Options : AdamOptions {
    double momentum_decay = 4e-3;

    Options() { lr = 2e-3; }

    static void options(auto&& o) {
      AdamOptions::options(o);
      o("momentum_decay", &Options::momentum_decay, "how fast the momentum rises to the first beta").at_least(0);
      o("decoupled_weight_decay", &Options::decoupled_weight_decay, "decay the weights beside the gradient, as AdamW");
    }
  };
  NAdam(const Options& options, const config::BuildContext& context);

 private:
  /// The momentum of step t.
  bool counts_on_host() const override { return true; }
  double mu(double t) const;
  void update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) override;

  Options options_;
};

}  // namespace qualia_snn::learningframework
