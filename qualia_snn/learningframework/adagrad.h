#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningframework/optimizer.h"

namespace qualia_snn::learningframework {

/// Gradient descent divided by the root of all squared gradients so far.
class QUALIA_SNN_API Adagrad final : public Optimizer {
 public:
  static constexpr const char* kDetails =
      "g = gradient + weight_decay * w, s = s + g^2, starting at initial_accumulator_value\n"
      "w = w - lr / (1 + (t - 1) * lr_decay) * g / (sqrt(s) + eps)\n"
      "Source: Duchi, Hazan, Singer, JMLR 12, 2011; torch.optim.Adagrad.";

  struct Options : OptimizerOptions {
    double lr_decay = 0, initial_accumulator_value = 0, eps = 1e-10;

    Options() { lr = 1e-2; }

    static void options(auto&& o) {
      OptimizerOptions::options(o);
      o("fused", &Options::fused, kNoEffect);
      o("lr_decay", &Options::lr_decay, "how fast the learning rate falls with the steps").at_least(0);
      o("initial_accumulator_value", &Options::initial_accumulator_value, "where the sum of squares starts")
          .at_least(0);
      o("eps", &Options::eps, "added to the denominator").at_least(0);
    }
  };
  Adagrad(const Options& options, const config::BuildContext& context);

 private:
  void update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) override;

  Options options_;
};

}  // namespace qualia_snn::learningframework
