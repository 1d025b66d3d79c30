#pragma once

#include <string>

#include "qualia_snn/core/sequence_module.h"

namespace qualia_snn::layer {

/// Applies max(x, 0) to a tensor of any shape.
class QUALIA_SNN_API ReLU final : public SequenceModule {
 public:
  Sequence forward(const Sequence& input) override { return input.with(input.x.relu()); }
  bool takes_repeated() const override { return true; }
  std::string kind() const override { return "ReLU"; }
};

}  // namespace qualia_snn::layer
