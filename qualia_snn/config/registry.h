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
    std::string help;   ///< one line
    std::string group;  ///< which components it works with, for example "spiking"; may be empty
    std::function<void(const Params&, const ReadContext&)> check;
    std::function<std::vector<OptionDoc>()> describe;
    Factory make;
  };

  /// @param category  the noun of messages, for example "neuron"
  explicit Registry(std::string category) : category_(std::move(category)) {}

  /// Adds a component.
  ///
  /// T is either derived from Base, with a struct `T::Options` and a constructor (Options, const BuildContext&), or an
  /// options struct itself, for which `make_component(const T&, const BuildContext&)` is found beside it.
  /// @throws PluginError  if the name is taken.
  template <class T>
  void add(const std::string& name, const std::string& help, const std::string& group = "") {
    if constexpr (std::is_base_of_v<Base, T>) {
      add_as<typename T::Options>(name, help, group,
                                  [](const typename T::Options& options, const BuildContext& context) {
                                    return std::make_shared<T>(options, context);
                                  });
    } else {
      add_as<T>(name, help, group,
                [](const T& component, const BuildContext& context) { return make_component(component, context); });
    }
  }

  /// Names a kind of Qualia that is not offered: configurations that do not need it are accepted.
  void add_not_offered(const std::string& name, const std::string& advice) { not_offered_[name] = advice; }

  /// @throws ConfigError  if the kind is unknown, not offered though enabled, or has wrong params.
  void check(const Kind& kind, const ReadContext& context) const {
    if (const auto* entry = find(kind.kind)) return entry->check(kind.params, context);
    const Value name(kind.kind, kind.location);
    if (const auto advice = not_offered_.find(kind.kind); advice != not_offered_.end()) {
      if (!context.enabled) return;
      fail(name, kind.path + ".kind", concat("this ", category_, " of Qualia is not offered yet; ", advice->second));
    }
    fail(name, kind.path + ".kind",
         concat("unknown ", category_, did_you_mean(kind.kind, names()), "; known: ", join(names())));
  }

  /// Builds a component.
  /// @throws ConfigError  as `check` does.
  std::shared_ptr<Base> make(const Kind& kind, const BuildContext& context) const {
    check(kind, {&context.registries, true});
    return find(kind.kind)->make(kind.params, context);
  }

  const Entry* find(const std::string& name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
  }
  bool is_not_offered(const std::string& name) const { return not_offered_.contains(name); }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries_) names.push_back(name);
    return names;
  }

 private:
  template <class Options, class Make>
  void add_as(const std::string& name, const std::string& help, const std::string& group, Make make) {
    Entry entry{help, group, [](const Params& params, const ReadContext& context) { parse<Options>(params, context); },
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
