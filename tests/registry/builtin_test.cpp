#include "qualia_snn/registry/builtin.h"

#include "qualia_snn/config/registries.h"
#include "tests/support/testing.h"

using namespace qualia_snn;

TEST_CASE("every kind says what it does, where that comes from, and what each option means", "[registry]") {
  const auto registries = registry::builtin_registries();
  int kinds = 0;
  config::for_each_registry(registries, [&](const auto& registry) {
    for (const auto& name : registry.names()) {
      INFO(registry.category() << " " << name);
      const auto& entry = *registry.find(name);
      CHECK_FALSE(entry.help.empty());
      CHECK_THAT(entry.details, contains("\nSource: "));
      for (const auto& option : entry.describe()) {
        INFO(option.name);
        CHECK_FALSE(option.help.empty());
        CHECK_FALSE(option.type.empty());
      }
      ++kinds;
    }
  });
  CHECK(kinds > 30);
}
