#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Reads an IDX file of unsigned bytes, gzipped or not, of any rank.
///
/// @return  uint8 tensor of the sizes in the header.
/// @throws DataError  if the file is missing, truncated, too long, or holds another type.
/// Source: the file format section of the MNIST database page (LeCun, Cortes, Burges).
QUALIA_SNN_API at::Tensor read_idx(const std::string& path);

}  // namespace qualia_snn::io
