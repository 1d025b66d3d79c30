#include "qualia_snn/config/options.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "qualia_snn/core/spelling.h"

namespace qualia_snn::config {

void fail(const Location& where, const std::string& path, const Value* value, std::string_view complaint) {
  const auto place = where.str();
  throw ConfigError(concat(place, place.empty() ? "" : ": ", path, value ? " = " + value->str() : "", ": ", complaint));
}

void fail(const Value& value, const std::string& path, std::string_view complaint) {
  fail(value.location(), path, &value, complaint);
}

namespace detail {
namespace {

template <class T>
const T& expect(const Value& value, const std::string& path, std::string_view type, std::string_view accepted = "") {
  const auto* found = value.get_if<T>();
  if (found == nullptr) fail(value, path, concat("expected ", type, ", got ", value.type_name(), accepted));
  return *found;
}

}  // namespace

bool read_bool(const Value& value, const std::string& path) {
  return expect<bool>(value, path, "a boolean", "; accepted: true, false (without quotes)");
}

std::int64_t read_integer(const Value& value, const std::string& path) {
  return expect<std::int64_t>(value, path, "an integer");
}

double read_real(const Value& value, const std::string& path) {
  if (const auto* integer = value.get_if<std::int64_t>()) return static_cast<double>(*integer);
  const double real = expect<double>(value, path, "a float");
  if (!std::isfinite(real)) fail(value, path, "expected a finite number");
  return real;
}

std::string read_string(const Value& value, const std::string& path) {
  return expect<std::string>(value, path, "a string");
}

Extents read_extents(const Value& value, const std::string& path) {
  if (const auto* integer = value.get_if<std::int64_t>()) return {{*integer}};
  Extents extents;
  for (const auto& item : expect<Value::List>(value, path, "an integer or a list of integers")) {
    extents.values.push_back(read_integer(item, path));
  }
  return extents;
}

RealOrList read_real_or_list(const Value& value, const std::string& path) {
  if (!value.is_list()) return {{read_real(value, path)}, false};
  RealOrList reals{{}, true};
  for (const auto& item : *value.get_if<Value::List>()) reals.values.push_back(read_real(item, path));
  return reals;
}

const Value::List& read_list(const Value& value, const std::string& path) {
  return expect<Value::List>(value, path, "a list");
}

const Value::Table& read_table(const Value& value, const std::string& path) {
  return expect<Value::Table>(value, path, "a table");
}

void locate(Kind& kind, const Value& value, const std::string& path) {
  const auto* name = value.find("kind");
  kind.location = name ? name->location() : value.location();
  kind.path = path;
  if (kind.params.path.empty()) kind.params = {Value(Value::Table{}, kind.location), path + ".params"};
}

void fail_unknown_key(const Entry& entry, const std::string& path, const std::vector<std::string>& known) {
  fail(entry.location, path, &entry.value,
       concat("unknown key", did_you_mean(entry.key, known),
              known.empty() ? "; no keys are accepted here" : "; accepted: ", join(known)));
}

void fail_missing_key(const Value& table, const std::string& path, const std::string& key, std::string_view type) {
  fail(table.location(), path.empty() ? key : path + "." + key, nullptr, concat("missing; expected: ", type));
}

void read_fields(void* object, const std::vector<Field>& fields, const Value& value, const std::string& path,
                 const ReadContext& context) {
  const auto prefix = path.empty() ? "" : path + ".";
  std::vector<std::string> known;
  for (const auto& field : fields) known.push_back(field.doc.name);
  for (const auto& entry : read_table(value, path)) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
      fail_unknown_key(entry, prefix + entry.key, known);
    }
  }
  for (const auto& field : fields) {
    const auto& name = field.doc.name;
    const auto* given = value.find(name);
    if (given == nullptr) {
      if (field.doc.required) fail_missing_key(value, path, name, field.doc.type);
      continue;
    }
    void* target = static_cast<char*>(object) + field.offset;
    field.type->read(target, *given, prefix + name, context);
    for (const auto& constraint : field.constraints) {
      if (!constraint(target)) fail(*given, prefix + name, "must be " + field.doc.accepted);
    }
    for (const auto& check : field.checks) check(target, context);
  }
}

Value resolve_fields(const std::vector<Field>& fields, const Value& value, const std::string& path,
                     const ReadContext& context) {
  Value result(Value::Table{}, value.location());
  for (const auto& field : fields) {
    const auto& name = field.doc.name;
    const auto* given = value.find(name);
    if (given == nullptr && field.doc.required) continue;
    auto resolved = field.default_value;
    if (given) resolved = field.type->resolve(*given, path.empty() ? name : path + "." + name, context);
    if (!resolved) continue;
    for (const auto& complete : field.resolve_kinds) complete(*resolved, context);
    result.set(name, std::move(*resolved), given ? given->location() : Location{});
  }
  return result;
}

std::vector<OptionDoc> document_fields(const std::vector<Field>& fields) {
  std::vector<OptionDoc> docs;
  for (const auto& field : fields) {
    const auto members = field.type->members();
    if (members.empty()) docs.push_back(field.doc);
    for (auto member : members) {
      member.name = field.doc.name + "." + member.name;
      docs.push_back(std::move(member));
    }
  }
  return docs;
}

}  // namespace detail
}  // namespace qualia_snn::config
