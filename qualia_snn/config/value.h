#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn::config {

/// Where a value was written: a file with line and column, or a word of the command line.
struct QUALIA_SNN_API Location {
  std::shared_ptr<const std::string> source;  ///< file name, or the command-line argument
  int line = 0;                               ///< from 1; 0: not a file
  int column = 0;                             ///< from 1, in characters

  /// Returns "file:line:column", "argument", or "" for a value that nobody wrote.
  std::string str() const;
};

struct Entry;

/// Python's None, which only the command line can write.
struct None {};

/// One node of a configuration: a scalar, a list or a table, with the place where it was written.
///
/// The tree is ours because toml++ nodes lose their source position when copied, and merging copies.
class QUALIA_SNN_API Value {
 public:
  using List = std::vector<Value>;
  using Table = std::vector<Entry>;  // in the order of the file

  Value();  // an empty table
  Value(bool v, Location where);
  Value(std::int64_t v, Location where);
  Value(double v, Location where);
  Value(std::string v, Location where);
  Value(List v, Location where);
  Value(Table v, Location where);
  Value(None v, Location where);

  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&data_);
  }
  template <class T>
  T* get_if() {
    return std::get_if<T>(&data_);
  }

  bool is_table() const { return get_if<Table>() != nullptr; }
  bool is_list() const { return get_if<List>() != nullptr; }

  /// Returns the member of a table, or nullptr if there is none or this is no table.
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  /// Sets the member of a table, in place or at the end.
  void set(std::string_view key, Value value, Location key_location = {});
  /// Removes the member of a table, if there is one.
  void erase(std::string_view key);

  const Location& location() const { return location_; }
  void set_location(Location where) { location_ = std::move(where); }
  /// Returns the TOML name of the type: "boolean", "integer", "float", "string", "list" or "table"; or "None".
  std::string_view type_name() const;
  /// Returns the value in TOML syntax, in one line.
  std::string str() const;

 private:
  std::variant<bool, std::int64_t, double, std::string, List, Table, None> data_;
  Location location_;
};

/// Returns whether two values are equal in Python's sense, wherever they were written: 1 equals 1.0.
QUALIA_SNN_API bool equal(const Value& a, const Value& b);
/// Returns a key as TOML writes it, in quotes where it needs them.
QUALIA_SNN_API std::string key_str(std::string_view key);

/// One `key = value` of a table.
struct QUALIA_SNN_API Entry {
  std::string key;
  Location location;  ///< of the key
  Value value;
};

}  // namespace qualia_snn::config
