#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningframework/adam_options.h"

namespace qualia_snn::learningframework {

/// Adaptive moment estimation.
class QUALIA_SNN_API Adam : public Optimizer {
 public:
  static constexpr const char* kDetails =
      "g = gradient + weight_decay * w; with decoupled_weight_decay instead w = w - lr * weight_decay * w\n"
      "m = beta1 * m + (1 - beta1) * g, v = beta2 * v + (1 - beta2) * g^2\n"
      "w = w - lr * m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps); with amsgrad v is its largest value so far\n"
      "Source: Kingma, Ba, ICLR 2015; Reddi, Kale, Kumar, ICLR 2018 (amsgrad); torch.optim.Adam.";

  struct Options : AdamOptions {
    bool amsgrad = false;

    static void options(auto&& o) {
      common_options(o);
      o("decoupled_weight_decay", &Options::decoupled_weight_decay, "decay the weights beside the gradient, as AdamW");
    }
    static void common_options(auto&& o) {
      AdamOptions::options(o);
      o("fused", &Options::fused, kNoEffect);
      o("amsgrad", &Options::amsgrad, "use the largest squared average so far");
    }
  };
  Adam(const Options& options, const config::BuildContext& context);

 private:
  void update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) override;
  bool update_in_one_pass(UpdateRow row, const at::Tensor& parameter, const at::Tensor& gradient,
                          ParameterState& state) override;

  Options options_;
};

/// Adam with decoupled weight decay.
class QUALIA_SNN_API AdamW final : public Adam {
 public:
  static constexpr const char* kDetails =
      "Adam with decoupled_weight_decay: w = w - lr * weight_decay * w before the update.\n"
      "Source: Loshchilov, Hutter, ICLR 2019; torch.optim.AdamW.";

  struct Options : Adam::Options {
    Options() {
      weight_decay = 1e-2;
      decoupled_weight_decay = true;
    }
    static void options(auto&& o) { common_options(o); }
  };
  AdamW(const Options& options, const config::BuildContext& context);
};

}  // namespace qualia_snn::learningframework
