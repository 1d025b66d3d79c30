#pragma once

#include <string>
#include <vector>

#include "qualia_snn/core/sequence_module.h"

namespace qualia_snn::layer {

/// Makes one axis of a sample: [T*N, C, ...] to [T*N, C*...], channels slowest.
class QUALIA_SNN_API Flatten final : public SequenceModule {
 public:
  Sequence forward(const Sequence& input) override { return input.selected(input.x.flatten(1)); }
  Shape output_shape(const std::vector<Shape>& inputs) const override {
    std::int64_t features = 1;
    for (const auto size : inputs.at(0)) features *= size;
    return {features};
  }
  bool takes_repeated() const override { return true; }
  std::string kind() const override { return "Flatten"; }
};

}  // namespace qualia_snn::layer
