#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/config/build_context.h"
#include "qualia_snn/core/api.h"
#include "qualia_snn/core/state.h"

namespace qualia_snn::learningframework {

struct UpdateRow;

/// Options that all optimisers of torch.optim share; the last five are declared by the rules that have them.
struct OptimizerOptions {
  static constexpr const char* kNoEffect = "accepted without effect: chooses an implementation in Python";

  double lr = 1e-3;
  double weight_decay = 0;
  bool maximize = false;
  bool decoupled_weight_decay = false;
  bool foreach = false, fused = false, capturable = false, differentiable = false;

  static void options(auto&& o) {
    o("lr", &OptimizerOptions::lr, "learning rate").at_least(0);
    o("weight_decay", &OptimizerOptions::weight_decay, "L2 penalty").at_least(0);
    o("maximize", &OptimizerOptions::maximize, "ascend the loss instead of descending it");
    o("foreach", &OptimizerOptions::foreach, kNoEffect);
    o("differentiable", &OptimizerOptions::differentiable, kNoEffect);
  }
};

/// What an optimiser remembers about one parameter.
struct QUALIA_SNN_API ParameterState {
  std::int64_t step = 0;                      ///< updates so far
  std::map<std::string, at::Tensor> tensors;  ///< under torch's names, for example "exp_avg"

  /// Returns a tensor of the parameter's shape, which holds `initial` when it is asked for the first time.
  at::Tensor& tensor(const std::string& name, const at::Tensor& parameter, double initial = 0);
};

/// An update rule over the parameters of a model.
///
/// A rule writes `update`; direction, weight decay and the loop over the parameters are here. Parameters without a
/// gradient keep their value and their state.
class QUALIA_SNN_API Optimizer {
 public:
  virtual ~Optimizer();
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  /// Clears all gradients.
  void zero_grad();
  /// Moves the parameters by their gradients.
  void step();
  /// Does the same unless a number [] is not 0. On a GPU nobody waits for it: parameters and what is remembered are
  /// masked there, and updates are counted one step late.
  void step_unless(const at::Tensor& found_inf);

  double learning_rate() const { return options_.lr; }
  void set_learning_rate(double rate) { options_.lr = rate; }

  /// Returns the momentum or, of Adam and its kin, the first beta; none if the rule has neither.
  std::optional<double> momentum() const { return momentum_; }
  /// @throws ConfigError  as `check_momentum` does.
  void set_momentum(double momentum);
  /// @throws ConfigError  if the rule has neither momentum nor betas.
  void check_momentum() const;

  /// Returns what is remembered about each parameter, in the order of the parameters.
  const std::vector<ParameterState>& state() const { return state_; }

  /// Returns rate, momentum and what is remembered.
  State save();
  /// Goes on from what `save` returned for the same rule and parameters.
  /// @throws DataError  if it does not fit.
  void load(const State& state);

 protected:
  /// @param momentum  initial momentum or first beta; none if the rule has neither
  Optimizer(const OptimizerOptions& options, const config::BuildContext& context, std::optional<double> momentum);

 private:
  void step(std::size_t index, const at::Tensor& gradient);
  /// What is remembered for the first time has no value to go back to.
  bool can_be_masked() const;
  void step_masked(std::size_t index, const at::Tensor& masked);
  /// Takes back the count of an update that was masked.
  void settle();
  /// Moves one parameter.
  /// @param gradient  of its shape; already negated to maximize, with weight decay added unless that is decoupled
  /// @param state     of the parameter; `step` is 1 in the first update
  virtual void update(const at::Tensor& parameter, const at::Tensor& gradient, ParameterState& state) = 0;
  /// Does all of it in one pass where the rule has one for such tensors: direction and decay as in `row`, rounded as by
  /// tensor operations. Returns false, with no number changed, where it has none.
  virtual bool update_in_one_pass(UpdateRow row, const at::Tensor& parameter, const at::Tensor& gradient,
                                  ParameterState& state);
  /// Whether a part of what is remembered is always on the CPU, as numbers without axes.
  virtual bool counts_on_host() const { return false; }
  UpdateRow row_of(const at::Tensor& parameter) const;

  OptimizerOptions options_;
  std::optional<double> momentum_;
  std::vector<at::Tensor> parameters_;
  std::vector<ParameterState> state_;
  at::Tensor unsettled_;  ///< tells whether the last update was masked; undefined: known
};

}  // namespace qualia_snn::learningframework
