#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Named tensors in the order of the file: what Python's `module.state_dict()` returns.
using StateDict = std::vector<std::pair<std::string, at::Tensor>>;

/// Reads a `.pth` file written by Python's `torch.save(model.state_dict(), path)` or by `write_pth`.
///
/// The file is read as data: nothing in it is executed, and only tensors, dicts, lists, tuples and scalars are
/// accepted. A dict with an entry "state_dict" gives that entry.
/// @throws DataError  if the file is missing, truncated, foreign or asks for anything else; the path comes first.
QUALIA_SNN_API StateDict read_pth(const std::string& path);

/// Writes a `.pth` file that Python's `torch.load(path, weights_only=True)` reads as an OrderedDict.
///
/// The file appears under its name only once it is complete. Equal tensors give equal bytes.
/// @throws DataError  if it cannot be written.
QUALIA_SNN_API void write_pth(const std::string& path, const StateDict& state);

}  // namespace qualia_snn::io
