#pragma once

#include <string>
#include <vector>

#include "qualia_snn/core/sequence_module.h"

namespace qualia_snn::layer {

/// Normalises every channel of every sample by itself: [T*N, C, S].
///
/// kMinMax takes the minimum away and divides by the maximum of what is left; kZ takes the mean away and divides by the
/// standard deviation (S - 1). A channel that is constant gives NaN, as Qualia's.
/// Source: qualia_core.learningmodel.pytorch.layers.SampleNorm.
class QUALIA_SNN_API SampleNorm final : public SequenceModule {
 public:
  enum class Norm { kMinMax, kZ };

  explicit SampleNorm(Norm norm) : norm_(norm) {}
  Sequence forward(const Sequence& input) override;
  Shape output_shape(const std::vector<Shape>& inputs) const override;
  bool takes_repeated() const override { return true; }
  std::string kind() const override { return "SampleNorm"; }

 private:
  Norm norm_;
};

}  // namespace qualia_snn::layer
