#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/learningmodel/model_parts.h"

namespace qualia_snn::learningmodel {

/// Options that all residual templates have. Lists begin with the entry of the first convolution; one entry per group
/// of blocks follows.
struct ResidualOptions {
  std::vector<std::int64_t> input_shape, output_shape;
  std::vector<std::int64_t> filters;
  std::vector<config::Extents> kernel_sizes, strides, paddings;
  std::vector<std::int64_t> num_blocks;
  std::int64_t prepool = 1;
  std::string postpool = "max";
  bool batch_norm = false;
  double bn_momentum = 0.1;
  std::int64_t dims = 1;

  static constexpr double kLargest = 1e6;  ///< of any size: products stay within 64 bits

  static void options(auto&& o) {
    using Self = ResidualOptions;
    o("input_shape", &Self::input_shape, "[S, C] or [H, W, C], without time; from the data if left out")
        .at_least(1)
        .at_most(kLargest);
    o("output_shape", &Self::output_shape, "[K]; from the data if left out").at_least(1).at_most(kLargest);
    o("filters", &Self::filters, "output channels").required().at_least(1).at_most(kLargest);
    o("kernel_sizes", &Self::kernel_sizes, "kernels of the convolutions").required().at_least(1).at_most(kLargest);
    o("num_blocks", &Self::num_blocks, "blocks of each group").required().at_least(1).at_most(1000);
    o("paddings", &Self::paddings, "zero padding of the convolutions").required().at_least(0).at_most(kLargest);
    o("prepool", &Self::prepool, "average pool in front; 0 or 1: none").at_least(0).at_most(kLargest);
    o("batch_norm", &Self::batch_norm, "batch norm after each convolution, which then has no bias");
    o("bn_momentum", &Self::bn_momentum, "share of a batch in the running statistics").at_least(0).at_most(1);
    o("dims", &Self::dims, "axes of the data: 1 or 2").one_of({1, 2});
  }
};

/// Options of ResNet and SResNet.
struct ResNetOptions : ResidualOptions {
  bool force_projection_with_stride = true;

  static void options(auto&& o) {
    using Self = ResNetOptions;
    ResidualOptions::options(o);
    o("strides", &Self::strides, "of the first convolution; then max-pool of the first block of each group")
        .required()
        .at_least(1)
        .at_most(kLargest);
    o("postpool", &Self::postpool, "pool over space before the linear layer: max or avg; any other word: none");
    o("force_projection_with_stride", &Self::force_projection_with_stride,
      "convolution in the shortcut of every block that pools, not only of those with other channels");
  }
};

/// Options of ResNetStride and SResNetStride.
struct ResNetStrideOptions : ResidualOptions {
  std::vector<config::Extents> pool_sizes;
  bool force_projection_with_pooling = false;

  static void options(auto&& o) {
    using Self = ResNetStrideOptions;
    ResidualOptions::options(o);
    o("strides", &Self::strides, "of the first convolution; then of the first block of each group")
        .required()
        .at_least(1)
        .at_most(kLargest);
    o("pool_sizes", &Self::pool_sizes,
      "max-pool after the first convolution; then of every block of each group; 1: none")
        .required()
        .at_least(0)
        .at_most(kLargest);
    o("postpool", &Self::postpool,
      "pool over space before the linear layer: max or avg; sum: 1x1 convolution and sum over space in place of the "
      "linear layer; any other word: none");
    o("force_projection_with_pooling", &Self::force_projection_with_pooling,
      "convolution in the shortcut of every block that pools, not only of those with other channels or a stride");
  }
};

/// What residual templates differ in besides their options.
struct ResidualStyle {
  Activation activation;
  StepMode step_mode;
  bool spiking;                                             ///< a neuron ends each branch, not the sum of both
  std::string shortcut_pool;                                ///< name of the pool in a shortcut
  std::string prefix = {};                                  ///< of all names
  std::shared_ptr<SequenceModule> normalization = nullptr;  ///< of the input, as layer "samplenorm"; null: none
};

/// Builds the layers of Qualia's ResNet and SResNet templates, with Qualia's names and order: strides of blocks are
/// those of max pools.
///
/// @throws ConfigError  if a list is empty or has too many axes; ShapeError if layers do not fit each other.
/// Source: qualia_core.learningmodel.pytorch.ResNet, qualia_plugin_snn.learningmodel.pytorch.SResNet, version 2.6.0.
QUALIA_SNN_API ModelParts build_resnet(const ResNetOptions& options, const config::BuildContext& context,
                                       const ResidualStyle& style);

/// Does the same for ResNetStride and SResNetStride: strides are those of convolutions, and every block may pool.
/// Source: qualia_core.learningmodel.pytorch.ResNetStride, qualia_plugin_snn.learningmodel.pytorch.SResNetStride.
QUALIA_SNN_API ModelParts build_resnet_stride(const ResNetStrideOptions& options, const config::BuildContext& context,
                                              const ResidualStyle& style);

}  // namespace qualia_snn::learningmodel
