#include "qualia_snn/learningframework/regression_sums.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::learningframework {
namespace {

constexpr double kSmallestTarget = 1.17e-6;  // of torchmetrics: keeps the percentage finite

void accumulate(at::Tensor& sum, const at::Tensor& batch) { sum = sum.defined() ? sum + batch : batch; }

}  // namespace

void RegressionSums::add(const at::Tensor& output, const at::Tensor& target) {
  QUALIA_SNN_CHECK(output.dim() == 2 && output.sizes() == target.sizes(), ShapeError, "the model gives ",
                   output.sizes(), ", the targets are ", target.sizes());
  const auto x = output.detach().to(at::kDouble);
  const auto y = target.to(at::kDouble);
  const auto error = (x - y).abs();
  rows_ += x.size(0);
  accumulate(squared_error_, error.square().sum());
  accumulate(absolute_error_, error.sum());
  accumulate(percentage_error_, (error / y.abs().clamp_min(kSmallestTarget)).sum());
  accumulate(output_, x.sum(0));
  accumulate(target_, y.sum(0));
  accumulate(product_, (x * y).sum(0));
  accumulate(squared_output_, x.square().sum(0));
  accumulate(squared_target_, y.square().sum(0));
}

double RegressionSums::mse() const {
  return squared_error_.item<double>() / static_cast<double>(rows_ * output_.numel());
}
double RegressionSums::mae() const {
  return absolute_error_.item<double>() / static_cast<double>(rows_ * output_.numel());
}
double RegressionSums::mape() const {
  return percentage_error_.item<double>() / static_cast<double>(rows_ * output_.numel());
}

double RegressionSums::slope() const {
  // Qualia: all outputs are summed up, yet only rows are counted.
  const auto n = static_cast<double>(rows_);
  const double mean_y = target_.sum().item<double>() / n;
  const double covariance = product_.sum().item<double>() / n - output_.sum().item<double>() / n * mean_y;
  return covariance / (squared_target_.sum().item<double>() / n - mean_y * mean_y);
}

at::Tensor RegressionSums::correlation() const {
  const auto n = static_cast<double>(rows_);
  const auto covariance = product_ - output_ * target_ / n;
  const auto variance_x = squared_output_ - output_.square() / n;
  const auto variance_y = squared_target_ - target_.square() / n;
  return (covariance / (variance_x * variance_y).sqrt()).clamp(-1, 1).cpu();
}

std::array<at::Tensor*, RegressionSums::kSums.size()> RegressionSums::sums() {
  return {&squared_error_, &absolute_error_, &percentage_error_, &output_,
          &target_,        &product_,        &squared_output_,   &squared_target_};
}

State RegressionSums::save() const {
  State state;
  state.set_integer("rows", rows_);
  if (rows_ == 0) return state;
  auto copy = *this;
  for (std::size_t i = 0; i < kSums.size(); ++i) state.set(kSums[i], *copy.sums()[i]);
  return state;
}

void RegressionSums::load(const State& state, at::Device device) {
  *this = {};
  rows_ = state.integer("rows");
  if (rows_ == 0) return;
  for (std::size_t i = 0; i < kSums.size(); ++i) *sums()[i] = state.tensor(kSums[i]).to(device);
}

}  // namespace qualia_snn::learningframework
