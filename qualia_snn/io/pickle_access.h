#pragma once

#include <cstdint>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/pickle.h"

/// Typed access to decoded values, for the files that decode pickles.
namespace qualia_snn::io::pickle {

/// @throws DataError  if the value is of another type; `what` is its noun.
template <class T>
const T& expect(const Value& value, const char* what) {
  const auto* found = std::get_if<T>(&value.data);
  QUALIA_SNN_CHECK(found, DataError, "damaged pickle: expected ", what);
  return *found;
}

/// Returns the items of a tuple. @throws DataError  if there are fewer than `least`.
inline const std::vector<Value>& tuple(const Value& value, std::size_t least) {
  const auto& items = expect<Tuple*>(value, "a tuple")->items;
  QUALIA_SNN_CHECK(items.size() >= least, DataError, "damaged pickle: a tuple is too short");
  return items;
}

/// Returns a tuple of integers that are at least 0.
inline std::vector<std::int64_t> sizes(const Value& value) {
  std::vector<std::int64_t> numbers;
  for (const auto& item : tuple(value, 0)) {
    numbers.push_back(expect<std::int64_t>(item, "an integer"));
    QUALIA_SNN_CHECK(numbers.back() >= 0, DataError, "damaged pickle: a negative size");
  }
  return numbers;
}

}  // namespace qualia_snn::io::pickle
