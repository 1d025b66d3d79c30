#include "qualia_snn/config/bench_config.h"
#include "qualia_snn/config/merge.h"
#include "qualia_snn/config/override.h"
#include "qualia_snn/config/parse.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using config::Value;

namespace {

struct Inner {
  double weight = 0.5;
  static void options(auto&& o) { o("weight", &Inner::weight, "a weight").above(0).at_most(1); }
};

struct Example {
  bool flag = false;
  std::int64_t count = 3;
  double tau = 2;
  std::string mode = "s";
  std::optional<double> v_reset = 0.0;
  std::vector<std::int64_t> sizes;
  config::Extents pool{{1}};
  config::RealOrList rates{{0}, false};
  Inner inner;
  std::vector<Inner> inners;

  static void options(auto&& o) {
    o("flag", &Example::flag, "a flag");
    o("count", &Example::count, "a count").at_least(1);
    o("tau", &Example::tau, "time constant, time steps").above(1);
    o("mode", &Example::mode, "a mode").one_of({"s", "m"});
    o("v_reset", &Example::v_reset, "potential, or false");
    o("sizes", &Example::sizes, "sizes").at_least(0);
    o("pool", &Example::pool, "pool");
    o("rates", &Example::rates, "rates").at_least(0).below(1);
    o("inner", &Example::inner, "a table");
    o("inners", &Example::inners, "tables");
  }
};

Example parse(const std::string& text) {
  return config::parse_value<Example>(config::parse_text(text, "f.toml"), "", {});
}

}  // namespace

TEST_CASE("values keep the place where they were written, and the order of the file", "[config][parse]") {
  const auto root = config::parse_text("b = 1\na = 'x'\n[t]\nz = [1.5, true]\n", "f.toml");
  CHECK(root.find("b")->location().str() == "f.toml:1:5");
  CHECK(root.find("t")->find("z")->location().str() == "f.toml:4:5");
  CHECK(root.str() == "{b = 1, a = \"x\", t = {z = [1.5, true]}}");
  const auto copy = root;
  CHECK(copy.find("a")->location().str() == "f.toml:2:5");
}

TEST_CASE("values print as TOML that reads back", "[config][value]") {
  const std::string text = R"({a = "q\"\\\n", f = 1.0, e = 1e-07, neg = -3, "odd key" = [[], {}]})";
  CHECK(config::parse_text("v = " + text, "f").find("v")->str() == text);
}

TEST_CASE("what is no TOML is an error with line and column", "[config][parse]") {
  CHECK_THROWS_WITH(config::parse_text("a = 1\nb = = 2\n", "f.toml"), contains("f.toml:2:5: not valid TOML"));
  CHECK_THROWS_WITH(config::parse_text("d = 2020-01-01\n", "f.toml"), contains("f.toml:1:5: dates"));
  CHECK_THROWS_WITH(config::parse_file("/nowhere/x.toml"), contains("/nowhere/x.toml: cannot be read"));
  CHECK_THROWS_WITH(config::parse_file("/tmp"), contains("/tmp: is a folder"));
}

TEST_CASE("the template fills what a model leaves out; lists are taken whole", "[config][merge]") {
  auto root = config::parse_text(R"(
[model_template]
kind = "SCNN"
params = {filters = [1, 2, 3], dims = 2, neuron = {kind = "IFNode", params = {v_reset = false}}}
[[model]]
name = "a"
params = {filters = [9], neuron = {params = {v_threshold = 0.5}}}
)",
                                 "f.toml");
  config::apply_model_template(root);
  const auto& model = root.find("model")->get_if<Value::List>()->at(0);
  CHECK(model.find("kind")->str() == "\"SCNN\"");
  CHECK(model.find("params")->find("filters")->str() == "[9]");
  CHECK(model.find("params")->find("dims")->location().str() == "f.toml:4:39");
  CHECK(model.find("params")->find("neuron")->str() ==
        "{params = {v_threshold = 0.5, v_reset = false}, kind = \"IFNode\"}");
}

TEST_CASE("a template that does not fit its models is an error", "[config][merge]") {
  auto clash = config::parse_text("model_template.params.neuron = 1\n[[model]]\nparams.neuron = {kind = 'x'}\n", "f");
  CHECK_THROWS_WITH(config::apply_model_template(clash), contains("model.0.params.neuron"));
  auto alone = config::parse_text("[model_template]\nkind = 'SCNN'\n", "f");
  CHECK_THROWS_WITH(config::apply_model_template(alone), contains("add at least one [[model]]"));
}

TEST_CASE("overrides set scalars in tables and lists", "[config][override]") {
  auto root = config::parse_text("[bench]\nseed = 1\n[[model]]\nepochs = 5\nparams.filters = [1, 2]\n", "f");
  config::apply_overrides(root, {"--bench.seed=7", "--model.0.epochs=1", "--model.0.params.filters.1=32",
                                 "--model.0.optimizer.params.lr=1e-2", "--bench.name='x y'", "--bench.flag=True",
                                 "--bench.word=a=b", "--bench.date=2020-01-01"});
  CHECK(root.find("bench")->str() == R"({seed = 7, name = "x y", flag = true, word = "a=b", date = "2020-01-01"})");
  const auto& model = root.find("model")->get_if<Value::List>()->at(0);
  CHECK(model.find("epochs")->str() == "1");
  CHECK(model.find("epochs")->location().str() == "--model.0.epochs=1");
  CHECK(model.find("params")->find("filters")->str() == "[1, 32]");
  CHECK(model.find("optimizer")->str() == "{params = {lr = 0.01}}");
}

TEST_CASE("overrides that cannot be applied name the word", "[config][override]") {
  const auto apply = [](const std::string& word) {
    auto root = config::parse_text("[bench]\nseed = 1\n[[model]]\nepochs = 5\n", "f");
    config::apply_overrides(root, {word});
  };
  CHECK_THROWS_WITH(apply("--model.1.epochs=1"), contains("--model.1.epochs=1: model is a list of 1"));
  CHECK_THROWS_WITH(apply("--model.x.epochs=1"), contains("expected a position from 0 to 0, got \"x\""));
  CHECK_THROWS_WITH(apply("--bench.seed.x=1"), contains("bench.seed = 1 is no table"));
  CHECK_THROWS_WITH(apply("bench.seed=1"), contains("overrides have the form"));
  CHECK_THROWS_WITH(apply("--bench.seed"), contains("overrides have the form"));
  CHECK_THROWS_WITH(apply("--bench..seed=1"), contains("empty key"));
  for (const char* word : {"--bench.x=[1]", "--bench.x={a = 1}", "--bench.x='open"}) {
    INFO(word);
    CHECK_THROWS_AS(apply(word), ConfigError);
  }
}

TEST_CASE("an override of the template warns, since it was merged before", "[config][override]") {
  auto root = config::parse_text("[model_template]\nepochs = 1\n[[model]]\nname = 'a'\n", "f");
  const auto warnings = config::apply_overrides(root, {"--model_template.epochs=3"});
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], contains("has no effect"));
}

TEST_CASE("one declaration reads every option type", "[config][options]") {
  const auto defaults = parse("");
  CHECK(defaults.tau == 2);
  CHECK(defaults.v_reset == 0.0);
  const auto given = parse(R"(
flag = true
count = 7
tau = 3
v_reset = false
sizes = [1, 2]
pool = [2, 3]
rates = [0, 0.5]
inner.weight = 1
inners = [{weight = 0.25}, {}]
)");
  CHECK(given.flag);
  CHECK(given.count == 7);
  CHECK(given.tau == 3.0);
  CHECK_FALSE(given.v_reset.has_value());
  CHECK(given.sizes == std::vector<std::int64_t>{1, 2});
  CHECK(given.pool.values == std::vector<std::int64_t>{2, 3});
  CHECK(given.rates.is_list);
  CHECK(given.rates.values == std::vector<double>{0, 0.5});
  CHECK(given.inner.weight == 1);
  CHECK(given.inners.at(0).weight == 0.25);
  CHECK(given.inners.at(1).weight == 0.5);
  CHECK_FALSE(parse("rates = 0.25").rates.is_list);
}

TEST_CASE("every wrong option value says where, what and what is accepted", "[config][options]") {
  const std::pair<const char*, const char*> wrong[] = {
      {"flag = 1", "f.toml:1:8: flag = 1: expected a boolean, got integer"},
      {"count = 2.0", "f.toml:1:9: count = 2.0: expected an integer, got float"},
      {"count = 0", "f.toml:1:9: count = 0: must be >= 1"},
      {"tau = 1", "f.toml:1:7: tau = 1: must be > 1"},
      {"tau = 'x'", "tau = \"x\": expected a float, got string"},
      {"tau = nan", "tau = nan: expected a finite number"},
      {"mode = 'x'", "mode = \"x\": must be one of \"s\", \"m\""},
      {"v_reset = true", "v_reset = true: expected a float, got boolean"},
      {"sizes = 3", "sizes = 3: expected a list, got integer"},
      {"sizes = [1, 'a']", "f.toml:1:13: sizes.1 = \"a\": expected an integer"},
      {"sizes = [1, -1]", "sizes = [1, -1]: must be >= 0"},
      {"rates = [0.5, 1]", "rates = [0.5, 1]: must be >= 0 and < 1"},
      {"tua = 3", "f.toml:1:1: tua = 3: unknown key; did you mean \"tau\"?; accepted: flag, count"},
      {"inner.weight = 2", "inner.weight = 2: must be > 0 and <= 1"},
      {"inners = [{weight = 1}, {w = 1}]", "inners.1.w = 1: unknown key"},
      {"inner = 1", "inner = 1: expected a table, got integer"},
  };
  for (const auto& [text, message] : wrong) {
    INFO(text);
    CHECK_THROWS_WITH(parse(text), contains(message));
    CHECK_THROWS_AS(parse(text), ConfigError);
  }
}

TEST_CASE("a declaration documents its options", "[config][options]") {
  const auto docs = config::describe<Example>();
  REQUIRE(docs.size() == 10);
  CHECK(docs[2].name == "tau");
  CHECK(docs[2].type == "float");
  CHECK(docs[2].default_value == "2.0");
  CHECK(docs[2].accepted == "> 1");
  CHECK(docs[4].type == "float or false");
  CHECK(docs[5].type == "list of integers");
}

namespace {

class Thing {
 public:
  virtual ~Thing() = default;
};
class Real final : public Thing {
 public:
  using Options = Inner;
  Real(const Options& options, const config::BuildContext&) : weight(options.weight) {}
  double weight;
};

config::Kind kind_of(const std::string& text) {
  return config::parse_value<config::Kind>(config::parse_text(text, "f.toml"), "thing", {});
}

}  // namespace

TEST_CASE("a registry builds what was added and explains what was not", "[config][registry]") {
  config::Registries registries;
  config::Registry<Thing> things("thing");
  things.add<Real>("Real", "a thing");
  things.add_not_offered("Later", "use Real");
  const config::BuildContext context{registries, {}, {}, at::kCPU, {}};
  const auto made = things.make(kind_of("kind = 'Real'\nparams.weight = 0.75"), context);
  CHECK(dynamic_cast<const Real&>(*made).weight == 0.75);
  CHECK_THROWS_WITH(things.make(kind_of("kind = 'Reel'"), context),
                    contains("f.toml:1:8: thing.kind = \"Reel\": unknown thing; did you mean \"Real\"?; known: Real"));
  CHECK_THROWS_WITH(things.make(kind_of("kind = 'Later'"), context), contains("not offered yet; use Real"));
  CHECK_NOTHROW(things.check(kind_of("kind = 'Later'\nparams.anything = 1"), {&registries, false}));
  CHECK_THROWS_WITH(things.make(kind_of("kind = 'Real'\nparams.weigth = 1"), context),
                    contains("f.toml:2:8: thing.params.weigth = 1: unknown key; did you mean \"weight\"?"));
  CHECK_THROWS_AS(things.add<Real>("Real", "again"), PluginError);
}
