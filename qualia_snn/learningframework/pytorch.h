#pragma once

#include <string>

#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::learningframework {

/// Trains networks without time: one call per batch.
class QUALIA_SNN_API PyTorch final : public TrainerModule {
 public:
  static constexpr const char* kDetails =
      "Batches [N, C, ...] go through the model once; loss and metrics on its output [N, K].\n"
      "Source: qualia_core.learningframework.PyTorch.";
  using TrainerModule::TrainerModule;

 protected:
  std::string kind() const override { return "PyTorch"; }
  Sequence enter(const at::Tensor& x) const override { return {x, 1, false}; }
};

}  // namespace qualia_snn::learningframework
