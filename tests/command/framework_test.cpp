// A configuration of every learning framework on every kind of data, from the user's own arrays to the weights.
#include <algorithm>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/npy.h"
#include "qualia_snn/io/pth.h"
#include "qualia_snn/io/safetensors.h"
#include "tests/command/prepared.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using testing::run_program;
using testing::TemporaryFolder;

namespace {

/// Writes arrays whose samples are brighter from class to class.
void write_arrays(const TemporaryFolder& folder, std::vector<std::int64_t> sample_shape) {
  for (const auto& [set, n] : {std::pair<const char*, std::int64_t>{"train", 48}, {"test", 24}}) {
    auto sizes = sample_shape;
    sizes.insert(sizes.begin(), n);
    std::vector<std::int64_t> ones(sizes.size(), 1);
    ones[0] = n;
    at::manual_seed(static_cast<std::uint64_t>(n));
    const auto classes = at::arange(n) % 3;
    std::filesystem::create_directories(folder.path() / "arrays");
    io::write_npy(folder / concat("arrays/x_", set, ".npy"), 0.2 * at::rand(sizes) + classes.view(ones) / 2.);
    io::write_npy(folder / concat("arrays/y_", set, ".npy"), classes);
  }
}

std::string configuration(const std::string& framework, bool one_dimensional, const std::string& more) {
  const bool spiking = framework != "PyTorch";
  const bool multi_step = framework.find("MultiStep") != std::string::npos;
  return concat(
      "bench = {name = 'b', seed = 2, first_run = 1, last_run = 1}\n", "learningframework.kind = '", framework, "'\n",
      "dataset = {kind = 'NPY', params = {path = 'arrays'}}\n",
      "preprocessing = [{kind = 'Class2BinMatrix', params = {classes = 3}}]\n",
      "data_augmentation = [{kind = 'GaussianNoise', params = {sigma = 0.05}}, {kind = 'Mixup', params = {alpha = "
      "0.1}}]\n",
      "[model_template]\n", "kind = '", spiking ? "SCNN" : "CNN", "'\nepochs = 15\nbatch_size = 8\n",
      "optimizer = {kind = 'AdamW', params = {lr = 1e-2}, scheduler = {kind = 'MultiStepLR', params = {milestones = "
      "[10]}}}\n",
      "[[model]]\nname = 'm'\n[model.params]\nfilters = [8]\nkernel_sizes = [3]\npaddings = [1]\nstrides = [1]\n",
      "pool_sizes = [2]\ndropouts = 0\nfc_units = []\nbatch_norm = true\ndims = ", one_dimensional ? 1 : 2, "\n",
      spiking ? concat("timesteps = 3\nneuron = {kind = 'LIFNode', params = {v_reset = false, step_mode = '",
                       multi_step ? "m" : "s", "'}}\n")
              : "",
      more);
}

}  // namespace

TEST_CASE("every framework trains on images, signals, and data with time", "[command][frameworks]") {
  struct Row {
    const char* framework;
    std::vector<std::int64_t> sample_shape;  // channels last
    bool one_dimensional;
  };
  const std::vector<Row> table = {
      {"PyTorch", {6, 6, 2}, false},
      {"PyTorch", {12, 2}, true},
      {"SpikingJelly", {6, 6, 2}, false},
      {"SpikingJelly", {12, 2}, true},
      {"SpikingJellyMultiStep", {6, 6, 2}, false},
      {"SpikingJellyMultiStep", {12, 2}, true},
      {"SpikingJellyTimeStepsInData", {3, 6, 6, 2}, false},
      {"SpikingJellyTimeStepsInData", {3, 12, 2}, true},
      {"SpikingJellyMultiStepTimeStepsInData", {3, 6, 6, 2}, false},
      {"SpikingJellyMultiStepTimeStepsInData", {3, 12, 2}, true},
  };
  for (const auto& [framework, sample_shape, one_dimensional] : table) {
    const TemporaryFolder folder;
    write_arrays(folder, sample_shape);
    testing::write_text(folder / "c.toml", configuration(framework, one_dimensional, ""));
    const auto root = folder.path().string();
    INFO(framework << " " << at::IntArrayRef(sample_shape));
    REQUIRE(run_program(root, {"c.toml", "preprocess_data"}).exit_code == 0);
    const auto run = run_program(root, {"c.toml", "train"});
    INFO(run.out << run.err);
    REQUIRE(run.exit_code == 0);
    const auto at = run.out.rfind("test_acc = ");
    CHECK(std::stod(run.out.substr(at + 11)) > 0.6);
    CHECK(std::filesystem::exists(folder / "out/learningmodel/m_r1.pth"));
  }
}

TEST_CASE("labels of one column need the loss and metrics of real values", "[command][frameworks]") {
  const TemporaryFolder folder;
  write_arrays(folder, {12, 2});
  for (const char* set : {"train", "test"}) {
    const auto y = io::read_npy(folder / concat("arrays/y_", set, ".npy"));
    io::write_npy(folder / concat("arrays/y_", set, ".npy"), y.to(at::kFloat).unsqueeze(1));
  }
  auto text = configuration("PyTorch", true, "");
  text.erase(text.find("preprocessing ="), text.find("[model_template]") - text.find("preprocessing ="));
  testing::write_text(folder / "c.toml", text);
  const auto root = folder.path().string();
  REQUIRE(run_program(root, {"c.toml", "preprocess_data"}).exit_code == 0);
  auto run = run_program(root, {"c.toml", "train"});
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.first_error_line(), contains("the labels have one column, no classes; use loss = \"mse\""));
  run = run_program(root, {"c.toml", "train", "--learningframework.params.loss=mse"});
  CHECK_THAT(run.first_error_line(), contains("\"prec\" counts classes"));
  text.replace(text.find("learningframework.kind"), 22,
               "learningframework.params.loss = 'mse'\n"
               "learningframework.params.metrics = ['mse', 'corr', 'slope']\nlearningframework.kind");
  testing::write_text(folder / "c.toml", text);
  run = run_program(root, {"c.toml", "train"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, contains("test_corr = 0.9") && contains("test_acc = None"));
}

TEST_CASE("weights that Qualia wrote load and give its accuracy and its weights", "[command][frameworks]") {
  for (const char* name : {"seed_run_cnn", "seed_run_scnn2d"}) {
    const auto golden = std::string(QUALIA_SNN_SOURCE "/tests/golden/") + name;
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder.path() / "out/learningmodel");
    const auto recorded = testing::read_text(golden + "/learningmodel.csv");
    auto tensors = io::read_safetensors(golden + "/tensors.safetensors").tensors;
    for (const char* set : {"train", "test"}) {
      const auto to = folder / concat("out/data/FashionMNIST/", set, "/");
      std::filesystem::create_directories(to);
      io::write_npy(to + "data.npy", tensors.at(concat(set, ".x")));
      io::write_npy(to + "labels.npy", tensors.at(concat(set, ".y")));
    }
    std::filesystem::copy_file(golden + "/r1.pth", folder / concat("out/learningmodel/", name, "_r1.pth"));
    const auto run = run_program(folder.path().string(), {golden + "/config.toml", "evaluate", "--bench.last_run=1"});
    INFO(name << run.out << run.err);
    REQUIRE(run.exit_code == 0);
    const auto row = recorded.substr(recorded.find('\n') + 1);
    const auto accuracy = row.substr(0, row.find('\n')).substr(row.rfind(',', row.find('\n')) + 1);
    const auto csv = testing::files_below(folder.path() / "logs");
    const auto file = std::find_if(csv.begin(), csv.end(), [](const auto& f) { return f.ends_with(".csv"); });
    REQUIRE(file != csv.end());
    CHECK_THAT(testing::read_text(folder / ("logs/" + *file)), contains("," + accuracy + ","));
    for (const auto& [key, tensor] : io::read_pth(golden + "/r1.pth")) {
      INFO(key);
      CHECK(at::equal(tensor, tensors.at("run1.final." + key)));
    }
  }
}
