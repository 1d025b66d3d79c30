#include <algorithm>
#include <filesystem>

#include "plugins/adaptive_lif/adaptive_lif.h"
#include "qualia_snn/config/literal.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/io/pth.h"
#include "qualia_snn/layer/state_dict.h"
#include "qualia_snn/learningframework/trainer.h"
#include "qualia_snn/learningmodel/learning_model.h"
#include "qualia_snn/neuron/neuron_layer.h"
#include "qualia_snn/registry/builtin.h"
#include "qualia_snn/registry/load_plugins.h"
#include "tests/support/files.h"
#include "tests/support/program.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using namespace qualia_snn::testing;

namespace {

std::string path_of(const std::string& name) { return std::string(QUALIA_SNN_TEST_PLUGINS) + "/" + name + ".so"; }

std::vector<std::string> all_names(const config::Registries& registries) {
  std::vector<std::string> names;
  config::for_each_registry(registries, [&](const auto& registry) {
    for (const auto& name : registry.names()) names.push_back(registry.category() + " " + name);
  });
  return names;
}

struct BadPlugin {
  std::string path, message;
};

std::vector<BadPlugin> bad_plugins() {
  return {{path_of("wrong_abi"), "has the plugin interface 2, this library 1; build it again"},
          {path_of("other_build"), "was built for qualia_snn 0.0.1, LibTorch 1.13.1, g++ 4.8, no CUDA, this is "},
          {path_of("no_entry"), "has no symbol qualia_snn_plugin: it is no plugin of qualia_snn"},
          {path_of("throwing"), "it threw while registering: the licence has expired"},
          {path_of("duplicate"), "the surrogate \"ATan\" is registered twice"},
          {path_of("nowhere"), "nowhere.so is not there"},
          {std::string(QUALIA_SNN_SOURCE) + "/README.md", "invalid ELF header"},
          {"no_such_plugin", "plugins/no_such_plugin.so is not there"},
          {"two\\nlines", "\\nlines\" cannot be loaded"}};
}

}  // namespace

TEST_CASE("a plugin that cannot be loaded leaves nothing registered", "[plugin]") {
  auto registries = registry::builtin_registries();
  const auto before = all_names(registries);
  for (const auto& [path, message] : bad_plugins()) {
    CAPTURE(path);
    CHECK_THROWS_WITH(registry::load_plugin(path, registries), contains(message));
    CHECK(all_names(registries) == before);
  }
  CHECK(registries.plugins.empty());
}

TEST_CASE("a plugin that cannot be loaded ends the program with code 6 and one line", "[plugin]") {
  const TemporaryFolder folder;
  for (const auto& [path, message] : bad_plugins()) {
    CAPTURE(path);
    write_text(folder / "c.toml", "[bench]\nname = \"b\"\nplugins = [\"" + path + "\"]\n[[model]]\nname = \"m\"\n");
    const auto run = run_program(folder.path().string(), {"c.toml", "train"});
    CHECK(run.exit_code == 6);
    CHECK(run.out.empty());
    CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
    CHECK_THAT(run.err,
               contains("c.toml:3:11: bench.plugins = [\"" + path + "\"]: \"" + path + "\" cannot be loaded: "));
    CHECK_THAT(run.err, contains(message));
    CHECK(files_below(folder.path()) == std::vector<std::string>{"c.toml"});
  }
}

TEST_CASE("a plugin is found by name, described, and loaded once", "[plugin]") {
  auto registries = registry::builtin_registries();
  registry::load_plugin("adaptive_lif", registries);
  registry::load_plugin("adaptive_lif", registries);
  registry::load_plugin("qualia_plugin_snn", registries);
  const auto path = std::string(QUALIA_SNN_TEST_PLUGINS) + "/../../lib/qualia_snn/plugins/adaptive_lif.so";
  registry::load_plugin(path, registries);  // the same file
  CHECK(registries.plugins == std::vector<std::string>{"adaptive_lif", path});

  const TemporaryFolder folder;
  const auto here = folder.path().string();
  const auto described = run_program(here, {"describe", "AdaptiveLIFNode", "--bench.plugins=['adaptive_lif']"});
  CHECK(described.exit_code == 0);
  CHECK_THAT(described.out, contains("w = w + beta spike"));
  CHECK_THAT(described.out, contains("init_beta: float, default 0.2"));
  CHECK_THAT(run_program(here, {"list", "neuron", "--bench.plugins=['adaptive_lif']"}).out,
             contains("AdaptiveLIFNode"));
  CHECK_THAT(run_program(here, {"list", "neuron"}).out, !contains("AdaptiveLIFNode"));
  CHECK(run_program(here, {"list", "neuron", "--bench.seed=2"}).exit_code == 2);
}

TEST_CASE("a network made of a plugin's components trains", "[plugin]") {
  const TemporaryFolder folder;
  write_text(folder / "c.toml", R"([bench]
name = "b"
seed = 2
first_run = 1
last_run = 1
plugins = [")" + path_of("everything") +
                                    R"("]
[learningframework]
kind = "Framework"
[dataset]
kind = "Places"
[[preprocessing]]
kind = "OneHot"
[[data_augmentation]]
kind = "Dim"
[experimenttracking]
kind = "EpochFile"
params.path = "epochs.txt"
[[postprocessing]]
kind = "Double"
export = true
[model_template]
kind = "Perceptron"
epochs = 30
batch_size = 10
params.neuron = {kind = "CounterNode", params = {surrogate = "Half", step_mode = "m"}}
optimizer = {kind = "Adam", params = {lr = 0.05}}
[[model]]
name = "m"
)");
  const auto here = folder.path().string();
  const auto prepared = run_program(here, {"c.toml", "preprocess_data"});
  INFO(prepared.err);
  REQUIRE(prepared.exit_code == 0);
  const auto run = run_program(here, {"c.toml", "train"});
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, contains("test_acc = 1.0"));
  const auto epochs = read_text(folder / "epochs.txt");
  CHECK(std::count(epochs.begin(), epochs.end(), '\n') == 30);
  CHECK_THAT(epochs, contains("epoch 29\n"));

  const auto trained = io::read_pth(folder / "out/learningmodel/m_r1.pth");
  const auto doubled = io::read_pth(folder / "out/learningmodel/m_double_Places_r1.pth");
  REQUIRE(trained.size() == doubled.size());
  for (std::size_t i = 0; i < trained.size(); ++i) CHECK(at::equal(trained[i].second * 2, doubled[i].second));
  for (const auto& file : files_below(folder.path() / "logs/b/learningmodel")) {
    if (!file.ends_with(".csv")) continue;
    const auto rows = read_text(folder / ("logs/b/learningmodel/" + file));
    CHECK_THAT(rows, contains("\nm,1,"));
    CHECK_THAT(rows, contains("\nm_double_Places,1,"));
  }
}

namespace {

/// The plugin's neuron by tensor operations.
struct Twin : AdaptiveLIF {
  static constexpr const char* kKind = "TwinNode";
  static constexpr bool kHasKernels = false;
};

struct Training {
  std::vector<at::Tensor> weights;
  double accuracy;
};

Training train(const config::Registries& registries, const std::string& neuron) {
  at::manual_seed(3);
  const auto classes = at::arange(200) % 4;
  const auto images = 0.4 * at::rand({200, 8, 8, 1}) + classes.view({200, 1, 1, 1}) / 3.;
  const datamodel::RawData data{images, at::one_hot(classes, 4).to(at::kFloat)};
  const config::BuildContext context{registries, {8, 8, 1}, {4}};
  const auto model = registries.learningmodels.make(
      config::kind("SCNN",
                   "{dims = 2, filters = [8], kernel_sizes = [3], paddings = [1], strides = [1], pool_sizes = "
                   "[2], dropouts = 0, fc_units = [], batch_norm = true, neuron = {kind = \"" +
                       neuron + "\", params = {v_reset = false, step_mode = \"m\"}}}"),
      context);
  const auto framework = registries.learningframeworks.make(config::kind("SpikingJellyMultiStep"), context);
  framework->set_model(model);
  const config::BuildContext parameters{registries, {}, {}, at::kCPU, model->parameters()};
  const auto adam = registries.optimizers.make(config::kind("Adam", "{lr = 1e-2}"), parameters);
  learningframework::KeyedDraws draws(RandomKey(2));
  learningframework::fit(*framework, data, nullptr, adam.get(), nullptr, {"plugin", 4, 20}, draws, {});
  const auto metrics = learningframework::evaluate(*framework, data, 20, {});
  return {model->parameters(), metrics.confusion_matrix().accuracy()};
}

}  // namespace

TEST_CASE("a plugin's neuron trains to the accuracy of its twin in tensor operations", "[plugin]") {
  auto registries = registry::builtin_registries();
  registry::load_plugin("adaptive_lif", registries);
  registries.neurons.add<neuron::NeuronLayer<Twin>>("TwinNode", "by tensor operations");
  const auto kernels = train(registries, "AdaptiveLIFNode"), tensors = train(registries, "TwinNode");
  CHECK(kernels.accuracy > 0.9);
  CHECK(kernels.accuracy == Approx(tensors.accuracy).margin(0.011));
  REQUIRE(kernels.weights.size() == tensors.weights.size());
  for (std::size_t i = 0; i < kernels.weights.size(); ++i) {
    CHECK(at::allclose(kernels.weights[i], tensors.weights[i], 1e-3, 1e-4));
  }
}
