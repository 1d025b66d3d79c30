#pragma once

#include "qualia_snn/core/api.h"

namespace qualia_snn::learningframework {

/// An update rule over the parameters of a model.
class QUALIA_SNN_API Optimizer {
 public:
  virtual ~Optimizer();
  /// Clears all gradients.
  virtual void zero_grad() = 0;
  /// Moves the parameters by their gradients.
  virtual void step() = 0;
  virtual double learning_rate() const = 0;
  virtual void set_learning_rate(double rate) = 0;
};

}  // namespace qualia_snn::learningframework
