// What a user can get wrong, from outside: exit codes, the first line on stderr, what is left behind.
#include "qualia_snn/io/pth.h"
#include "tests/command/prepared.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using testing::Arguments;
using testing::kConfig;
using testing::Prepared;
using testing::run_program;
using testing::TemporaryFolder;

namespace {

struct Wrong {
  std::string action;
  std::string override_word;  ///< may be empty
  std::string replace, by;    ///< a change of the file, may be empty
  int exit_code;
  std::string message;  ///< part of the first line
};

}  // namespace

// The table is documentation: what is wrong, the exit code, and what the first line on stderr says.
TEST_CASE("every wrong configuration ends in one clear line and its exit code", "[command][errors]") {
  const std::vector<Wrong> table = {
      {"train", "", "seed = 2", "sead = 2", 2, "c.toml:3:1: bench.sead = 2: unknown key; did you mean \"seed\"?"},
      {"train", "", "seed = 2", "seed = -2", 2, "c.toml:3:8: bench.seed = -2: must be >= 0"},
      {"train", "", "seed = 2", "seed = \"2\"", 2, "c.toml:3:8: bench.seed = \"2\": expected an integer, got string"},
      {"train", "", "seed = 2", "seed = = 2", 2, "c.toml:3:8: not valid TOML"},
      {"train", "", "qualia_plugin_snn", "qualia_plugin_som", 6,
       "c.toml:6:11: bench.plugins = [\"qualia_plugin_som\"]: \"qualia_plugin_som\" cannot be loaded"},
      {"train", "", "last_run = 1", "last_run = 0", 2,
       "c.toml:5:12: bench.last_run = 0: must be >= bench.first_run = 1"},
      {"train", "", "[dataset]", "[datasets]", 2, "unknown key; did you mean \"dataset\"?"},
      {"train", "", "\"FashionMNIST\"", "\"FashonMNIST\"", 2,
       "dataset.kind = \"FashonMNIST\": unknown dataset; did you mean \"FashionMNIST\"?"},
      {"train", "", "\"FashionMNIST\"", "\"WSMNIST\"", 2,
       "dataset.kind = \"WSMNIST\": this dataset of Qualia is not offered yet"},
      {"train", "", "\"SpikingJellyMultiStep\"", "\"PyTorch\"", 2,
       "the learning framework PyTorch does not offer the model SCNN; use one of SpikingJelly"},
      {"train", "", "\"SpikingJellyMultiStep\"", "\"SpikingJelly\"", 2,
       "model.0 (small): the learning framework SpikingJelly drives step_mode 's'"},
      {"train", "", "method = \"min-max\"", "method = \"minmax\"", 2,
       "c.toml:17:17: preprocessing.0.params.method = \"minmax\": must be one of \"z-score\", \"min-max\""},
      {"train", "", "kind = \"LIFNode\"", "kind = \"LIF\"", 2,
       "c.toml:33:18: model.0.params.neuron.kind = \"LIF\": unknown neuron; did you mean \"LIFNode\"?"},
      {"train", "", "{kind = \"LIFNode\", params = {v_reset = false, step_mode = \"m\"}}",
       "{kind = \"PSN\", params = {T = 3, step_mode = \"m\"}}", 2,
       "model.0 (small): params.neuron.params.T = 3: must equal params.timesteps = 2"},
      {"train", "", "v_reset = false", "v_reste = false", 2,
       "model.0.params.neuron.params.v_reste = false: unknown key; did you mean \"v_reset\"?"},
      {"train", "", "v_reset = false", "tau = 1.0", 2, "model.0.params.neuron.params.tau = 1.0: must be > 1"},
      {"train", "", "v_reset = false", "surrogate = \"Tent\"", 2, "surrogate.kind = \"Tent\": unknown surrogate"},
      {"train", "", "kind = \"Adam\"", "kind = \"Adm\"", 2,
       "model.0.optimizer.kind = \"Adm\": unknown optimizer; did you mean"},
      {"train", "", "params.lr = 0.01", "params.lr = -1", 2, "model.0.optimizer.params.lr = -1: must be >= 0"},
      {"train", "", "step_size = 1", "step_size = 0", 2,
       "model.0.optimizer.scheduler.params.step_size = 0: must be >= 1"},
      {"train", "", "epochs = 2", "epochs = -2", 2, "model.0.epochs = -2: must be >= 0"},
      {"train", "", "batch_size = 16", "batch_size = 0", 2, "model.0.batch_size = 0: must be >= 1"},
      {"train", "", "params.filters = [4]", "", 2, "model.0.params.filters: missing; expected: list of integers"},
      {"train", "", "params.filters = [4]", "params.filters = [0]", 2, "model.0.params.filters = [0]: must be >= 1"},
      {"train", "", "params.dropouts = 0.1", "params.dropouts = 1.0", 2, "params.dropouts = 1.0: must be >= 0 and < 1"},
      {"train", "", "name = \"other\"\nkind = \"TorchVisionModel\"\ndisabled = true\nparams.anything = 1",
       "name = \"small\"\nparams = {filters = [4], kernel_sizes = [3], paddings = [0], strides = [1], pool_sizes = "
       "[0], "
       "dropouts = 0, fc_units = []}",
       2, "model.1.name = \"small\": is also the name of model.0"},
      {"train", "", "[[model]]", "[[models]]", 2, "unknown key; did you mean \"model\"?"},
      {"train", "--model.0=SCNN", "", "", 2, "--model.0=SCNN: model.0 = \"SCNN\": got string, expected table as in"},
      {"train", "--model.0.params.filters.0=1000000000000", "", "", 2, "must be >= 1 and <= 1e+06"},
      {"train", "", "params.pool_sizes = [2]", "params.pool_sizes = [[0, 2]]", 2,
       "pool_sizes = [0, 2]: 0 is no window"},
      {"train", "", "params.lr = 0.01", "params.betas = [0.9]", 2,
       "model.0.optimizer.params = {betas = [0.9]}: betas needs two entries"},
      {"train", "", "kind = \"SpikingJellyMultiStep\"", "kind = \"SpikingJellyMultiStep\"\nparams.devices = \"8 gpus\"",
       2, "c.toml:10:18: learningframework.params.devices = \"8 gpus\": must be"},
      {"train", "", "kind = \"TorchVisionModel\"\ndisabled = true\nparams.anything = 1",
       "params = {filters = [4], kernel_sizes = [99], paddings = [0], strides = [1], pool_sizes = [0], dropouts = 0, "
       "fc_units = []}",
       4, "model.1 (other): layers.conv1: kernel of 99 is larger than the padded input of 28"},
      {"train", "--model.0.params.output_shape.0=5", "params.fc_units = []",
       "params.fc_units = []\nparams.output_shape = [10]", 4,
       "model.0 (small): gives [5] per sample, the labels are [10]"},
      {"train", "", "name = \"other\"", "name = \"a/b\"", 2, "model.1.name = \"a/b\": is used as a file name"},
      {"train", "", "kind = \"TorchVisionModel\"", "kind = \"TorchVisionMdel\"", 2,
       "model.1.kind = \"TorchVisionMdel\": unknown model"},
      {"train", "", "kind = \"TorchVisionModel\"", "filters = [1]", 2, "model.1.filters = [1]: unknown key"},
      {"train", "", "disabled = true", "disabled = false", 2,
       "model.1.kind = \"TorchVisionModel\": this model of Qualia is not offered yet; use ResNet"},
      {"train", "--model.0.epochs=x", "", "", 2, "--model.0.epochs=x: model.0.epochs = \"x\": expected an integer"},
      {"train", "--model.3.epochs=1", "", "", 2, "--model.3.epochs=1: model is a list of 2"},
      {"train", "--bench.sead=1", "", "", 2, "--bench.sead=1: bench.sead = 1: unknown key; did you mean \"seed\"?"},
      {"train", "-x", "", "", 2, "-x: not understood; overrides have the form --table.key=value"},
      {"train", "--device=gpu", "", "", 5, "use --learningframework.params.accelerator=cpu"},
      {"train", "--model.0.params.dims=1", "", "", 4,
       "model.0 (small): dims = 1 needs an input_shape [S, C], got [28, 28, 1]"},
      {"train", "--model.0.params.kernel_sizes.0=50", "", "", 4,
       "layers.conv1: kernel of 50 is larger than the padded input of 30"},
      {"train", "--model.0.optimizer.params.lr=1e30", "kind = \"SpikingJellyMultiStep\"",
       "kind = \"SpikingJellyMultiStep\"\nparams.loss = \"mse\"", 7,
       "training diverged: the loss is inf in epoch 1, step 2"},
      {"train", "--model.0.optimizer.params.lr=1e39", "", "", 7, "training failed: value cannot be converted"},
      {"train", "--bench.seed=[1,", "", "", 2, "missing value at character 4 of [1,; expected a Python literal"},
      {"train", "--model.0.params.filters.5=8", "", "", 2,
       "--model.0.params.filters.5=8: model.0.params.filters is a list of 1; expected a position from 0 to 1"},
      {"train", "--bench.reproduce=torch", "", "", 2, "bench.reproduce = \"torch\": must be one of \"qualia\""},
      {"train", "--learningframework.params.precision=8", "", "", 2, "precision = 8: must be 32, 64, \"16-mixed\""},
      {"train", "--learningframework.params.metrics=['acc', 'auc']", "", "", 2,
       "metrics = [\"acc\", \"auc\"]: must be one of \"prec\", \"rec\""},
      {"train", "--learningframework.params.checkpoint_metric.mode=most", "", "", 2, "must be one of \"max\", \"min\""},
      {"train", "--learningframework.params.devices=2", "", "", 5, "2 devices: not offered yet"},
      {"train", "", "[bench]", "includes = 3\n[bench]", 2, "c.toml:1:12: includes = 3: expected a list"},
      {"train", "", "[model_template]", "[[data_augmentation]]\nkind = \"Flip\"\n[model_template]", 2,
       "data_augmentation.0.kind = \"Flip\": unknown data augmentation"},
      {"train", "", "[model_template]",
       "[[data_augmentation]]\nkind = \"Crop\"\nparams.size = [30, 30]\n[model_template]", 4, "model.0 (small): "},
      {"train", "", "[model_template]", "[[data_augmentation]]\nkind = \"Crop\"\nparams.sice = 3\n[model_template]", 2,
       "data_augmentation.0.params.sice = 3: unknown key; did you mean \"size\"?"},
      {"train", "", "[model_template]", "[[postprocessing]]\nkind = \"FuseBatchNorm\"\nexprt = true\n[model_template]",
       2, "postprocessing.0.exprt = true: unknown key; did you mean \"export\"?"},
      {"train", "", "[model_template]", "[[postprocessing]]\nkind = \"FuseBatchNrom\"\n[model_template]", 2,
       "postprocessing.0.kind = \"FuseBatchNrom\": unknown postprocessing"},
      {"train", "", "[model_template]", "[deploy]\ntarget = \"Linux\"\nquantize = [8]\n[model_template]", 2,
       "deploy.converter: missing"},
      {"train", "", "params.fc_units = []", "params.fc_units = []\nupdate.quant_params.LSQ = \"false\"", 2,
       "model.0.update.quant_params.LSQ = \"false\": expected a boolean, got string"},
      {"train", "--learningframework.params.checkpoint_metric.name=val_akk", "", "", 2,
       "checkpoint_metric.name = \"val_akk\": is not measured; expected train_loss, or train_ or val_ and one of prec"},
      {"train", "--bench.plugins=['my_plugin']", "\"FashionMNIST\"", "\"MySet\"", 6, "\"my_plugin\" cannot be loaded"},
      {"train", "--model.0.batch_size=9223372036854775807", "", "", 2, "batch_size = 9223372036854775807: must be"},
      {"train", "--bench.name=\xff", "", "", 2, "not valid UTF-8"},
      {"", "", "", "", 2, "missing action; offered: preprocess_data, train, evaluate, predict"},
      {"predict", "", "", "", 2, "predict: missing --input x.npy or --output y.csv"},
      {"evaluate", "--dry-run", "", "", 2, "--dry-run belongs to the action train"},
      {"trian", "", "", "", 2,
       "trian: unknown action; did you mean \"train\"?; offered: preprocess_data, train, evaluate, predict"},
      {"prepare_deploy", "", "", "", 2, "prepare_deploy: an action of Qualia that is not offered yet"},
  };
  const Prepared prepared;
  const auto before = testing::files_below(prepared.folder.path());
  for (const auto& row : table) {
    auto config = kConfig;
    if (!row.replace.empty()) {
      const auto at = config.find(row.replace);
      REQUIRE(at != std::string::npos);
      config.replace(at, row.replace.size(), row.by);
    }
    testing::write_text(prepared.folder / "c.toml", config);
    Arguments arguments = {"c.toml"};
    if (!row.action.empty()) arguments.push_back(row.action);
    if (!row.override_word.empty()) arguments.push_back(row.override_word);
    const auto run = run_program(prepared.folder.path().string(), arguments);
    INFO(row.action << " " << row.override_word << " " << row.by << "\n" << run.err);
    CHECK(run.exit_code == row.exit_code);
    CHECK_THAT(run.first_error_line(), contains(row.message));
    CHECK(testing::files_below(prepared.folder.path()) == before);
  }
}

TEST_CASE("a kind that is not offered is refused only by the action that needs it", "[command][errors]") {
  const Prepared prepared;
  const auto write = [&](const std::string& from, const std::string& to) {
    auto config = kConfig;
    config.replace(config.find(from), from.size(), to);
    testing::write_text(prepared.folder / "c.toml", config);
  };
  const auto run = [&](const char* action) { return run_program(prepared.folder.path().string(), {"c.toml", action}); };
  write("kind = \"Adam\"", "kind = \"Adafactor\"");
  CHECK(run("preprocess_data").exit_code == 0);
  CHECK(run("train").exit_code == 2);
  CHECK_THAT(run("train").first_error_line(),
             contains("kind = \"Adafactor\": this optimizer of Qualia is not offered yet; use AdamW"));
  write("[model_template]", "[[preprocessing]]\nkind = \"VisualizeWindows\"\n[model_template]");
  CHECK_THAT(run("preprocess_data").first_error_line(),
             contains("kind = \"VisualizeWindows\": this preprocessing of Qualia"));
  CHECK(run("train").exit_code == 0);
}

TEST_CASE("wrong data ends in one clear line and leaves no partial file", "[command][errors]") {
  const TemporaryFolder folder;
  const auto root = folder.path().string();
  testing::write_text(folder / "c.toml", kConfig);
  const auto check = [&](const std::string& action, int code, const std::string& message) {
    const auto run = run_program(root, {"c.toml", action});
    INFO(run.err);
    CHECK(run.exit_code == code);
    CHECK_THAT(run.first_error_line(), contains(message));
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
  };
  check("preprocess_data", 3, "raw/train-images-idx3-ubyte: not found, nor raw/train-images-idx3-ubyte.gz");
  check("train", 3, "out/data/FashionMNIST/train: no preprocessed samples; run the action preprocess_data first");
  write_data(folder);
  const auto images = testing::read_text(folder / "raw/t10k-images-idx3-ubyte");
  testing::write_text(folder / "raw/t10k-images-idx3-ubyte", images.substr(0, images.size() - 1));
  check("preprocess_data", 3, "raw/t10k-images-idx3-ubyte: the header announces [20, 28, 28]");
  testing::write_text(folder / "raw/t10k-images-idx3-ubyte", images);
  auto labels = testing::read_text(folder / "raw/t10k-labels-idx1-ubyte");
  testing::write_text(folder / "raw/t10k-labels-idx1-ubyte", labels.replace(9, 1, "\x0a"));
  check("preprocess_data", 3, "raw/t10k-labels-idx1-ubyte: label 10; expected 0 to 9");
  write_data(folder);
  const auto plain = testing::read_text(folder / "raw/t10k-labels-idx1-ubyte");
  std::filesystem::remove(folder / "raw/t10k-labels-idx1-ubyte");
  testing::write_text(folder / "raw/t10k-labels-idx1-ubyte.gz", "\x1f\x8b\x08 and then no deflated data");
  check("preprocess_data", 3, "raw/t10k-labels-idx1-ubyte.gz: ");
  testing::write_text(folder / "raw/t10k-labels-idx1-ubyte", plain);
  testing::write_text(folder / "out", "a file where a folder has to be");
  const auto run = run_program(root, {"c.toml", "preprocess_data"});
  CHECK(run.exit_code == 3);
  CHECK_THAT(run.first_error_line(), contains("is no folder"));
}

TEST_CASE("weights that cannot be read or written end in one clear line", "[command][errors]") {
  const Prepared prepared;
  const auto path = prepared.folder / "out/learningmodel/small_r1.pth";
  const Arguments load = {"--model.0.load=true", "--model.0.train=false"};
  testing::write_text(path, "no archive");
  auto run = prepared.train(load);
  CHECK(run.exit_code == 3);
  CHECK_THAT(run.first_error_line(), contains("out/learningmodel/small_r1.pth: not a .pth file that can be loaded"));

  io::write_pth(path, {{"layers.conv1.weight", at::zeros({4, 1, 3, 3})}});
  run = prepared.train(load);
  CHECK(run.exit_code == 3);
  CHECK_THAT(run.first_error_line(), contains("does not belong to this model; missing: layers.bn1.weight"));

  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  run = prepared.train();
  CHECK(run.exit_code == 3);
  CHECK_THAT(run.first_error_line(), contains("small_r1.pth: exists and is no regular file"));
  CHECK(testing::files_below(prepared.folder.path() / "logs").empty());
}

TEST_CASE("a full disk, a size limit and a closed standard output are errors and leave no partial file",
          "[command][errors]") {
  const Prepared prepared;
  const auto root = prepared.folder.path();
  const auto before = testing::files_below(root);
  // 64 KiB: the logs fit, the weights (125 kB) do not.
  auto run = run_program(root.string(), {"c.toml", "train", "--model.0.epochs=1", "--model.0.params.filters.0=64"},
                         {"ulimit -f 128", ""});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 3);
  // Warnings of checkpoints that do not fit either come first.
  CHECK_THAT(run.err, contains("out/learningmodel/small_r1.pth"));
  CHECK_FALSE(std::filesystem::exists(root / "out/learningmodel/small_r1.pth"));
  for (const auto& file : testing::files_below(root)) CHECK_THAT(file, !contains("tmp"));

  std::filesystem::remove_all(root / "logs");
  std::filesystem::remove_all(root / "lightning_logs");
  std::filesystem::remove_all(root / "out/learningmodel");
  std::filesystem::remove_all(root / "out/checkpoints");  // what --resume would go on from
  testing::write_text((root / "logs").string(), "a file where a folder has to be");
  run = run_program(root.string(), {"c.toml", "train"});
  CHECK(run.exit_code == 3);
  CHECK_THAT(run.first_error_line(), contains("logs") && contains("is no folder"));
  std::filesystem::remove(root / "logs");
  CHECK(testing::files_below(root) == before);

  run = run_program(root.string(), {"c.toml", "train", "--model.0.epochs=1"}, {"", "/dev/full"});
  CHECK(run.exit_code == 3);
  CHECK_THAT(run.first_error_line(), contains("standard output cannot be written"));
  CHECK(run_program(root.string(), {"list"}, {"", "/dev/full"}).exit_code == 3);
}

TEST_CASE("hostile and damaged weights are refused by name", "[command][errors]") {
  const Prepared prepared;
  REQUIRE(prepared.train({"--model.0.epochs=0"}).exit_code == 0);
  const auto path = prepared.folder / "out/learningmodel/small_r1.pth";
  const auto good = testing::read_text(path);
  const Arguments load = {"--model.0.load=true", "--model.0.train=false"};
  const auto check = [&](const std::string& bytes, const std::string& message) {
    testing::write_text(path, bytes);
    const auto run = prepared.train(load);
    INFO(run.err);
    CHECK(run.exit_code == 3);
    CHECK_THAT(run.first_error_line(), contains("out/learningmodel/small_r1.pth: ") && contains(message));
  };
  check(good.substr(0, good.size() / 2), "not a .pth file that can be loaded");
  // The pickle asks for os.system in place of the function that makes tensors.
  auto hostile = good;
  const std::string function = "torch._utils\n_rebuild_tensor_v2\n", system = "posix\nsystem_called_by_pickle__\n";
  REQUIRE(function.size() == system.size());
  const auto at = hostile.find(function);
  REQUIRE(at != std::string::npos);
  check(hostile.replace(at, function.size(), system), "posix system_called_by_pickle__");
}

TEST_CASE("keys of very many parts are refused, not followed", "[command][errors]") {
  const TemporaryFolder folder;
  std::string deep;
  for (int i = 0; i < 60000; ++i) deep += "a.";
  testing::write_text(folder / "c.toml", deep + "a = 1\n");
  const auto root = folder.path().string();
  CHECK_THAT(run_program(root, {"c.toml", "train"}).first_error_line(),
             contains("c.toml:1: a key of more than 100 parts"));
  testing::write_text(folder / "c.toml", kConfig);
  CHECK(run_program(root, {"c.toml", "train", "--" + deep + "a=1"}).exit_code == 2);
  CHECK(run_program(root, {"c.toml", "train", "--bench.x={" + deep + "a = 1}"}).exit_code == 2);
}
