#include "qualia_snn/io/yaml.h"

#include <limits>

#include "tests/support/testing.h"

using namespace qualia_snn;

TEST_CASE("YAML has the types that PyYAML reads back", "[io][yaml]") {
  CHECK(io::yaml_mapping({}) == "{}\n");
  CHECK(io::yaml_mapping({{"a.b", std::int64_t{3}},
                          {"yes", true},
                          {"small", 1e-5},
                          {"large", 1.5e300},
                          {"not", std::numeric_limits<double>::infinity()},
                          {"text", "a: \"b\"\n\xC3\xA9\xFF"}}) ==
        "\"a.b\": 3\n\"yes\": true\n\"small\": 1.0e-05\n\"large\": 1.5e+300\n\"not\": .inf\n"
        "\"text\": \"a: \\\"b\\\"\\n\xC3\xA9\xEF\xBF\xBD\"\n");
}
