// The chain of [[postprocessing]] of the built program.
#include "qualia_snn/io/npy.h"
#include "tests/command/prepared.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using testing::Prepared;

namespace {

const std::string kChain = R"(
[[postprocessing]]
kind = "FuseBatchNorm"
export = true

[[postprocessing]]
kind = "OperationCounter"

[[postprocessing]]
kind = "EnergyEstimationMetric"
params.mem_width = 8
params.fifo_size = 64
params.corrected = true
)";

void add(const Prepared& prepared, const std::string& steps) {
  testing::write_text(prepared.folder / "c.toml", testing::kConfig + steps);
}

/// The one file of a log with such an end.
std::string log_of(const Prepared& prepared, const std::string& kind, const std::string& end) {
  const auto folder = prepared.folder.path() / "logs/bench" / kind;
  std::string found;
  for (const auto& file : testing::files_below(folder)) {
    if (file.ends_with(end)) found = testing::read_text((folder / file).string());
  }
  INFO(kind << " " << end);
  REQUIRE(!found.empty());
  return found;
}

}  // namespace

TEST_CASE("a network is fused, exported and counted in one run, in both step modes", "[command][postprocessing]") {
  const Prepared prepared;
  add(prepared, kChain);
  for (const bool multi : {true, false}) {
    std::filesystem::remove_all(prepared.folder.path() / "logs");
    const auto run =
        multi ? prepared.train()
              : prepared.train({"--learningframework.kind=SpikingJelly", "--model.0.params.neuron.params.step_mode=s"});
    INFO(run.out << run.err);
    REQUIRE(run.exit_code == 0);
    CHECK(std::filesystem::exists(prepared.folder.path() / "out/learningmodel/small_fused_r1.pth"));
    CHECK_THAT(run.out,
               contains("evaluated small_fused: test_acc") && contains("energy of one inference of small_fused"));
    CHECK_THAT(run.out, contains("corrected: total is ") && contains("Qualia's code gives"));
    const auto operations = log_of(prepared, "OperationCounter", "_small_fused.csv");
    CHECK_THAT(operations, contains("name,syn_acc,syn_mac,addr_acc") && contains("\nlayers_conv1layers_neuron1,") &&
                               contains("\nTotal,"));
    CHECK_THAT(log_of(prepared, "EnergyEstimationMetric", "_small_fused_mem8bit_0.03_0.2_ICONIP_sramICONIP.csv"),
               contains("name,mem_pot,mem_weights"));
    CHECK_THAT(log_of(prepared, "EnergyEstimationMetric", ".svg"), contains("layers_conv1layers_neuron1</text>"));
    // As in Qualia, every step has its row.
    const auto results = log_of(prepared, "learningmodel", ".csv");
    CHECK(std::count(results.begin(), results.end(), '\n') == 5);
    CHECK_THAT(results, contains("\nsmall_fused,1,"));
  }
}

TEST_CASE("a step that fails names itself and leaves what was exported", "[command][postprocessing]") {
  const Prepared prepared;
  add(prepared,
      "\n[[postprocessing]]\nkind = \"FuseBatchNorm\"\nexport = true\n\n[[postprocessing]]\n"
      "kind = \"VisualizeFeatureMaps\"\nparams.data_range = [20, 30]\n");
  const auto run = prepared.train();
  CHECK(run.exit_code == 3);
  CHECK_THAT(run.err, contains("the postprocessing VisualizeFeatureMaps of small_fused_r1 failed") &&
                          contains("params.data_range = [20, 30]: no sample of the test set is there"));
  CHECK(std::filesystem::exists(prepared.folder.path() / "out/learningmodel/small_r1.pth"));
  CHECK(std::filesystem::exists(prepared.folder.path() / "out/learningmodel/small_fused_r1.pth"));
}

TEST_CASE("what a step cannot work on is told before the training", "[command][postprocessing]") {
  const Prepared prepared;
  const auto refuse = [&](const std::string& step, const std::string& what) {
    add(prepared, "\n[[postprocessing]]\n" + step);
    for (const bool dry : {false, true}) {
      const auto run = prepared.train(dry ? testing::Arguments{"--dry-run"} : testing::Arguments{});
      INFO(run.err);
      CHECK(run.exit_code == 2);
      CHECK_THAT(run.err, contains(what));
    }
    CHECK(!std::filesystem::exists(prepared.folder.path() / "out/learningmodel"));
  };
  refuse("kind = \"EnergyEstimationMetric\"\nparams.mem_width = 8\n", "params.fifo_size = 0");
  refuse("kind = \"EnergyEstimationMetric\"\nparams.mem_widht = 8\n",
         "params.mem_widht = 8: unknown key; did you mean \"mem_width\"?");
  refuse("kind = \"VisualizeFeatureMaps\"\nparams.data_range = [1]\n", "data_range: expected two numbers");
  refuse("kind = \"Distribution\"\nparams.min = 5\n", "min = 5: must be below max = 5");
}

TEST_CASE("parameters and feature maps are written as tables, arrays and pictures", "[command][postprocessing]") {
  const Prepared prepared;
  add(prepared,
      "\n[[postprocessing]]\nkind = \"Distribution\"\nparams.output_pdf = true\n\n[[postprocessing]]\n"
      "kind = \"VisualizeFeatureMaps\"\nparams.data_range = [0, 5]\n");
  const auto run = prepared.train();
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const auto out = prepared.folder.path() / "out";
  const auto table = testing::read_text((out / "distribution/small/small_r1_distribution.csv").string());
  CHECK_THAT(table, contains("name,min,max,mean,std,low,high,bin_0,") && contains("\nlayersconv01-weight,"));
  CHECK_THAT(testing::read_text((out / "distribution/small/small_r1_distribution.svg").string()),
             contains("layersconv01-weight</text>") && contains("</svg>"));
  const auto maps = out / "feature_maps/small";
  for (const auto* layer : {"__INPUT__", "layers.conv1", "layers.neuron1"}) {
    const auto base = (maps / (std::string("small_r1_") + layer)).string();
    CHECK(io::read_npy(base + ".npy").dim() == 3);
    for (const auto* end : {".png", "_sum.png"}) {
      CHECK(testing::read_text(base + end).substr(0, 4) == std::string("\x89") + "PNG");
    }
  }
}

TEST_CASE("evaluation and prediction are of the model that was exported last", "[command][postprocessing]") {
  const Prepared prepared;
  add(prepared, kChain);
  REQUIRE(prepared.train().exit_code == 0);
  const auto folder = prepared.folder.path().string();
  const auto evaluation = testing::run_program(folder, {"c.toml", "evaluate"});
  INFO(evaluation.out << evaluation.err);
  REQUIRE(evaluation.exit_code == 0);
  CHECK_THAT(evaluation.out, contains("evaluated small_fused_r1_eval_test"));
  CHECK_THAT(log_of(prepared, "evaluate", ".csv"), contains("\nsmall_fused,1,float32,"));
  const auto prediction = testing::run_program(
      folder, {"c.toml", "predict", "--input", "out/data/FashionMNIST/test/data.npy", "--output", "classes.csv"});
  INFO(prediction.err);
  CHECK_THAT(prediction.out, contains("small_fused_r1.pth"));
  // Without it, the weights are not taken for those of another model.
  std::filesystem::remove(prepared.folder.path() / "out/learningmodel/small_fused_r1.pth");
  const auto missing = testing::run_program(folder, {"c.toml", "evaluate"});
  CHECK(missing.exit_code == 3);
  CHECK_THAT(missing.err, contains("small_fused_r1.pth"));
}

TEST_CASE("a run that goes on does not write the tables of its steps a second time", "[command][postprocessing]") {
  const Prepared prepared;
  add(prepared,
      "\n[[postprocessing]]\nkind = \"OperationCounter\"\n\n[[postprocessing]]\nkind = \"VisualizeFeatureMaps\"\n"
      "params.create_pdf = false\n");
  const auto root = prepared.folder.path();
  testing::write_text((root / "out/feature_maps").string(), "a file where a folder should be");
  const auto stopped = prepared.train();
  INFO(stopped.err);
  REQUIRE(stopped.exit_code == 3);
  const auto tables = testing::files_below((root / "logs/bench/OperationCounter").string());
  CHECK(tables.size() == 1);
  std::filesystem::remove(root / "out/feature_maps");
  const auto resumed = prepared.train({"--resume"});
  INFO(resumed.out << resumed.err);
  REQUIRE(resumed.exit_code == 0);
  CHECK(std::filesystem::exists(root / "out/feature_maps/small/small_r1_layers.conv1.npy"));
  CHECK(testing::files_below((root / "logs/bench/OperationCounter").string()) == tables);
}

TEST_CASE("weights are written as safetensors too where that is asked for, and read from there", "[command]") {
  const Prepared prepared;
  add(prepared, "\n[[postprocessing]]\nkind = \"FuseBatchNorm\"\nexport = true\n");
  REQUIRE(prepared.train({"--bench.safetensors=true"}).exit_code == 0);
  const auto weights = prepared.folder.path() / "out/learningmodel";
  CHECK(testing::files_below(weights) == std::vector<std::string>{"small_fused_r1.pth", "small_fused_r1.safetensors",
                                                                  "small_r1.pth", "small_r1.safetensors"});
  const auto evaluate = [&] {
    const auto run = testing::run_program(prepared.folder.path().string(), {"c.toml", "evaluate"});
    INFO(run.err);
    CHECK(run.exit_code == 0);
    return run.out.substr(run.out.find("evaluated small_fused_r1_eval_test"), 60);
  };
  const auto from_pth = evaluate();
  std::filesystem::remove(weights / "small_fused_r1.pth");
  CHECK(evaluate() == from_pth);
  std::filesystem::remove(weights / "small_r1.pth");
  const auto loaded = prepared.train({"--model.0.load=true", "--model.0.train=false"});
  CHECK(loaded.exit_code == 0);
  CHECK(loaded.err.find("not found") == std::string::npos);
  std::filesystem::remove(weights / "small_r1.safetensors");
  CHECK_THAT(prepared.train({"--model.0.load=true", "--model.0.train=false"}).err, contains("small_r1.pth: not found"));
}
