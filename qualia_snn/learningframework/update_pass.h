#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "qualia_snn/learningframework/update_kernels.h"

namespace qualia_snn::learningframework {

/// Whether a rule may run in one pass over these: float, on the CPU, and stored in the same order without gaps.
bool updates_in_one_pass(const std::vector<at::Tensor>& tensors);

/// Moves the weights by Adam's or SGD's rule, on all threads.
void update_in_one_pass(const AdamRow& whole);
void update_in_one_pass(const SGDRow& whole);

}  // namespace qualia_snn::learningframework
