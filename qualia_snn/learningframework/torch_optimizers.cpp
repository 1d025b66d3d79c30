#include "qualia_snn/learningframework/torch_optimizers.h"

#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include <utility>

namespace qualia_snn::learningframework {
namespace {

std::unique_ptr<torch::optim::Optimizer> make_sgd(const SGD::Options& o, const std::vector<at::Tensor>& parameters) {
  return std::make_unique<torch::optim::SGD>(parameters, torch::optim::SGDOptions(o.lr)
                                                             .momentum(o.momentum)
                                                             .dampening(o.dampening)
                                                             .weight_decay(o.weight_decay)
                                                             .nesterov(o.nesterov));
}

template <class TorchAdam, class TorchOptions>
std::unique_ptr<torch::optim::Optimizer> make_adam(const AdamOptions& o, const std::vector<at::Tensor>& parameters) {
  return std::make_unique<TorchAdam>(
      parameters,
      TorchOptions(o.lr).betas({o.betas[0], o.betas[1]}).eps(o.eps).weight_decay(o.weight_decay).amsgrad(o.amsgrad));
}

}  // namespace

TorchOptimizer::TorchOptimizer(std::unique_ptr<torch::optim::Optimizer> optimizer) : optimizer_(std::move(optimizer)) {}
TorchOptimizer::~TorchOptimizer() = default;

void TorchOptimizer::zero_grad() { optimizer_->zero_grad(); }
void TorchOptimizer::step() { optimizer_->step(); }
double TorchOptimizer::learning_rate() const { return optimizer_->param_groups().at(0).options().get_lr(); }

void TorchOptimizer::set_learning_rate(double rate) {
  for (auto& group : optimizer_->param_groups()) group.options().set_lr(rate);
}

SGD::SGD(const Options& options, const config::BuildContext& context)
    : TorchOptimizer(make_sgd(options, context.parameters)) {}

Adam::Adam(const Options& options, const config::BuildContext& context)
    : TorchOptimizer(make_adam<torch::optim::Adam, torch::optim::AdamOptions>(options, context.parameters)) {}

AdamW::AdamW(const Options& options, const config::BuildContext& context)
    : TorchOptimizer(make_adam<torch::optim::AdamW, torch::optim::AdamWOptions>(options, context.parameters)) {}

}  // namespace qualia_snn::learningframework
