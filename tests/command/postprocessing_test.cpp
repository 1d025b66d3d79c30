// The chain of [[postprocessing]] of the built program.
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
      "kind = \"EnergyEstimationMetric\"\nparams.mem_width = 8\n");
  const auto run = prepared.train();
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, contains("the postprocessing EnergyEstimationMetric of small_fused_r1 failed") &&
                          contains("params.fifo_size = 0"));
  CHECK(std::filesystem::exists(prepared.folder.path() / "out/learningmodel/small_r1.pth"));
  CHECK(std::filesystem::exists(prepared.folder.path() / "out/learningmodel/small_fused_r1.pth"));
  add(prepared, "\n[[postprocessing]]\nkind = \"EnergyEstimationMetric\"\nparams.mem_widht = 8\n");
  CHECK_THAT(prepared.train().err, contains("params.mem_widht = 8: unknown key; did you mean \"mem_width\"?"));
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
    return run.out.substr(run.out.find("evaluated small_r1_eval_test"), 200);
  };
  const auto from_pth = evaluate();
  std::filesystem::remove(weights / "small_r1.pth");
  CHECK(evaluate().substr(0, 60) == from_pth.substr(0, 60));
  const auto loaded = prepared.train({"--model.0.load=true", "--model.0.train=false"});
  CHECK(loaded.exit_code == 0);
  CHECK(loaded.err.find("not found") == std::string::npos);
  std::filesystem::remove(weights / "small_r1.safetensors");
  CHECK_THAT(prepared.train({"--model.0.load=true", "--model.0.train=false"}).err, contains("small_r1.pth: not found"));
}
