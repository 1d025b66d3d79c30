#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "qualia_snn/core/api.h"

/// Numbers as Python and NumPy print them, for log files that Python tools read.
namespace qualia_snn::io {

/// Returns `repr(value)` of a Python float: the shortest digits that read back, "nan", "inf".
QUALIA_SNN_API std::string python_repr(double value);

/// Returns `repr` of the Python float that a float32 tensor's `item()` gives.
QUALIA_SNN_API std::string python_repr_float32(double value);

/// How NumPy shows a matrix: `repr` ("array([[1, 2],") or `str` ("[[1 2]").
enum class ArrayStyle { kRepr, kStr };

/// Returns an int64 matrix; `dtype` is named in its repr.
QUALIA_SNN_API std::string numpy_text(const at::Tensor& matrix, ArrayStyle style, const std::string& dtype);
/// Returns a float64 matrix under numpy.printoptions(suppress=True, precision=2, linewidth=sys.maxsize).
QUALIA_SNN_API std::string numpy_text(const at::Tensor& matrix, ArrayStyle style);

}  // namespace qualia_snn::io
