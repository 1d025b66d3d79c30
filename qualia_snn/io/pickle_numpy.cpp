#include "qualia_snn/io/pickle_numpy.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "qualia_snn/io/pickle_access.h"

namespace qualia_snn::io::pickle {
namespace {

struct TypeName {
  std::string_view name;
  at::ScalarType type;
};
constexpr TypeName kTypes[] = {{"b1", at::kBool},  {"u1", at::kByte},  {"i1", at::kChar},
                               {"i2", at::kShort}, {"i4", at::kInt},   {"i8", at::kLong},
                               {"f2", at::kHalf},  {"f4", at::kFloat}, {"f8", at::kDouble}};

/// Text of either kind: Python 2 writes `str` where Python 3 writes `str` or `bytes`.
std::string_view text(const Value& value) {
  if (const auto* bytes = std::get_if<Bytes>(&value.data)) return bytes->view;
  return expect<std::string>(value, "a string");
}

Dtype make_dtype(const Value& arguments) {  // (name, align, copy)
  const auto name = text(tuple(arguments, 1)[0]);
  const auto* known =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeName& type) { return type.name == name; });
  QUALIA_SNN_CHECK(known != std::end(kTypes), DataError, "a NumPy array of type '", name,
                   "' is not accepted; expected a bool, an integer or a float");
  return {known->type};
}

at::Tensor make_array(const std::vector<std::int64_t>& size, at::ScalarType type, bool fortran_order,
                      std::string_view bytes) {
  auto expected = static_cast<std::int64_t>(c10::elementSize(type));
  bool overflow = false;
  for (const auto extent : size) overflow = overflow || __builtin_mul_overflow(expected, extent, &expected);
  QUALIA_SNN_CHECK(!overflow && static_cast<std::size_t>(expected) == bytes.size(), DataError, "a NumPy array of size ",
                   at::IntArrayRef(size), " with ", bytes.size(), " bytes");
  std::vector<std::int64_t> axes(size.size());
  std::iota(axes.begin(), axes.end(), 0);
  auto stored = size;
  if (fortran_order) {
    std::reverse(axes.begin(), axes.end());
    std::reverse(stored.begin(), stored.end());
  }
  const auto array = at::empty(stored, type);
  if (!bytes.empty()) std::memcpy(array.mutable_data_ptr(), bytes.data(), bytes.size());
  return array.permute(axes);
}

Value make_scalar(const Value& arguments) {  // (dtype, bytes)
  const auto& parts = tuple(arguments, 2);
  const auto scalar = make_array({}, expect<Dtype>(parts[0], "a dtype").type, false, text(parts[1])).item();
  if (scalar.isBoolean()) return {scalar.toBool()};
  if (scalar.isFloatingPoint()) return {scalar.toDouble()};
  return {scalar.toLong()};
}

at::Tensor from_buffer(const Value& arguments) {  // (bytes, dtype, shape, order)
  const auto& parts = tuple(arguments, 4);
  return make_array(sizes(parts[2]), expect<Dtype>(parts[1], "a dtype").type, text(parts[3]) == "F", text(parts[0]));
}

/// "numpy.core.multiarray scalar" of NumPy 1 is "numpy._core.multiarray scalar" of NumPy 2.
bool is_core(const std::string& function, std::string_view name) {
  return function == concat("numpy.core.", name) || function == concat("numpy._core.", name);
}

}  // namespace

std::optional<Value> call_numpy(const std::string& function, const Value& arguments, Document& document) {
  const auto new_array = [&](at::Tensor tensor) {
    return Value{document.arrays.emplace_back(std::make_unique<Array>(Array{std::move(tensor)})).get()};
  };
  if (function == "numpy dtype") return Value{make_dtype(arguments)};
  if (is_core(function, "multiarray scalar")) return make_scalar(arguments);
  if (is_core(function, "numeric _frombuffer")) return new_array(from_buffer(arguments));
  if (is_core(function, "multiarray _reconstruct")) {
    const auto& kind = expect<Global>(tuple(arguments, 1)[0], "a class").name;
    QUALIA_SNN_CHECK(kind == "numpy ndarray", DataError, "an array of class '", kind, "' is not accepted");
    return new_array(at::empty({0}));
  }
  return std::nullopt;
}

void set_array_state(Array& array, const Value& state) {
  const auto& parts = tuple(state, 5);
  // Python 2 and NumPy write booleans as such or as 0 and 1.
  const auto* number = std::get_if<std::int64_t>(&parts[3].data);
  const bool fortran_order = number ? *number != 0 : expect<bool>(parts[3], "a boolean");
  array.tensor = make_array(sizes(parts[1]), expect<Dtype>(parts[2], "a dtype").type, fortran_order, text(parts[4]));
}

void check_dtype_state(const Value& state) {
  const auto order = text(tuple(state, 2)[1]);
  QUALIA_SNN_CHECK(order == "<" || order == "|" || order == "=", DataError, "a NumPy array of byte order '", order,
                   "' is not accepted; expected little-endian");
}

}  // namespace qualia_snn::io::pickle
