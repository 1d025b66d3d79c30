#include "qualia_snn/learningframework/step_lr.h"

#include <algorithm>
#include <cmath>

namespace qualia_snn::learningframework {

double StepLR::next(std::int64_t epoch, double rate, double /*base*/) const {
  return epoch % options_.step_size == 0 ? rate * options_.gamma : rate;
}

double MultiStepLR::next(std::int64_t epoch, double rate, double /*base*/) const {
  const auto repeats = std::count(options_.milestones.begin(), options_.milestones.end(), epoch);
  return repeats == 0 ? rate : rate * std::pow(options_.gamma, static_cast<double>(repeats));
}

double ConstantLR::next(std::int64_t epoch, double rate, double /*base*/) const {
  return epoch == options_.total_iters ? rate * (1 / options_.factor) : rate;
}

}  // namespace qualia_snn::learningframework
