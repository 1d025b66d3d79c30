#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/random.h"
#include "qualia_snn/core/sequence.h"
#include "qualia_snn/core/spelling.h"
#include "tests/support/testing.h"

using namespace qualia_snn;

TEST_CASE("the nearest spelling is found, and a different word is not", "[core][spelling]") {
  const std::vector<std::string> known = {"v_threshold", "v_reset", "tau"};
  CHECK(nearest_spelling("v_treshold", known) == "v_threshold");
  CHECK(nearest_spelling("TAU", known) == "tau");
  CHECK(nearest_spelling("kernel_sizes", known) == "");
  CHECK(nearest_spelling("x", {}) == "");
  CHECK(nearest_spelling("v_thr", known) == "v_threshold");
  CHECK(nearest_spelling("LIF", {"ATIF", "LIFNode"}) == "LIFNode");
  CHECK(did_you_mean("vreset", known) == "; did you mean \"v_reset\"?");
  CHECK(did_you_mean("kernel_sizes", known) == "");
}

TEST_CASE("every error class owns its exit code", "[core][error]") {
  CHECK(static_cast<int>(ConfigError("").exit_code()) == 2);
  CHECK(static_cast<int>(DataError("").exit_code()) == 3);
  CHECK(static_cast<int>(ShapeError("").exit_code()) == 4);
  CHECK(static_cast<int>(DeviceError("").exit_code()) == 5);
  CHECK(static_cast<int>(PluginError("").exit_code()) == 6);
  CHECK(static_cast<int>(TrainingError("").exit_code()) == 7);
}

TEST_CASE("a check joins its message only on failure", "[core][error]") {
  int evaluated = 0;
  const auto count = [&] { return ++evaluated; };
  QUALIA_SNN_CHECK(true, DataError, "value ", count());
  CHECK(evaluated == 0);
  CHECK_THROWS_WITH([&] { QUALIA_SNN_CHECK(false, DataError, "value ", count()); }(), "value 1");
}

TEST_CASE("a random key is a pure function of its parts", "[core][random]") {
  const auto draw = [](const RandomKey& key) { return at::rand({8}, key.generator(), at::TensorOptions()); };
  const auto key = RandomKey(7).with("order").with(3);
  const auto first = draw(key);
  at::manual_seed(99);
  at::rand({100});
  CHECK(at::equal(first, draw(RandomKey(7).with("order").with(3))));
  CHECK_FALSE(at::equal(first, draw(RandomKey(8).with("order").with(3))));
  CHECK_FALSE(at::equal(first, draw(RandomKey(7).with("dropout").with(3))));
  CHECK_FALSE(at::equal(first, draw(RandomKey(7).with(3).with("order"))));
  CHECK(RandomKey(1).with("ab").with("c").value() != RandomKey(1).with("a").with("bc").value());
}

TEST_CASE("drawing from a key leaves LibTorch's default generator alone", "[core][random]") {
  at::manual_seed(5);
  const auto expected = at::rand({4});
  at::manual_seed(5);
  at::rand({4}, RandomKey(1).generator(), at::TensorOptions());
  CHECK(at::equal(expected, at::rand({4})));
}

TEST_CASE("a repeated sequence expands to T copies, time first", "[core][sequence]") {
  const auto x = at::arange(6, at::kFloat).view({2, 3});
  const Sequence repeated{x, 4, true};
  CHECK(repeated.batch() == 2);
  const auto expanded = repeated.expanded();
  CHECK_FALSE(expanded.repeated);
  CHECK(expanded.batch() == 2);
  CHECK(at::equal(expanded.x, x.repeat({4, 1})));
  CHECK(expanded.expanded().x.is_same(expanded.x));
}

TEST_CASE("expanding keeps channels-last strides", "[core][sequence]") {
  const auto x = at::rand({2, 3, 4, 5}).contiguous(at::MemoryFormat::ChannelsLast);
  CHECK(Sequence{x, 3, true}.expanded().x.is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST_CASE("log messages go to the handler that was set", "[core][log]") {
  std::vector<std::string> seen;
  log::set_handler([&](log::Level level, std::string_view text) {
    seen.push_back(std::to_string(static_cast<int>(level)) + std::string(text));
  });
  log::info("a");
  log::warning("b");
  log::set_handler({});
  CHECK(seen == std::vector<std::string>{"1a", "2b"});
}
