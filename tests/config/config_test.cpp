#include "qualia_snn/config/dump.h"
#include "qualia_snn/config/load_config.h"
#include "qualia_snn/config/merge.h"
#include "qualia_snn/config/override.h"
#include "qualia_snn/config/parse.h"
#include "qualia_snn/registry/builtin.h"
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
  CHECK_THROWS_WITH(apply("--bench.seed.x=1"),
                    contains("bench.seed = {x = 1}: got table, expected integer as in f:2:8"));
  CHECK_THROWS_WITH(apply("bench.seed=1"), contains("overrides have the form"));
  CHECK_THROWS_WITH(apply("--bench.seed"), contains("overrides have the form"));
  CHECK_THROWS_WITH(apply("--bench..seed=1"), contains("empty key"));
  for (const char* word : {"--bench.x=[1", "--bench.x=[1 2]", "--bench.x={a 1}", "--bench.x={'a': 1, 'a': 2}",
                           "--bench.x={a = b}", "--bench.x='open", "--bench.x='\\u12'", "--bench.x=[1] 2"}) {
    INFO(word);
    CHECK_THROWS_WITH(apply(word), contains("expected a Python literal, a TOML value or a bare word"));
  }
  CHECK_THROWS_WITH(apply("--bench.x=99999999999999999999"), contains("at most 64 bits"));
  CHECK_THROWS_WITH(apply("--bench.x=" + std::string(1000, '[')), contains("too deep a nesting"));
}

TEST_CASE("overrides take every literal of Python and TOML", "[config][override]") {
  const std::pair<const char*, const char*> literals[] = {
      {"[1, 2.5, 'a',]", "[1, 2.5, \"a\"]"},
      {"(1, 2)", "[1, 2]"},
      {"(3)", "3"},
      {"()", "[]"},
      {"{'a': 1, \"b\": {'c': None}}", "{a = 1, b = {c = None}}"},
      {"{a = 1, b.c = true, b.d = []}", "{a = 1, b = {c = true, d = []}}"},
      {"{}", "{}"},
      {"'it\\'s \\x41\\u00e9\\n'", "\"it's A\xc3\xa9\\n\""},
      {"0x1F", "31"},
      {"-0b101", "-5"},
      {"1_000", "1000"},
      {"1e-3", "0.001"},
      {".5", "0.5"},
      {"-2.", "-2.0"},
      {"inf", "inf"},
      {"True", "true"},
      {"None", "None"},
      {"", "\"\""},
      {"one two", "\"one two\""},
  };
  for (const auto& [literal, value] : literals) {
    INFO(literal);
    auto root = config::parse_text("", "f");
    config::apply_overrides(root, {"--v=" + std::string(literal)});
    CHECK(root.find("v")->str() == value);
  }
}

TEST_CASE("a list on the command line is united with the file's, and positions replace", "[config][override]") {
  const auto apply = [](const std::vector<std::string>& words) {
    auto root = config::parse_text("filters = [16, 32]\n[t]\na = 1\n", "f");
    const auto warnings = config::apply_overrides(root, words);
    return std::pair(root.str(), warnings);
  };
  const auto [united, warnings] = apply({"--filters=[8, 16]"});
  CHECK(united == "{filters = [8, 16, 32], t = {a = 1}}");
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], contains("lists are united as in Qualia: the value is now [8, 16, 32]"));
  CHECK(apply({"--filters.0=8", "--filters.2=64"}).first == "{filters = [8, 32, 64], t = {a = 1}}");
  CHECK(apply({"--filters={1: 8}"}).first == "{filters = [16, 8], t = {a = 1}}");
  CHECK(apply({"--t={'b': 2}"}).first == "{filters = [16, 32], t = {a = 1, b = 2}}");
  CHECK_THROWS_WITH(apply({"--filters.3=8"}), contains("--filters.3=8: filters is a list of 2; expected a position"));
  CHECK_THROWS_WITH(apply({"--t=3"}), contains("t = 3: got integer, expected table as in f:2:1"));
}

TEST_CASE("includes fill in what the file leaves out", "[config][include]") {
  const auto registries = registry::builtin_registries();
  const testing::TemporaryFolder folder;
  testing::write_text(folder / "c.toml", R"(
includes = ["common.toml", "nowhere.toml"]
include_search_paths = ["/not/there"]
bench = {name = "b", seed = 3}
[[model]]
name = "a"
kind = "TorchVisionModel"
disabled = true
)");
  testing::write_text(folder / "common.toml", R"(
bench = {seed = 9, first_run = 1, last_run = 2}
learningframework.kind = "PyTorch"
dataset.kind = "MNIST"
[[model]]
name = "b"
kind = "TorchVisionModel"
disabled = true
)");
  const auto load = [&](const std::vector<std::string>& words) {
    return config::load_config(folder / "c.toml", words, registries);
  };
  const auto loaded = load({});
  CHECK(loaded.config.bench.seed == 3);
  CHECK(loaded.config.bench.last_run == 2);
  REQUIRE(loaded.config.models.size() == 2);
  CHECK(loaded.config.models[1].name == "b");
  CHECK(loaded.resolved.find("includes")->get_if<Value::List>()->empty());
  REQUIRE(loaded.warnings.size() == 1);
  CHECK_THAT(loaded.warnings[0], contains("c.toml:2:12: includes: nowhere.toml: not found in /not/there, conf"));
  CHECK(load({"--bench.last_run=1"}).config.bench.last_run == 1);
  testing::write_text(folder / "common.toml", "bench = {sead = 9}\n");
  CHECK_THROWS_WITH(load({}), contains("common.toml:1:10: bench.sead = 9: unknown key"));
  testing::write_text(folder / "common.toml", "[model_template]\nkind = 'SCNN'\n");
  CHECK_THROWS_WITH(load({}), contains("common.toml:1:1: model_template without models"));
}

TEST_CASE("the resolved dump reads back as itself, and names the origin of each value", "[config][dump]") {
  const auto registries = registry::builtin_registries();
  const std::string path = QUALIA_SNN_SOURCE "/configs/fashion_mnist/scnn.toml";
  const auto loaded = config::load_config(path, {"--model.0.epochs=7"}, registries);
  const auto text = config::dump(loaded.resolved);
  const auto line_of = [&](const std::string& key) {
    const auto at = text.find("\n" + key + " = ");
    REQUIRE(at != std::string::npos);
    return text.substr(at + 1, text.find('\n', at + 1) - at - 1);
  };
  CHECK_THAT(line_of("epochs"), contains("epochs = 7 ") && contains("  # --model.0.epochs=7"));
  CHECK_THAT(line_of("seed"), contains("seed = 2 ") && contains("scnn.toml:4:8"));
  CHECK_THAT(line_of("alpha"), contains("alpha = 4.0 ") && contains("# default"));

  const testing::TemporaryFolder folder;
  testing::write_text(folder / "dump.toml", text);
  const auto again = config::load_config(folder / "dump.toml", {}, registries);
  CHECK(config::equal(again.resolved, loaded.resolved));
  CHECK_THAT(text, !contains("quant_params") && contains("[model_template]\n"));
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

TEST_CASE("what a disabled model says besides its kind is not looked at, and kept", "[config]") {
  const auto registries = registry::builtin_registries();
  const testing::TemporaryFolder folder;
  const auto load = [&](const std::string& model) {
    testing::write_text(folder / "c.toml", R"(
bench = {name = "b", seed = 3, first_run = 1, last_run = 1}
learningframework.kind = "SpikingJelly"
dataset.kind = "MNIST"
[[model]]
)" + model);
    return config::load_config(folder / "c.toml", {}, registries);
  };
  const std::string wrong = "name = 'a'\nkind = 'SMLP'\nparams = {units = [5], nuron = 3}\n";
  CHECK_THROWS_WITH(load(wrong), contains("params.nuron = 3: unknown key; did you mean \"neuron\"?"));
  const auto loaded = load(wrong + "disabled = true\n");
  CHECK(loaded.config.models.at(0).disabled);
  const auto& kept = loaded.resolved.find("model")->get_if<Value::List>()->at(0);
  CHECK(*kept.find("params")->find("nuron")->get_if<std::int64_t>() == 3);
  CHECK_THROWS_WITH(load("name = 'a'\nkind = 'SMPL'\ndisabled = true\n"), contains("unknown model"));
}
