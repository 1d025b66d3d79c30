#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "qualia_snn/config/kind.h"
#include "qualia_snn/config/option_types.h"
#include "qualia_snn/config/value.h"
#include "qualia_snn/core/error.h"

/// Option declarations: one list per options struct parses, validates and documents it.
///
///     struct LIF {
///       double tau = 2;  // the only default
///       static void options(auto&& o) { o("tau", &LIF::tau, "membrane time constant, time steps").above(1); }
///     };
///     auto lif = config::parse<LIF>(params, {});
///
/// What one option alone cannot tell is checked by `std::string validate() const`: what is wrong, or "".
///
/// Option types: bool, int64_t, double (integers are converted), std::string, Word, Extents, RealOrList, std::vector
/// and std::optional of these (`false` and Python's None mean none), Kind and structs derived from it, nested option
/// structs, Params, Value (anything).
namespace qualia_snn::config {

struct Registries;

/// What reading a configuration may rely on.
struct ReadContext {
  const Registries* registries = nullptr;  ///< where nested kinds are looked up; none: they are not checked
  bool enabled = true;  ///< the component will run: kinds of Qualia that are not offered are refused, else accepted
};

/// The documentation of one option.
struct OptionDoc {
  std::string name, type, default_value, accepted, help;
  bool required = false;
};

namespace detail {

[[noreturn]] QUALIA_SNN_API void fail_unknown_key(const Entry& entry, const std::string& path,
                                                  const std::vector<std::string>& known);
[[noreturn]] QUALIA_SNN_API void fail_missing_key(const Value& table, const std::string& path, const std::string& key,
                                                  std::string_view type);

template <class S>
class Declarer;

/// Tells a kind where it was written.
QUALIA_SNN_API void locate(Kind& kind, const Value& value, const std::string& path);

/// Checks that a chosen kind exists and that its params are right; defined in registries.h.
template <class K, class Category>
void check_kind(const K& kind, Category category, const ReadContext& context);

/// Fills in the params of the kinds that `value` (a kind or a list of them) chooses; defined in registries.h.
template <class Category>
void resolve_kinds(Value& value, Category category, const ReadContext& context);

/// What can be done with the values of one option type. There is one table per type, not per option: declarations are
/// many, and compiling a handful of functions for each of them took minutes.
struct TypeFunctions {
  std::string (*type_name)();
  std::string (*print)(const void* value);
  void (*read)(void* target, const Value& value, const std::string& path, const ReadContext& context);
  std::optional<Value> (*to_value)(const void* value);
  Value (*resolve)(const Value& value, const std::string& path, const ReadContext& context);
  std::vector<OptionDoc> (*members)();  ///< of a nested options struct
};

/// One declared option of an options struct.
struct Field {
  OptionDoc doc;
  const TypeFunctions* type;
  std::ptrdiff_t offset;                                                 ///< of the member in its struct
  std::optional<Value> default_value;                                    ///< none: it is left out
  std::vector<std::function<bool(const void* value)>> constraints = {};  ///< whether the value is good
  std::vector<std::function<void(const void* value, const ReadContext& context)>> checks = {};
  std::vector<std::function<void(Value& value, const ReadContext& context)>> resolve_kinds = {};
};

/// Reads a table into the members of `object`, which `fields` describe.
QUALIA_SNN_API void read_fields(void* object, const std::vector<Field>& fields, const Value& value,
                                const std::string& path, const ReadContext& context);
QUALIA_SNN_API Value resolve_fields(const std::vector<Field>& fields, const Value& value, const std::string& path,
                                    const ReadContext& context);
QUALIA_SNN_API std::vector<OptionDoc> document_fields(const std::vector<Field>& fields);

template <class T>
concept HasOptions = !std::is_same_v<T, Params> && requires(Declarer<T> & declarer) {
  T::options(declarer);
};

}  // namespace detail

template <class S>
S parse_value(const Value& value, const std::string& path, const ReadContext& context);
template <class S>
Value resolve_value(const Value& value, const std::string& path, const ReadContext& context);
template <class S>
std::vector<OptionDoc> describe();

namespace detail {

// clang-format off
template <class T>
T read(const Value& value, const std::string& path, const ReadContext& context) {
  if constexpr (std::is_same_v<T, bool>) return read_bool(value, path);
  else if constexpr (std::is_same_v<T, std::int64_t>) return read_integer(value, path);
  else if constexpr (std::is_same_v<T, double>) return read_real(value, path);
  else if constexpr (std::is_same_v<T, std::string>) return read_string(value, path);
  else if constexpr (std::is_same_v<T, Word>) return Word(read_string(value, path).c_str());
  else if constexpr (std::is_same_v<T, Extents>) return read_extents(value, path);
  else if constexpr (std::is_same_v<T, RealOrList>) return read_real_or_list(value, path);
  else if constexpr (std::is_same_v<T, Value>) return value;
  else if constexpr (std::is_same_v<T, Params>) return read_table(value, path), Params{value, path};
  else if constexpr (kIsOptional<T>) {
    const auto* flag = value.get_if<bool>();
    const bool says_none = flag != nullptr && !*flag && !std::is_same_v<T, std::optional<bool>>;
    if (says_none || value.get_if<None>() != nullptr) return T();
    return read<typename T::value_type>(value, path, context);
  } else if constexpr (kIsVector<T>) {
    T list;
    for (const auto& item : read_list(value, path)) {
      list.push_back(read<typename T::value_type>(item, path + "." + std::to_string(list.size()), context));
    }
    return list;
  } else if constexpr (std::is_same_v<T, Kind>) {
    const auto* name = value.get_if<std::string>();
    if (name == nullptr) return parse_value<T>(value, path, context);
    T kind;
    kind.kind = *name;
    locate(kind, value, path);
    return kind;
  } else {
    return parse_value<T>(value, path, context);
  }
}
// clang-format on

/// Returns a default as it would be written; none: it is left out.
template <class T>
std::optional<Value> to_value(const T& value) {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, double> ||
                std::is_same_v<T, std::string>) {
    return Value(value, {});
  } else if constexpr (std::is_same_v<T, Word>) {
    return Value(std::string(value.text), {});
  } else if constexpr (std::is_same_v<T, Value>) {
    return value;
  } else if constexpr (std::is_same_v<T, Params>) {
    return value.value;
  } else if constexpr (std::is_same_v<T, Extents>) {
    return value.values.size() == 1 ? to_value(value.values[0]) : to_value(value.values);
  } else if constexpr (std::is_same_v<T, RealOrList>) {
    return value.is_list || value.values.empty() ? to_value(value.values) : to_value(value.values[0]);
  } else if constexpr (std::is_base_of_v<Kind, T>) {
    if (value.kind.empty()) return std::nullopt;
    return Value(Value::Table{{"kind", {}, Value(value.kind, {})}, {"params", {}, value.params.value}}, {});
  } else if constexpr (kIsOptional<T>) {
    return value ? to_value(*value) : std::nullopt;
  } else if constexpr (kIsVector<T>) {
    Value::List list;
    for (const auto& item : value) list.push_back(*to_value<typename T::value_type>(item));
    return Value(std::move(list), {});
  } else {
    auto table = resolve_value<T>(Value(), "", {});
    return table.template get_if<Value::Table>()->empty() ? std::nullopt : std::optional(std::move(table));
  }
}

/// Returns a value as it was written, with the defaults of the option structs inside it.
template <class T>
Value resolve(const Value& value, const std::string& path, const ReadContext& context) {
  if constexpr (kIsVector<T>) {
    Value::List list;
    for (const auto& item : *value.get_if<Value::List>()) {
      list.push_back(resolve<typename T::value_type>(item, path + "." + std::to_string(list.size()), context));
    }
    return {std::move(list), value.location()};
  } else if constexpr (kIsOptional<T>) {
    if (value.get_if<None>()) return Value(false, value.location());  // TOML has no None
    return value.is_table() ? resolve<typename T::value_type>(value, path, context) : value;
  } else if constexpr (std::is_base_of_v<Kind, T>) {
    if (value.is_table()) return resolve_value<T>(value, path, context);
    return Value(Value::Table{{"kind", value.location(), value}}, value.location());
  } else if constexpr (HasOptions<T>) {
    return resolve_value<T>(value, path, context);
  } else {
    return value;
  }
}

template <class T>
const TypeFunctions& type_functions() {
  static constexpr TypeFunctions kFunctions = {
      [] { return type_name<T>(); },
      [](const void* value) { return print<T>(*static_cast<const T*>(value)); },
      [](void* target, const Value& value, const std::string& path, const ReadContext& context) {
        *static_cast<T*>(target) = read<T>(value, path, context);
      },
      [](const void* value) { return to_value<T>(*static_cast<const T*>(value)); },
      [](const Value& value, const std::string& path, const ReadContext& context) {
        return resolve<T>(value, path, context);
      },
      [] {
        if constexpr (HasOptions<T> && !std::is_base_of_v<Kind, T>) {
          return describe<T>();
        } else {
          return std::vector<OptionDoc>();
        }
      }};
  return kFunctions;
}

/// One declared option, to which constraints are added: `o("tau", ...).above(1).required()`.
template <class T>
class Option {
 public:
  explicit Option(Field& field) : field_(field) {}

  Option& required() {
    field_.doc.required = true;
    field_.doc.default_value.clear();
    return *this;
  }
  Option& above(double bound) {
    return constrain(concat("> ", bound), [bound](const auto& v) { return v > bound; });
  }
  Option& at_least(double bound) {
    return constrain(concat(">= ", bound), [bound](const auto& v) { return v >= bound; });
  }
  Option& below(double bound) {
    return constrain(concat("< ", bound), [bound](const auto& v) { return v < bound; });
  }
  Option& at_most(double bound) {
    return constrain(concat("<= ", bound), [bound](const auto& v) { return v <= bound; });
  }
  Option& one_of(std::vector<typename LeafOf<T>::type> accepted) {
    std::string words;
    for (const auto& word : accepted) words += (words.empty() ? "" : ", ") + print(word);
    return constrain("one of " + words, [accepted](const auto& v) {
      for (const auto& word : accepted) {
        if (v == word) return true;
      }
      return false;
    });
  }
  /// The option names a kind of that registry, or several: `.of(&Registries::neurons)`.
  template <class Category>
  Option& of(Category category) {
    field_.checks.push_back([category](const void* value, const ReadContext& context) {
      if (context.registries == nullptr) return;
      for_each_leaf(*static_cast<const T*>(value), [&](const auto& kind) { check_kind(kind, category, context); });
    });
    field_.resolve_kinds.push_back([category](Value& value, const ReadContext& context) {
      if (context.registries != nullptr) resolve_kinds(value, category, context);
    });
    return *this;
  }

 private:
  template <class Predicate>
  Option& constrain(const std::string& accepted, Predicate predicate) {
    field_.doc.accepted += (field_.doc.accepted.empty() ? "" : " and ") + accepted;
    field_.constraints.push_back([predicate](const void* value) {
      bool good = true;
      for_each_leaf(*static_cast<const T*>(value), [&](const auto& v) { good = good && predicate(v); });
      return good;
    });
    return *this;
  }

  Field& field_;
};

/// What `S::options` is called with: `o("tau", &LIF::tau, "membrane time constant")`.
template <class S>
class Declarer {
 public:
  template <class Owner, class T>
  Option<T> operator()(const char* name, T Owner::*member, const char* help) {
    const T& value = defaults_.*member;
    const auto offset = reinterpret_cast<const char*>(&value) - reinterpret_cast<const char*>(&defaults_);
    const auto& type = type_functions<T>();
    fields.push_back({{name, type.type_name(), type.print(&value), "", help}, &type, offset, type.to_value(&value)});
    return Option<T>(fields.back());
  }

  std::vector<Field> fields;

 private:
  const S defaults_{};
};

template <class S>
std::vector<Field> declare() {
  Declarer<S> declarer;
  S::options(declarer);
  return std::move(declarer.fields);
}

}  // namespace detail

/// Reads a table into an options struct and validates it, nested kinds included.
///
/// @throws ConfigError  for an unknown key, a missing one, a wrong type or a value out of range: file:line:col, path,
///                      value, what is wrong, what is accepted.
template <class S>
S parse_value(const Value& value, const std::string& path, const ReadContext& context) {
  S result;
  detail::read_fields(&result, detail::declare<S>(), value, path, context);
  if constexpr (std::is_base_of_v<Kind, S>) detail::locate(result, value, path);
  if constexpr (requires { result.validate(); }) {
    if (const std::string complaint = result.validate(); !complaint.empty()) fail(value, path, complaint);
  }
  return result;
}

template <class S>
S parse(const Params& params, const ReadContext& context) {
  return parse_value<S>(params.value, params.path, context);
}

/// Returns a table that `parse_value` accepts with every default filled in, in the order of the declaration.
///
/// What was written keeps its location; a default has none.
template <class S>
Value resolve_value(const Value& value, const std::string& path, const ReadContext& context) {
  return detail::resolve_fields(detail::declare<S>(), value, path, context);
}

/// Returns the documentation of every option of a struct, in the order of its declaration; options of a nested struct
/// have dotted names.
template <class S>
std::vector<OptionDoc> describe() {
  return detail::document_fields(detail::declare<S>());
}

}  // namespace qualia_snn::config
