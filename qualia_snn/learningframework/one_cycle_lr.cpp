#include "qualia_snn/learningframework/one_cycle_lr.h"

#include <cmath>
#include <numbers>

namespace qualia_snn::learningframework {
namespace {

std::optional<std::int64_t> cycle_length(const OneCycleLR::Options& o) {
  if (o.total_steps) return o.total_steps;
  if (o.epochs && o.steps_per_epoch) return *o.epochs * *o.steps_per_epoch;
  return std::nullopt;
}

}  // namespace

std::string OneCycleLR::Options::validate() const {
  const auto length = cycle_length(*this);
  if (!length) return "OneCycleLR needs total_steps, or epochs and steps_per_epoch";
  if (max_lr.values.size() != 1) return "max_lr takes one number: there is one group of parameters";
  if (base_momentum.values.size() != 1 || max_momentum.values.size() != 1) {
    return "base_momentum and max_momentum take one number each: there is one group of parameters";
  }
  if (pct_start * static_cast<double>(*length) == 1) {
    return concat("pct_start = ", pct_start, " leaves one of ", *length,
                  " steps for the rise, from which torch makes 0 / 0; use a larger pct_start, or a smaller one to "
                  "start at the top");
  }
  return "";
}

OneCycleLR::OneCycleLR(const Options& options, const config::BuildContext&)
    : total_steps_(cycle_length(options).value()),
      cosine_(options.anneal_strategy == "cos"),
      cycle_momentum_(options.cycle_momentum) {
  const double base_momentum = options.base_momentum.values[0], max_momentum = options.max_momentum.values[0];
  const double max_lr = options.max_lr.values[0], initial_lr = max_lr / options.div_factor;
  const Point start{initial_lr, max_momentum}, top{max_lr, base_momentum};
  const Point end{initial_lr / options.final_div_factor, max_momentum};
  const double last = static_cast<double>(total_steps_ - 1);
  const double rise = options.pct_start * static_cast<double>(total_steps_);
  phases_.push_back({rise - 1, start, top});
  if (options.three_phase) {
    phases_.push_back({2 * options.pct_start * static_cast<double>(total_steps_) - 2, top, start});
    phases_.push_back({last, start, end});
  } else {
    phases_.push_back({last, top, end});
  }
}

OneCycleLR::Point OneCycleLR::point(std::int64_t epoch) const {
  QUALIA_SNN_CHECK(epoch <= total_steps_, ConfigError, "model.optimizer.scheduler: the training goes beyond the ",
                   total_steps_, " steps of OneCycleLR; one step is one epoch: set total_steps to model.epochs");
  const auto step = static_cast<double>(epoch);
  std::size_t i = 0;
  while (i + 1 < phases_.size() && step > phases_[i].end) ++i;
  const auto& [end, from, to] = phases_[i];
  const double begin = i == 0 ? 0 : phases_[i - 1].end;
  const double share = (step - begin) / (end - begin);
  const auto anneal = [&](double a, double b) {
    return cosine_ ? b + (a - b) / 2 * (std::cos(std::numbers::pi * share) + 1) : (b - a) * share + a;
  };
  return {anneal(from.rate, to.rate), anneal(from.momentum, to.momentum)};
}

double OneCycleLR::next(std::int64_t epoch, double /*rate*/, double /*base*/) const { return point(epoch).rate; }

std::optional<double> OneCycleLR::momentum(std::int64_t epoch) const {
  return cycle_momentum_ ? std::optional(point(epoch).momentum) : std::nullopt;
}

}  // namespace qualia_snn::learningframework
