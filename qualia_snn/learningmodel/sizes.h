#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "qualia_snn/config/build_context.h"
#include "qualia_snn/config/option_types.h"
#include "qualia_snn/core/sequence_module.h"

namespace qualia_snn::learningmodel {

using Sizes = std::vector<std::int64_t>;

/// Returns the product of sizes.
std::int64_t product(const Sizes& sizes);
/// Returns [S, C] as [C, S], [H, W, C] as [C, H, W].
Shape channels_first(const Sizes& channels_last);
/// Returns one entry per axis: a single one holds for all.
/// @throws ConfigError  naming the option, if there is another number of entries.
Sizes extents(const config::Extents& given, std::int64_t axes, const char* name);
/// Returns the window of a pool; 0 alone stands for none, which is a window of 1.
/// @throws ConfigError  if one of several entries is 0.
Sizes pool_extents(const config::Extents& given, std::int64_t axes, const char* name);

/// Sizes of the input and output of a template.
struct TemplateShape {
  Sizes input;   ///< [S, C] or [H, W, C]
  Sizes output;  ///< [K]
};

/// Takes the sizes that the configuration gives, or else those of the data.
/// @throws ShapeError  if the input has another number of axes than `axes` and the channels, or the output more than
/// one.
TemplateShape template_shape(const Sizes& input, const Sizes& output, std::int64_t axes,
                             const config::BuildContext& context);

}  // namespace qualia_snn::learningmodel
