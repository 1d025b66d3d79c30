#pragma once

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Anything with memory between calls: membrane potentials, dropout masks.
class QUALIA_SNN_API Stateful {
 public:
  virtual ~Stateful();
  /// Forgets the state; the next call starts afresh.
  virtual void reset() = 0;
};

}  // namespace qualia_snn
