#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "qualia_snn/config/build_context.h"
#include "qualia_snn/config/options.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/spelling.h"

namespace qualia_snn::config {

/// The components of one category by name.
template <class Base>
class Registry {
 public:
  using Factory = std::function<std::shared_ptr<Base>(const Params&, const BuildContext&)>;

  struct Entry {
    std::string help;     ///< one line
    std::string details;  ///< equations or behaviour, and their source
    std::string group;    ///< which components it works with, for example "spiking"; may be empty
    std::function<void(const Params&, const ReadContext&)> check;
    std::function<Value(const Params&, const ReadContext&)> resolve;  ///< params with every default filled in
    std::function<std::vector<OptionDoc>()> describe;
    Factory make;
  };

  /// @param category  the noun of messages, for example "neuron"
  explicit Registry(std::string category) : category_(std::move(category)) {}

  /// Adds a component.
  ///
  /// T is either derived from Base, with a struct `T::Options` and a constructor (Options, const BuildContext&), or an
  /// options struct itself, for which `make_component(const T&, const BuildContext&)` is found beside it. A text
  /// `T::kDetails` tells equations or behaviour, and ends with a line "Source: ...".
  /// @throws PluginError  if the name is taken.
  template <class T>
  void add(const std::string& name, const std::string& help, const std::string& group = "") {
    std::string details;
    if constexpr (requires { T::kDetails; }) details = T::kDetails;
    if constexpr (std::is_base_of_v<Base, T>) {
      add_as<typename T::Options>(name, {help, details, group},
                                  [](const typename T::Options& options, const BuildContext& context) {
                                    return std::make_shared<T>(options, context);
                                  });
    } else {
      add_as<T>(name, {help, details, group},
                [](const T& component, const BuildContext& context) { return make_component(component, context); });
    }
  }

  /// Returns a name that both registries have, or "".
  std::string common_name(const Registry& other) const {
    for (const auto& [name, entry] : other.entries_) {
      if (entries_.contains(name)) return name;
    }
    return "";
  }

  /// Takes the components of another registry, none of whose names is here.
  void merge(Registry other) {
    for (const auto& [name, entry] : other.entries_) not_offered_.erase(name);
    entries_.merge(other.entries_);
  }

  /// Names a kind of Qualia that is not offered: configurations that do not need it are accepted.
  void add_not_offered(const std::string& name, const std::string& advice) { not_offered_[name] = advice; }

  /// @throws ConfigError  if the kind is unknown, not offered though enabled, or has wrong params.
  void check(const Kind& kind, const ReadContext& context) const {
    check_name(kind);
    if (const auto* entry = find(kind.kind)) return entry->check(kind.params, context);
    if (!context.enabled) return;
    fail(Value(kind.kind, kind.location), kind.path + ".kind",
         concat("this ", category_, " of Qualia is not offered yet; ", not_offered_.at(kind.kind)));
  }

  /// @throws ConfigError  if the kind is neither offered nor one of Qualia's.
  void check_name(const Kind& kind) const {
    if (find(kind.kind) || not_offered_.contains(kind.kind)) return;
    fail(Value(kind.kind, kind.location), kind.path + ".kind",
         concat("unknown ", category_, did_you_mean(kind.kind, names()), "; known: ", join(names())));
  }

  /// Builds a component.
  /// @throws ConfigError  as `check` does.
  std::shared_ptr<Base> make(const Kind& kind, const BuildContext& context) const {
    check(kind, {&context.registries, true});
    return find(kind.kind)->make(kind.params, context);
  }

  /// Returns the params of a kind with every default filled in; of a kind that is not offered: as they are.
  Value resolve(const Kind& kind, const ReadContext& context) const {
    const auto* entry = find(kind.kind);
    return entry ? entry->resolve(kind.params, context) : kind.params.value;
  }

  const Entry* find(const std::string& name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
  }
  bool is_not_offered(const std::string& name) const { return not_offered_.contains(name); }
  const std::string& category() const { return category_; }
  /// Returns kinds of Qualia that are not offered, with what to do instead.
  const std::map<std::string, std::string>& not_offered() const { return not_offered_; }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries_) names.push_back(name);
    return names;
  }

 private:
  struct About {
    std::string help, details, group;
  };

  template <class Options, class Make>
  void add_as(const std::string& name, const About& about, Make make) {
    Entry entry{about.help,
                about.details,
                about.group,
                [](const Params& params, const ReadContext& context) { parse<Options>(params, context); },
                [](const Params& params, const ReadContext& context) {
                  return resolve_value<Options>(params.value, params.path, context);
                },
                [] { return describe<Options>(); },
                [make](const Params& params, const BuildContext& context) -> std::shared_ptr<Base> {
                  return make(parse<Options>(params, {&context.registries, true}), context);
                }};
    QUALIA_SNN_CHECK(entries_.emplace(name, std::move(entry)).second, PluginError, "the ", category_, " \"", name,
                     "\" is registered twice");
    not_offered_.erase(name);
  }

  std::string category_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::string> not_offered_;
};

}  // namespace qualia_snn::config
