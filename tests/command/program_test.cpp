// The built program, from outside: exit codes, what it prints, what it leaves behind.
#include <algorithm>
#include <sstream>

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

std::string last_lines(const std::string& text, int count) {
  auto at = text.size();
  for (int i = 0; i <= count && at != std::string::npos && at > 0; ++i) at = text.rfind('\n', at - 1);
  return at == std::string::npos || at == 0 ? text : text.substr(at + 1);
}

/// Returns the one file below a folder with that extension.
std::string only_file(const std::filesystem::path& folder, const std::string& extension) {
  std::vector<std::string> found;
  for (const auto& file : testing::files_below(folder)) {
    if (file.ends_with(extension)) found.push_back((folder / file).string());
  }
  REQUIRE(found.size() == 1);
  return found[0];
}

}  // namespace

TEST_CASE("the program trains, evaluates and exports under Qualia's names", "[command]") {
  const Prepared prepared;
  const auto& folder = prepared.folder;
  CHECK(testing::files_below(folder.path() / "out") ==
        Arguments{"data/FashionMNIST/test/data.npy", "data/FashionMNIST/test/labels.npy",
                  "data/FashionMNIST/train/data.npy", "data/FashionMNIST/train/labels.npy"});
  const auto run = prepared.train();
  INFO(run.out << run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(run.err.empty());
  CHECK_THAT(run.out, contains("first training step done"));
  CHECK_THAT(run.out, contains("epoch 2/2: loss "));
  CHECK_THAT(run.out, contains(" samples/s, "));
  CHECK_THAT(run.out, contains(" left"));
  const auto end = last_lines(run.out, 3);
  CHECK_THAT(end, contains("test_acc = "));
  CHECK_THAT(end, contains("weights = out/learningmodel/small_r1.pth\n"));
  CHECK_THAT(end, contains("logs = logs/bench/learningmodel/"));

  const auto csv = testing::read_text(only_file(folder.path() / "logs/bench", ".csv"));
  CHECK_THAT(csv, contains("name,i,params,mem_params,accuracy\nsmall,1,2014,8056,"));
  const auto text = testing::read_text(only_file(folder.path() / "logs/bench", ".txt"));
  CHECK_THAT(text, contains("name='small_r1_eval_train'\ndataset_type='train'\nmetrics=[{'train_acc': "));
  CHECK_THAT(text, contains("name='small_r1_eval_test'\ndataset_type='test'\n"));
  CHECK_THAT(text, contains("cm=array([["));
  const auto resolved = testing::read_text(only_file(folder.path() / "logs/bench/learningmodel", ".toml"));
  CHECK_THAT(resolved, contains("seed = 2") && contains("# c.toml:3:8") && contains("# default"));
  const auto state = io::read_pth(folder / "out/learningmodel/small_r1.pth");
  REQUIRE(state.size() == 8);
  CHECK(state[0].first == "layers.conv1.weight");
  CHECK(state[7].first == "layers.fc1.bias");
  CHECK(testing::files_below(folder.path() / "out/learningmodel").size() == 1);
}

TEST_CASE("two runs of the program give equal bits, and another seed other ones", "[command]") {
  const Prepared prepared;
  const auto weights = [&](const Arguments& more) {
    REQUIRE(prepared.train(more).exit_code == 0);
    return testing::read_text(prepared.folder / "out/learningmodel/small_r1.pth");
  };
  const auto first = weights({});
  CHECK(weights({}) == first);
  CHECK(weights({"--bench.seed=3"}) != first);
}

TEST_CASE("load without train evaluates the saved weights and does not write them again", "[command]") {
  const Prepared prepared;
  const Arguments enough = {"--model.0.epochs=25", "--model.0.optimizer.scheduler.params.gamma=1"};
  const auto untrained = prepared.train({"--model.0.epochs=0"});
  const auto trained = prepared.train(enough);
  REQUIRE(last_lines(trained.out, 3).substr(0, 19) != last_lines(untrained.out, 3).substr(0, 19));
  const auto path = prepared.folder / "out/learningmodel/small_r1.pth";
  const auto written = std::filesystem::last_write_time(path);
  const auto loaded = prepared.train({"--model.0.load=true", "--model.0.train=false"});
  INFO(loaded.err);
  REQUIRE(loaded.exit_code == 0);
  CHECK(last_lines(loaded.out, 3).substr(0, 19) == last_lines(trained.out, 3).substr(0, 19));
  CHECK_THAT(loaded.out, contains("weights = None"));
  CHECK(std::filesystem::last_write_time(path) == written);

  std::filesystem::remove(path);
  const auto missing = prepared.train({"--model.0.load=true", "--model.0.train=false"});
  CHECK(missing.exit_code == 0);
  CHECK_THAT(missing.err, contains("small_r1.pth: not found; the model keeps its initial weights"));

  const auto unevaluated = prepared.train({"--model.0.evaluate=false", "--model.0.epochs=0"});
  CHECK_THAT(unevaluated.out, contains("test_acc = None"));
}

TEST_CASE("several models and runs are trained one after the other, each from its own weights", "[command]") {
  const Prepared prepared;
  auto config = kConfig;
  const std::string disabled = "kind = \"TorchVisionModel\"\ndisabled = true\nparams.anything = 1";
  config.replace(config.find(disabled), disabled.size(),
                 "params = {filters = [4], kernel_sizes = [3], paddings = [1], strides = [2], pool_sizes = [2], "
                 "dropouts = 0.1, fc_units = []}");
  config.replace(config.find("last_run = 1"), 12, "last_run = 2");
  testing::write_text(prepared.folder / "c.toml", config);
  const auto weights = [&](const char* name) {
    return testing::read_text(prepared.folder / ("out/learningmodel/" + std::string(name)));
  };

  REQUIRE(prepared.train({"--model.1.epochs=0"}).exit_code == 0);
  CHECK(testing::files_below(prepared.folder.path() / "out/learningmodel") ==
        Arguments{"other_r1.pth", "other_r2.pth", "small_r1.pth", "small_r2.pth"});
  const auto csv = testing::read_text(only_file(prepared.folder.path() / "logs/bench", ".csv"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 5);
  const auto small = weights("small_r1.pth"), other = weights("other_r1.pth");
  CHECK(small != weights("small_r2.pth"));
  CHECK(small != other);
  // The weights of a later model follow from the number of train calls before it, not from what these drew.
  REQUIRE(prepared.train({"--model.0.epochs=1", "--model.1.epochs=0"}).exit_code == 0);
  CHECK(weights("small_r1.pth") != small);
  CHECK(weights("other_r1.pth") == other);
}

TEST_CASE("networks without time and single-step networks train from their files", "[command]") {
  const Prepared prepared;
  const auto train = [&](const std::string& from, const std::string& to, const Arguments& more) {
    auto config = kConfig;
    config.replace(config.find("SpikingJellyMultiStep"), 21, from);
    const std::string neuron = "neuron = {kind = \"LIFNode\", params = {v_reset = false, step_mode = \"m\"}}\n";
    config.replace(config.find(neuron), neuron.size(), to);
    if (from == "PyTorch") config.replace(config.find("timesteps = 2\n"), 14, "");
    testing::write_text(prepared.folder / "c.toml", config);
    const auto run = prepared.train(more);
    INFO(run.err);
    CHECK(run.exit_code == 0);
  };
  train("PyTorch", "", {"--model.0.kind=CNN"});
  train("SpikingJelly", "neuron = {kind = \"IFNode\"}\n", {"--bench.use_test_as_valid=True"});
}

TEST_CASE("help and version need no configuration", "[command]") {
  const TemporaryFolder folder;
  const auto help = run_program(folder.path().string(), {"--help"});
  CHECK(help.exit_code == 0);
  CHECK_THAT(help.out, contains("Exit codes"));
  const auto version = run_program(folder.path().string(), {"--version"});
  CHECK(version.exit_code == 0);
  CHECK_THAT(version.out, contains("LibTorch 2.11.0"));
}

TEST_CASE("a postprocessing that does not exist yet is named first and last; training and export are done",
          "[command]") {
  const Prepared prepared;
  testing::write_text(prepared.folder / "c.toml",
                      kConfig + "[[postprocessing]]\nkind = \"QuantizationAwareTraining\"\nexport = true\n");
  const auto run = prepared.train();
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.out, contains("weights = out/learningmodel/small_r1.pth"));
  CHECK_THAT(run.first_error_line(), contains("will be left out: QuantizationAwareTraining"));
  CHECK_THAT(run.err,
             contains("postprocessing: not offered yet: QuantizationAwareTraining; training and export are done"));
  CHECK(std::filesystem::exists(prepared.folder / "out/learningmodel/small_r1.pth"));
}

TEST_CASE("the best epoch by the checkpoint metric is kept if asked for", "[command][checkpoint]") {
  const Prepared prepared;
  const Arguments best = {"--learningframework.params.use_best_epoch=True", "--bench.use_test_as_valid=True",
                          "--learningframework.params.checkpoint_metric={'name': 'train_loss', 'mode': 'max'}",
                          "--model.0.epochs=5"};
  REQUIRE(prepared.train({"--model.0.epochs=1"}).exit_code == 0);
  const auto path = prepared.folder / "out/learningmodel/small_r1.pth";
  const auto first_epoch = testing::read_text(path);
  const auto run = prepared.train(best);
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out,
             contains("kept the weights of the best epoch, out/checkpoints/small_r1_train/epoch=0-step=3.pth"));
  CHECK(testing::read_text(path) == first_epoch);  // the loss falls, and the largest one was asked for
  CHECK(testing::files_below(prepared.folder.path() / "out/checkpoints/small_r1_train").size() == 2);

  const auto without = prepared.train({"--learningframework.params.use_best_epoch=True"});
  CHECK(without.exit_code == 0);
  CHECK_THAT(without.err, contains("val_avgclsacc was not measured"));
}

TEST_CASE("several runs end in a line of mean and deviation", "[command]") {
  const Prepared prepared;
  const auto run = prepared.train({"--bench.last_run=3", "--model.0.epochs=1"});
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, contains("small: test_acc 0.") && contains(" ± 0.") && contains("of 3 runs"));
  CHECK_THAT(prepared.train().out, !contains(" ± "));
}

TEST_CASE("evaluate and predict use the weights that training wrote", "[command][predict]") {
  const Prepared prepared;
  const auto root = prepared.folder.path().string();
  const Arguments predict = {"c.toml",   "predict", "--input", "out/data/FashionMNIST/test/data.npy",
                             "--output", "y.csv"};
  auto run = run_program(root, predict);
  CHECK(run.exit_code == 3);
  CHECK_THAT(run.first_error_line(), contains("out/learningmodel/small_r1.pth"));
  const auto trained = prepared.train({"--model.0.epochs=20"});
  const auto accuracy = last_lines(trained.out, 3).substr(0, 19);

  run = run_program(root, {"c.toml", "evaluate"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK(last_lines(run.out, 3).substr(0, 19) == accuracy);
  const auto csv = testing::read_text(only_file(prepared.folder.path() / "logs/bench/evaluate", ".csv"));
  CHECK_THAT(csv, contains("name,i,quantization,params,mem_params,accuracy,avg_time,rom_size,ram_size,metrics\n"
                           "small,1,float32,2014,8056,0."));

  run = run_program(root, predict);
  CHECK(run.exit_code == 0);
  const auto table = testing::read_text(prepared.folder / "y.csv");
  CHECK(table.substr(0, table.find('\n')) ==
        "class,logit_0,logit_1,logit_2,logit_3,logit_4,logit_5,logit_6,logit_7,logit_8,logit_9");
  CHECK(std::count(table.begin(), table.end(), '\n') == 21);
  int right = 0;
  std::istringstream rows(table.substr(table.find('\n') + 1));
  std::string row;
  for (int i = 0; std::getline(rows, row); ++i) right += row[0] == '0' + i % 10;
  CHECK("test_acc = " + std::to_string(right / 20.0) == accuracy);

  run = run_program(root, {"c.toml", "predict", "--input", "nowhere.npy", "--output", "y.csv"});
  CHECK(run.exit_code == 3);
  CHECK_THAT(run.first_error_line(), contains("nowhere.npy"));
}

TEST_CASE("a dry run shows configuration, data and models, and writes nothing", "[command][describe]") {
  const Prepared prepared;
  const auto before = testing::files_below(prepared.folder.path());
  const auto run = prepared.train({"--dry-run", "--model.0.epochs=9"});
  INFO(run.err);
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, contains("epochs = 9 ") && contains("# --model.0.epochs=9"));
  CHECK_THAT(run.out, contains("train: x [40, 28, 28, 1] Float, y [40, 10]"));
  CHECK_THAT(run.out, contains("layers.conv1          Conv2d          [4, 14, 14]       36          7056"));
  CHECK_THAT(run.out, contains("MACs per sample: 9016 x 2 time steps"));
  // Of 1000 samples: the convolution's output once, 4 x 14 x 14, and the dropout's mask; 196 features at both steps.
  const auto kept = [&prepared](const std::string& precision) {
    return prepared
        .train({"--dry-run", "--model.0.batch_size=1000", "--learningframework.params.precision=" + precision})
        .out;
  };
  const std::string block = "layers.bn1+neuron1+dropout1+maxpool1        [4, 7, 7]         ";
  const std::string linear = "layers.fc1                                  [10]              ";
  CHECK_THAT(kept("32"), contains("kept for backward, 1000 samples"));
  CHECK_THAT(kept("32"), contains(block + "6.0 MiB") && contains(linear + "1.5 MiB"));
  CHECK_THAT(kept("64"), contains(block + "12.0 MiB") && contains(linear + "3.0 MiB"));
  CHECK(testing::files_below(prepared.folder.path()) == before);
}

TEST_CASE("list and describe tell what there is", "[command][describe]") {
  const TemporaryFolder folder;
  const auto root = folder.path().string();
  const auto all = run_program(root, {"list"});
  CHECK(all.exit_code == 0);
  CHECK_THAT(all.out, contains("LIFNode") && contains("CosineAnnealingLR") && contains("not offered yet: "));
  const auto neurons = run_program(root, {"list", "neuron"});
  CHECK_THAT(neurons.out, contains("IFNode") && !contains("Adam"));
  const auto lif = run_program(root, {"describe", "LIFNode"});
  CHECK(lif.exit_code == 0);
  CHECK_THAT(lif.out, contains("LIFNode (neuron)") && contains("h = v + (x - (v - v_rest)) / tau") &&
                          contains("Source: ") && contains("tau: float, default 2.0, > 1") &&
                          contains("membrane time constant"));
  const auto wrong = run_program(root, {"describe", "LIFNod"});
  CHECK(wrong.exit_code == 2);
  CHECK_THAT(wrong.err, contains("LIFNod: unknown kind; did you mean \"LIFNode\"?"));
  CHECK_THAT(run_program(root, {"list", "neurons"}).err, contains("did you mean \"neuron\"?"));
}

TEST_CASE("replaying Qualia's draws gives other bits than our own streams, and equal ones each time",
          "[command][reproduce]") {
  const Prepared prepared;
  const auto weights = [&](const Arguments& more) {
    REQUIRE(prepared.train(more).exit_code == 0);
    return testing::read_text(prepared.folder / "out/learningmodel/small_r1.pth");
  };
  const auto replayed = weights({"--bench.reproduce=qualia"});
  CHECK(weights({"--bench.reproduce='qualia'"}) == replayed);
  CHECK(weights({"--bench.reproduce=False"}) != replayed);
}

TEST_CASE("the configuration that a run leaves behind runs again to the same bits", "[command][dump]") {
  const Prepared prepared;
  const auto root = prepared.folder.path();
  // A template and list elements that only the include has, and what TOML cannot write.
  testing::write_text(prepared.folder / "common.toml",
                      "[[data_augmentation]]\nkind = \"GaussianNoise\"\nparams = {sigma = 0.1}\n"
                      "[model_template]\nepochs = 7\n[[model]]\nname = \"included\"\nkind = \"TorchVisionModel\"\n"
                      "disabled = true\n");
  const Arguments words = {"--includes=['common.toml']", "--model.0.params.neuron.params.v_reset=None",
                           "--model_template.batch_size=3", "--model.0.params.fc_units=[5]", "--bench.name='a\x7f\"b'"};
  REQUIRE(prepared.train(words).exit_code == 0);
  const auto weights = prepared.folder / "out/learningmodel/small_r1.pth";
  const auto first = testing::read_text(weights);
  std::filesystem::rename(only_file(root / "logs", ".toml"), root / "dump.toml");
  std::filesystem::remove_all(root / "logs");
  std::filesystem::remove(weights);
  auto run = run_program(root.string(), {"dump.toml", "train"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK(testing::read_text(weights) == first);
  CHECK(run_program(root.string(),
                    {"dump.toml", "predict", "--input", "out/data/FashionMNIST/test/data.npy", "--output", "y.csv"})
            .exit_code == 0);
}

TEST_CASE("augmentations and optimisers that only training needs do not keep weights from being evaluated",
          "[command][evaluate]") {
  const Prepared prepared;
  REQUIRE(prepared.train({"--model.0.epochs=1"}).exit_code == 0);
  auto config = kConfig;
  config.replace(config.find("kind = \"Adam\""), 13, "kind = \"LBFGS\"");
  testing::write_text(prepared.folder / "c.toml",
                      config + "[[data_augmentation]]\nkind = \"TorchVisionModelTransforms\"\n");
  const auto root = prepared.folder.path().string();
  CHECK(prepared.train().exit_code == 2);
  CHECK(run_program(root, {"c.toml", "evaluate"}).exit_code == 0);
  CHECK(prepared.train({"--model.0.train=false", "--model.0.load=true"}).exit_code == 0);
  const auto needed = run_program(root, {"c.toml", "evaluate", "--data_augmentation.0.params.evaluate=true"});
  CHECK(needed.exit_code == 2);
  CHECK_THAT(needed.err, contains("TorchVisionModelTransforms"));
}

TEST_CASE("evaluate measures what train measured, random augmentations included", "[command][evaluate]") {
  const Prepared prepared;
  testing::write_text(prepared.folder / "c.toml",
                      kConfig + "[[data_augmentation]]\nkind = \"GaussianNoise\"\nparams = {evaluate = true}\n");
  const auto trained = prepared.train({"--model.0.epochs=8"});
  const auto evaluated = run_program(prepared.folder.path().string(), {"c.toml", "evaluate"});
  CHECK(last_lines(evaluated.out, 3).substr(0, 19) == last_lines(trained.out, 3).substr(0, 19));
}
