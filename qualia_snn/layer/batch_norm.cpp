#include "qualia_snn/layer/batch_norm.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/memory_order.h"
#include "qualia_snn/layer/batch_norm_statistics.h"

namespace qualia_snn::layer {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The statistics of a batch on their way from forward to backward.
struct Keeper final : torch::CustomClassHolder {
  explicit Keeper(std::shared_ptr<const BatchNormStatistics> kept) : statistics(std::move(kept)) {}
  std::shared_ptr<const BatchNormStatistics> statistics;
};

struct BatchNormFunction : torch::autograd::Function<BatchNormFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& /*bias*/, const c10::intrusive_ptr<Keeper>& keeper) {
    context->save_for_backward({x, weight});  // the weight so that a change of it is noticed
    context->saved_data["statistics"] = c10::IValue::make_capsule(keeper);
    const auto& statistics = *keeper->statistics;
    return batch_normalise(x, statistics.places(), statistics.affine());
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    QUALIA_SNN_CHECK(!at::GradMode::is_enabled(), TrainingError, "batch norm has no second derivative");
    const auto x = context->get_saved_variables()[0];
    const auto capsule = context->saved_data["statistics"].toCapsule();
    const auto& statistics = *static_cast<const Keeper&>(*capsule).statistics;
    // The gradient may have other readers: what the statistics overwrite is a copy.
    const auto gy = empty_in_order_of(x, x.sizes(), x.scalar_type()).copy_(gradients[0]);
    auto adjoints = statistics.backward(x, gy, batch_norm_sums(gy, x, statistics.places(), statistics.moments()));
    adjoints.emplace_back();  // of the keeper
    return adjoints;
  }
};

/// running = (1 - momentum) running + momentum value
void update(at::Tensor& running, const at::Tensor& value, double momentum) {
  running.copy_(running.to(at::kDouble) * (1 - momentum) + value * momentum);
}

}  // namespace

BatchNorm::BatchNorm(std::int64_t channels, std::int64_t axes, StepMode step_mode, double momentum)
    : axes_(axes), step_mode_(step_mode), momentum_(momentum) {
  weight = register_parameter("weight", at::ones({channels}));
  bias = register_parameter("bias", at::zeros({channels}));
  running_mean = register_buffer("running_mean", at::zeros({channels}));
  running_var = register_buffer("running_var", at::ones({channels}));
  num_batches_tracked = register_buffer("num_batches_tracked", at::zeros({}, at::kLong));
}

std::shared_ptr<const BatchNormStatistics> BatchNorm::train_on(const Sequence& input) {
  const at::NoGradGuard no_grad;  // gradients pass through the statistics by their own backward
  const auto& x = input.x;
  const auto updates = step_mode_ == StepMode::kSingle ? input.T : 1;
  const auto groups = input.repeated ? 1 : updates;
  QUALIA_SNN_CHECK(x.size(0) % groups == 0, ShapeError, kind(), ": a batch of ", x.sizes(), " is not ", groups,
                   " steps of equal size");
  // Joint statistics of a repeated input are those of T equal copies.
  const auto copies = input.repeated ? input.T / updates : 1;
  QUALIA_SNN_CHECK(x.numel() * copies > groups * x.size(1), ShapeError, kind(),
                   ": training needs more than one value per channel, the batch is ", x.sizes());
  num_batches_tracked.add_(updates);
  const auto statistics = std::make_shared<const BatchNormStatistics>(x, groups, weight, bias, kEps);
  const auto n = static_cast<double>(statistics->places().count() * copies);
  const auto& [mean, variance] = statistics->moments();
  for (std::int64_t i = 0; i < updates; ++i) {
    const auto group = input.repeated ? 0 : i;
    update(running_mean, mean[group], momentum_);
    update(running_var, variance[group] * (n / (n - 1)), momentum_);
  }
  return statistics;
}

BatchAffine BatchNorm::running_affine() const {
  // As LibTorch rounds it; gradients pass to weight and bias.
  auto scale = weight * (running_var + kEps).sqrt_().reciprocal_();
  auto shift = bias - running_mean * scale;
  return {std::move(scale), std::move(shift)};
}

Sequence BatchNorm::forward(const Sequence& input) {
  if (!is_training()) {
    // The operations that a fused source does: in float and double no spike differs.
    const auto affine = running_affine();
    auto sizes = std::vector<std::int64_t>(static_cast<std::size_t>(input.x.dim()), 1);
    sizes[1] = -1;
    const auto y = input.x * affine.scale.view(sizes) + affine.shift.view(sizes);
    return input.with(y.to(input.x.scalar_type()));
  }
  if (batch_norm_takes(input.x)) {
    const auto x = in_known_order(input.x);
    const auto keeper = c10::make_intrusive<Keeper>(train_on(input.with(x)));
    return input.with(BatchNormFunction::apply(x, weight, bias, keeper));
  }
  const auto expanded = input.expanded();
  const auto groups = step_mode_ == StepMode::kSingle ? expanded.T : 1;
  num_batches_tracked.add_(groups);
  std::vector<at::Tensor> steps;
  for (const auto& step : expanded.x.chunk(groups, 0)) {
    steps.push_back(at::batch_norm(step, weight, bias, running_mean, running_var, /*training=*/true, momentum_, kEps,
                                   /*cudnn_enabled=*/true));
  }
  return expanded.with(at::cat(steps, 0));
}

void BatchNorm::fuse(const Sequence& input, neuron::SourceAndSink& source) {
  if (is_training()) {
    const auto statistics = train_on(input);
    auto [scale, shift] = statistics->affine();
    source.scale = std::move(scale);
    source.shift = std::move(shift);
    source.statistics = statistics;
    return;
  }
  auto [scale, shift] = running_affine();
  source.scale = std::move(scale);
  source.shift = std::move(shift);
}

Shape BatchNorm::output_shape(const std::vector<Shape>& inputs) const {
  const auto& in = inputs.at(0);
  QUALIA_SNN_CHECK(static_cast<std::int64_t>(in.size()) == axes_ + 1 && in[0] == weight.size(0), ShapeError, "takes ",
                   weight.size(0), " channels and ", axes_, " axes, gets ", at::IntArrayRef(in));
  return in;
}

std::string BatchNorm::kind() const { return axes_ == 1 ? "BatchNorm1d" : "BatchNorm2d"; }

}  // namespace qualia_snn::layer
