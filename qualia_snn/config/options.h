#pragma once

#include <algorithm>
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
/// Option types: bool, int64_t, double (integers are converted), std::string, Extents, RealOrList, std::vector and
/// std::optional of these (`false` and Python's None mean none), Kind and structs derived from it, nested option
/// structs, Params, Value (anything).
namespace qualia_snn::config {

struct Registries;

/// What reading a configuration may rely on.
struct ReadContext {
  const Registries* registries = nullptr;  ///< where nested kinds are looked up; none: they are not checked
  bool enabled = true;  ///< the component will run: kinds of Qualia that are not offered are refused, else accepted
};

/// One size for all axes, or one per axis: `2` or `[1, 2]`.
struct Extents {
  std::vector<std::int64_t> values;
};

/// One number for all layers, or one per layer: `0.5` or `[0, 0.5]`.
struct RealOrList {
  std::vector<double> values;
  bool is_list = false;
};

/// The documentation of one option.
struct OptionDoc {
  std::string name, type, default_value, accepted, help;
  bool required = false;
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
[[noreturn]] QUALIA_SNN_API void fail_unknown_key(const Entry& entry, const std::string& path,
                                                  const std::vector<std::string>& known);
[[noreturn]] QUALIA_SNN_API void fail_missing_key(const Value& table, const std::string& path, const std::string& key,
                                                  std::string_view type);

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

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
  else if constexpr (std::is_same_v<T, std::string>) return "string";
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

template <class S>
class Declaration;

/// Tells a kind where it was written.
QUALIA_SNN_API void locate(Kind& kind, const Value& value, const std::string& path);

/// Checks that a chosen kind exists and that its params are right; defined in registries.h.
template <class Category>
void check_kind(const Kind& kind, Category category, const ReadContext& context);

/// Fills in the params of the kinds that `value` (a kind or a list of them) chooses; defined in registries.h.
template <class Category>
void resolve_kinds(Value& value, Category category, const ReadContext& context);

template <class S>
struct Field {
  OptionDoc doc;
  std::vector<OptionDoc> members;  // of a nested options struct
  std::function<void(S&, const Value&, const std::string&, const ReadContext&)> read;
  std::vector<std::function<bool(const S&)>> constraints;  // whether the value is good
  std::vector<std::function<void(const S&, const ReadContext&)>> checks;
  std::function<std::optional<Value>(const Value*, const std::string&, const ReadContext&)> resolve;
  std::vector<std::function<void(Value&, const ReadContext&)>> resolve_kinds;
};

template <class T>
concept HasOptions = !std::is_same_v<T, Params> && requires(Declaration<T> declaration) {
  T::options(declaration);
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
  else if constexpr (std::is_same_v<T, Extents>) return read_extents(value, path);
  else if constexpr (std::is_same_v<T, RealOrList>) return read_real_or_list(value, path);
  else if constexpr (std::is_same_v<T, Value>) return value;
  else if constexpr (std::is_same_v<T, Params>) return read_table(value, path), Params{value, path};
  else if constexpr (kIsOptional<T>) {
    const auto* flag = value.get_if<bool>();
    const bool says_none = flag != nullptr && !*flag && !std::is_same_v<T, std::optional<bool>>;
    if (says_none || value.get_if<None>() != nullptr) return std::nullopt;
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

/// One declared option, to which constraints are added: `o("tau", ...).above(1).required()`.
template <class S, class Owner, class T>
class Option {
 public:
  Option(Field<S>& field, T Owner::*member) : field_(field), member_(member) {}

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
    field_.checks.push_back([member = member_, category](const S& s, const ReadContext& context) {
      if (context.registries == nullptr) return;
      for_each_leaf(s.*member, [&](const auto& kind) { check_kind(kind, category, context); });
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
    field_.constraints.push_back([member = member_, predicate](const S& s) {
      bool good = true;
      for_each_leaf(s.*member, [&](const auto& v) { good = good && predicate(v); });
      return good;
    });
    return *this;
  }

  Field<S>& field_;
  T Owner::*member_;
};

template <class S>
class Declaration {
 public:
  Declaration() { S::options(*this); }

  template <class Owner, class T>
  Option<S, Owner, T> operator()(const char* name, T Owner::*member, const char* help) {
    auto& field = fields.emplace_back();
    field.doc = {name, type_name<T>(), print(S{}.*member), "", help};
    field.read = [member](S& s, const Value& value, const std::string& path, const ReadContext& context) {
      s.*member = read<T>(value, path, context);
    };
    field.resolve = [member](const Value* given, const std::string& path, const ReadContext& context) {
      return given ? std::optional(detail::resolve<T>(*given, path, context)) : to_value<T>(S{}.*member);
    };
    if constexpr (HasOptions<T> && !std::is_base_of_v<Kind, T>) field.members = describe<T>();
    return {field, member};
  }

  std::vector<Field<S>> fields;
};

}  // namespace detail

/// Reads a table into an options struct and validates it, nested kinds included.
///
/// @throws ConfigError  for an unknown key, a missing one, a wrong type or a value out of range: file:line:col, path,
///                      value, what is wrong, what is accepted.
template <class S>
S parse_value(const Value& value, const std::string& path, const ReadContext& context) {
  const detail::Declaration<S> declaration;
  const auto prefix = path.empty() ? "" : path + ".";
  for (const auto& entry : detail::read_table(value, path)) {
    std::vector<std::string> known;
    for (const auto& field : declaration.fields) known.push_back(field.doc.name);
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
      detail::fail_unknown_key(entry, prefix + entry.key, known);
    }
  }
  S result;
  for (const auto& field : declaration.fields) {
    const auto& name = field.doc.name;
    const auto* given = value.find(name);
    if (given == nullptr) {
      if (field.doc.required) detail::fail_missing_key(value, path, name, field.doc.type);
      continue;
    }
    field.read(result, *given, prefix + name, context);
    for (const auto& constraint : field.constraints) {
      if (!constraint(result)) fail(*given, prefix + name, "must be " + field.doc.accepted);
    }
    for (const auto& check : field.checks) check(result, context);
  }
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
  Value result(Value::Table{}, value.location());
  for (const auto& field : detail::Declaration<S>().fields) {
    const auto& name = field.doc.name;
    const auto* given = value.find(name);
    if (given == nullptr && field.doc.required) continue;
    auto resolved = field.resolve(given, path.empty() ? name : path + "." + name, context);
    if (!resolved) continue;
    for (const auto& complete : field.resolve_kinds) complete(*resolved, context);
    result.set(name, std::move(*resolved), given ? given->location() : Location{});
  }
  return result;
}

/// Returns the documentation of every option of a struct, in the order of its declaration; options of a nested struct
/// have dotted names.
template <class S>
std::vector<OptionDoc> describe() {
  std::vector<OptionDoc> docs;
  for (const auto& field : detail::Declaration<S>().fields) {
    if (field.members.empty()) docs.push_back(field.doc);
    for (auto member : field.members) {
      member.name = field.doc.name + "." + member.name;
      docs.push_back(std::move(member));
    }
  }
  return docs;
}

}  // namespace qualia_snn::config
