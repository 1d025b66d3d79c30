#pragma once

#include <optional>
#include <string>

#include "qualia_snn/io/pickle.h"

/// How pickles describe NumPy arrays; each function answers one construct that the decoder meets.
namespace qualia_snn::io::pickle {

/// Answers a call of one of NumPy's own functions, or nothing if the function is none of them.
/// @throws DataError  if the arguments are none that NumPy writes, or the type is no plain number.
std::optional<Value> call_numpy(const std::string& function, const Value& arguments, Document& document);

/// Gives an array its contents: (version, shape, dtype, Fortran order, bytes).
void set_array_state(Array& array, const Value& state);
/// Checks what a dtype is told about itself: (version, byte order, ...).
void check_dtype_state(const Value& state);

}  // namespace qualia_snn::io::pickle
