#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningframework/optimizer.h"

namespace torch::optim {
class Optimizer;
}

/// Update rules of LibTorch, with the names and defaults of Python's torch.optim.
namespace qualia_snn::learningframework {

/// Forwards to an optimiser of LibTorch.
class QUALIA_SNN_API TorchOptimizer : public Optimizer {
 public:
  ~TorchOptimizer() override;
  void zero_grad() override;
  void step() override;
  double learning_rate() const override;
  void set_learning_rate(double rate) override;

 protected:
  explicit TorchOptimizer(std::unique_ptr<torch::optim::Optimizer> optimizer);

 private:
  std::unique_ptr<torch::optim::Optimizer> optimizer_;
};

/// Stochastic gradient descent with momentum. Source: torch.optim.SGD.
class QUALIA_SNN_API SGD final : public TorchOptimizer {
 public:
  struct Options {
    double lr = 1e-3, momentum = 0, dampening = 0, weight_decay = 0;
    bool nesterov = false;

    std::string validate() const {
      return nesterov && (momentum <= 0 || dampening != 0) ? "nesterov needs momentum > 0 and dampening = 0" : "";
    }

    static void options(auto&& o) {
      o("lr", &Options::lr, "learning rate").at_least(0);
      o("momentum", &Options::momentum, "share of the last update that is kept").at_least(0);
      o("dampening", &Options::dampening, "share of the gradient that momentum leaves out");
      o("weight_decay", &Options::weight_decay, "L2 penalty").at_least(0);
      o("nesterov", &Options::nesterov, "look ahead; needs momentum and no dampening");
    }
  };
  SGD(const Options& options, const config::BuildContext& context);
};

/// Options of Adam and AdamW.
struct AdamOptions {
  double lr = 1e-3;
  std::vector<double> betas = {0.9, 0.999};
  double eps = 1e-8, weight_decay = 0;
  bool amsgrad = false;

  std::string validate() const { return betas.size() == 2 ? "" : "betas needs two entries"; }

  static void options(auto&& o) {
    o("lr", &AdamOptions::lr, "learning rate").at_least(0);
    o("betas", &AdamOptions::betas, "decay of the averages of gradient and squared gradient").at_least(0).below(1);
    o("eps", &AdamOptions::eps, "added to the denominator").at_least(0);
    o("weight_decay", &AdamOptions::weight_decay, "L2 penalty").at_least(0);
    o("amsgrad", &AdamOptions::amsgrad, "use the largest squared average so far");
  }
};

/// Adam. Source: Kingma, Ba, ICLR 2015; torch.optim.Adam.
class QUALIA_SNN_API Adam final : public TorchOptimizer {
 public:
  using Options = AdamOptions;
  Adam(const Options& options, const config::BuildContext& context);
};

/// Adam with decoupled weight decay. Source: Loshchilov, Hutter, ICLR 2019; torch.optim.AdamW.
class QUALIA_SNN_API AdamW final : public TorchOptimizer {
 public:
  struct Options : AdamOptions {
    Options() { weight_decay = 1e-2; }
  };
  AdamW(const Options& options, const config::BuildContext& context);
};

}  // namespace qualia_snn::learningframework
