#pragma once

#include <string>

#include "qualia_snn/core/sequence_module.h"
#include "qualia_snn/core/state.h"
#include "qualia_snn/io/pth.h"

namespace qualia_snn::layer {

/// Returns the parameters and buffers of a module in the order of Python's `state_dict()`: of each module its
/// parameters, then its buffers, then its children. The tensors share the module's memory.
QUALIA_SNN_API io::StateDict state_dict(const torch::nn::Module& module);

/// Copies values into a module; names and sizes must match exactly.
///
/// @param source  names the origin in messages, for example a file
/// @throws DataError   listing missing and unexpected names.
/// @throws ShapeError  for the first tensor of another size.
QUALIA_SNN_API void load_state_dict(torch::nn::Module& module, const io::StateDict& state, const std::string& source);

/// Returns the same tensors as part of what has to be remembered, for example of a checkpoint.
QUALIA_SNN_API State save_state(const torch::nn::Module& module);
/// Copies them back. @throws  as `load_state_dict` does.
QUALIA_SNN_API void load_state(torch::nn::Module& module, const State& state, const std::string& source);

}  // namespace qualia_snn::layer
