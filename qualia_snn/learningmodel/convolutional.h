#pragma once

#include <optional>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningmodel/model_parts.h"

namespace qualia_snn::learningmodel {

/// Options of CNN and SCNN. Lists have one entry per convolution unless stated.
struct ConvolutionalOptions {
  std::vector<std::int64_t> input_shape, output_shape;
  std::vector<std::int64_t> filters;
  std::vector<config::Extents> kernel_sizes, paddings, strides, pool_sizes;
  config::RealOrList dropouts;
  std::vector<std::int64_t> fc_units;
  std::optional<std::vector<bool>> separables;
  bool batch_norm = false;
  config::Extents prepool{{1}}, postpool{{1}};
  bool gsp = false;
  std::int64_t dims = 1;

  static constexpr double kLargest = 1e6;  ///< of any size: products stay within 64 bits

  static void options(auto&& o) {
    using Self = ConvolutionalOptions;
    o("input_shape", &Self::input_shape, "[S, C] or [H, W, C], without time; from the data if left out")
        .at_least(1)
        .at_most(kLargest);
    o("output_shape", &Self::output_shape, "[K]; from the data if left out").at_least(1).at_most(kLargest);
    o("filters", &Self::filters, "output channels of each convolution").required().at_least(1).at_most(kLargest);
    o("kernel_sizes", &Self::kernel_sizes, "kernel of each convolution").required().at_least(1).at_most(kLargest);
    o("paddings", &Self::paddings, "zero padding of each convolution").required().at_least(0).at_most(kLargest);
    o("strides", &Self::strides, "stride of each convolution").required().at_least(1).at_most(kLargest);
    o("dropouts", &Self::dropouts, "dropout after each convolution and each hidden linear layer; 0: none")
        .required()
        .at_least(0)
        .below(1);
    o("pool_sizes", &Self::pool_sizes, "max-pool after each convolution; 0: none")
        .required()
        .at_least(0)
        .at_most(kLargest);
    o("fc_units", &Self::fc_units, "units of each hidden linear layer").required().at_least(1).at_most(kLargest);
    o("separables", &Self::separables, "true: depthwise then pointwise convolution");
    o("batch_norm", &Self::batch_norm, "batch norm after each convolution, which then has no bias");
    o("prepool", &Self::prepool, "average pool in front").at_least(0).at_most(kLargest);
    o("postpool", &Self::postpool, "average pool after the convolutions").at_least(0).at_most(kLargest);
    o("gsp", &Self::gsp, "1x1 convolution and sum over space in place of linear layers");
    o("dims", &Self::dims, "axes of the data: 1 or 2").one_of({1, 2});
  }
};

/// Builds the layers of Qualia's CNN and SCNN templates, with Qualia's names and order.
///
/// @throws ConfigError  if a list is empty or has too many axes; ShapeError if layers do not fit each other.
/// Source: qualia_core.learningmodel.pytorch.CNN, qualia_plugin_snn.learningmodel.pytorch.SCNN, version 2.6.0.
QUALIA_SNN_API ModelParts build_convolutional(const ConvolutionalOptions& options, const config::BuildContext& context,
                                              const Activation& activation, StepMode step_mode);

}  // namespace qualia_snn::learningmodel
