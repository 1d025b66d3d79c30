#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "qualia_snn/config/kind.h"
#include "qualia_snn/config/real_or_false.h"
#include "qualia_snn/config/value.h"
#include "qualia_snn/config/word.h"

/// The types that an option may have, and how they are read and printed.
namespace qualia_snn::config {

/// One size for all axes, or one per axis: `2` or `[1, 2]`.
struct Extents {
  std::vector<std::int64_t> values;
};

/// One number for all layers, or one per layer: `0.5` or `[0, 0.5]`.
struct RealOrList {
  std::vector<double> values;
  bool is_list = false;
};

namespace detail {

QUALIA_SNN_API bool read_bool(const Value& value, const std::string& path);
QUALIA_SNN_API std::int64_t read_integer(const Value& value, const std::string& path);
QUALIA_SNN_API double read_real(const Value& value, const std::string& path);
QUALIA_SNN_API std::string read_string(const Value& value, const std::string& path);
QUALIA_SNN_API Extents read_extents(const Value& value, const std::string& path);
QUALIA_SNN_API RealOrList read_real_or_list(const Value& value, const std::string& path);
QUALIA_SNN_API const Value::List& read_list(const Value& value, const std::string& path);
QUALIA_SNN_API const Value::Table& read_table(const Value& value, const std::string& path);

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <>
inline constexpr bool kIsOptional<RealOrFalse> = true;

/// The type of the scalars inside an optional or a list.
template <class T>
struct LeafOf {
  using type = T;
};
// clang-format off
template <class T>
  requires kIsVector<T> || kIsOptional<T>
struct LeafOf<T> : LeafOf<typename T::value_type> {};

template <class T>
std::string type_name() {
  if constexpr (std::is_same_v<T, bool>) return "boolean";
  else if constexpr (std::is_same_v<T, std::int64_t>) return "integer";
  else if constexpr (std::is_same_v<T, double>) return "float";
  else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, Word>) return "string";
  else if constexpr (std::is_same_v<T, Extents>) return "integer or list of integers";
  else if constexpr (std::is_same_v<T, RealOrList>) return "float or list of floats";
  else if constexpr (std::is_same_v<T, Value>) return "any value";
  else if constexpr (std::is_base_of_v<Kind, T>) return "kind";
  else if constexpr (kIsVector<T>) return "list of " + type_name<typename T::value_type>() + "s";
  else if constexpr (std::is_same_v<T, std::optional<bool>>) return "boolean";
  else if constexpr (kIsOptional<T>) return type_name<typename T::value_type>() + " or false";
  else return "table";
}
// clang-format on

template <class T>
std::string print(const T& value) {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, double> ||
                std::is_same_v<T, std::string>) {
    return Value(value, {}).str();
  } else if constexpr (std::is_same_v<T, Word>) {
    return print(std::string(value.text));
  } else if constexpr (std::is_same_v<T, Value>) {
    return value.str();
  } else if constexpr (std::is_same_v<T, Extents>) {
    return value.values.size() == 1 ? print(value.values[0]) : print(value.values);
  } else if constexpr (std::is_same_v<T, RealOrList>) {
    return value.is_list || value.values.empty() ? print(value.values) : print(value.values[0]);
  } else if constexpr (std::is_base_of_v<Kind, T>) {
    return print(value.kind);
  } else if constexpr (kIsOptional<T>) {
    return value ? print(*value) : std::is_same_v<T, std::optional<bool>> ? "none" : "false";
  } else if constexpr (kIsVector<T>) {
    std::string text = "[";
    for (const auto& item : value) text += (text.size() > 1 ? ", " : "") + print<typename T::value_type>(item);
    return text + "]";
  } else {
    return "{}";
  }
}

/// Calls `visit` on every scalar inside an optional or a list.
template <class T>
void for_each_leaf(const T& value, auto&& visit) {
  if constexpr (kIsVector<T>) {
    for (const auto& item : value) for_each_leaf<typename T::value_type>(item, visit);
  } else if constexpr (kIsOptional<T>) {
    if (value) for_each_leaf(*value, visit);
  } else if constexpr (std::is_same_v<T, Extents> || std::is_same_v<T, RealOrList>) {
    for_each_leaf(value.values, visit);
  } else {
    visit(value);
  }
}

}  // namespace detail
}  // namespace qualia_snn::config
