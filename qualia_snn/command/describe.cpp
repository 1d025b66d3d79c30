#include "qualia_snn/command/describe.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace qualia_snn::command {
namespace {

void describe_option(std::ostream& text, const config::OptionDoc& option) {
  text << "  " << option.name << ": " << option.type;
  text << (option.required ? ", required" : ", default " + option.default_value);
  if (!option.accepted.empty()) text << ", " << option.accepted;
  text << "\n      " << option.help << '\n';
}

template <class Entry>
void describe_entry(std::ostream& text, const std::string& category, const std::string& kind, const Entry& entry) {
  text << kind << " (" << category << "): " << entry.help << '\n';
  if (!entry.details.empty()) text << '\n' << entry.details << '\n';
  const auto options = entry.describe();
  text << (options.empty() ? "\nNo options.\n" : "\nOptions (params):\n");
  for (const auto& option : options) describe_option(text, option);
}

}  // namespace

std::string list(const config::Registries& registries, const std::string& asked) {
  std::ostringstream text;
  auto category = asked;  // "data augmentation", or data_augmentation as in a configuration
  std::replace(category.begin(), category.end(), '_', ' ');
  std::vector<std::string> categories;
  config::for_each_registry(registries, [&](const auto& registry) {
    categories.push_back(registry.category());
    if (!category.empty() && category != registry.category()) return;
    text << registry.category() << ":\n";
    for (const auto& name : registry.names()) {
      text << "  " << std::left << std::setw(38) << name << ' ' << registry.find(name)->help << '\n';
    }
    std::vector<std::string> later;
    for (const auto& [name, advice] : registry.not_offered()) later.push_back(name);
    if (!later.empty()) text << "  not offered yet: " << join(later) << '\n';
  });
  if (text.str().empty()) {
    throw ConfigError(
        concat(asked, ": unknown category", did_you_mean(category, categories), "; known: ", join(categories)));
  }
  return std::move(text).str();
}

std::string describe(const config::Registries& registries, const std::string& kind) {
  std::ostringstream text;
  std::string not_offered;
  std::vector<std::string> known;
  config::for_each_registry(registries, [&](const auto& registry) {
    const auto names = registry.names();
    known.insert(known.end(), names.begin(), names.end());
    if (const auto* entry = registry.find(kind)) {
      if (text.tellp() > 0) text << '\n';
      describe_entry(text, registry.category(), kind, *entry);
    } else if (registry.is_not_offered(kind)) {
      not_offered = concat(kind, ": this ", registry.category(), " of Qualia is not offered yet; ",
                           registry.not_offered().at(kind));
    }
  });
  if (text.str().empty()) {
    if (!not_offered.empty()) throw ConfigError(not_offered);
    throw ConfigError(concat(kind, ": unknown kind", did_you_mean(kind, known), "; qualia-snn list shows all"));
  }
  return std::move(text).str();
}

}  // namespace qualia_snn::command
