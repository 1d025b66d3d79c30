#pragma once

#include <cstdint>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningmodel/model_parts.h"

namespace qualia_snn::learningmodel {

/// Options of MLP and SMLP.
struct PerceptronOptions {
  std::vector<std::int64_t> input_shape, output_shape;
  std::vector<std::int64_t> units;

  static constexpr double kLargest = 1e6;  ///< of any size: products stay within 64 bits

  static void options(auto&& o) {
    using Self = PerceptronOptions;
    o("input_shape", &Self::input_shape, "of a sample, without time, its axes multiplied; from the data if left out")
        .at_least(1)
        .at_most(kLargest);
    o("output_shape", &Self::output_shape, "[K]; from the data if left out").at_least(1).at_most(kLargest);
    o("units", &Self::units, "units of each hidden layer").required().at_least(1).at_most(kLargest);
  }
};

/// Builds the layers of Qualia's MLP and SMLP templates, with Qualia's names and order.
///
/// @throws ShapeError  if there is no input shape, or the output has more than one axis.
/// Source: qualia_core.learningmodel.pytorch.MLP, qualia_plugin_snn.learningmodel.pytorch.SMLP, version 2.6.0; there a
/// single hidden layer crashes.
QUALIA_SNN_API ModelParts build_perceptron(const PerceptronOptions& options, const config::BuildContext& context,
                                           const Activation& activation);

}  // namespace qualia_snn::learningmodel
