#pragma once

#include <ATen/core/Tensor.h>

#include "qualia_snn/core/sequence.h"

namespace qualia_snn::learningframework {

/// Returns samples with a time axis, [N, T, C, ...], as a sequence [T*N, C, ...].
Sequence time_major(const at::Tensor& x);

}  // namespace qualia_snn::learningframework
