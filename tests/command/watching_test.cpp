// What a person sees of a run: the bar on a terminal, the log, and the report.
#include "tests/command/prepared.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using testing::Arguments;
using testing::Prepared;
using testing::run_program_on_terminal;

namespace {

constexpr const char* kEraseLine = "\r\x1b[K";

std::string only_report(const Prepared& prepared) {
  const auto folder = prepared.folder.path() / "logs/bench/report";
  const auto files = testing::files_below(folder);
  REQUIRE(files.size() == 1);
  CHECK(files[0].ends_with("/small_r1.html"));
  return testing::read_text((folder / files[0]).string());
}

}  // namespace

TEST_CASE("a bar is live on a terminal, and nowhere else", "[command][watching]") {
  const Prepared prepared;
  const auto folder = prepared.folder.path().string();
  const Arguments train = {"c.toml", "train"};
  const auto shown = run_program_on_terminal(folder, train);
  INFO(shown.out);
  REQUIRE(shown.exit_code == 0);
  CHECK_THAT(shown.out, contains(std::string(kEraseLine) + "epoch 2/2  [====================]  3/3  loss "));
  CHECK_THAT(shown.out, contains(" samples/s") && contains(" left"));
  // What comes after the last message of the training is no bar.
  const auto end = shown.out.substr(shown.out.find("training took"));
  CHECK(end.find("samples/s") == std::string::npos);
  CHECK(end.find("loss 0") == std::string::npos);

  const auto piped = testing::run_program(folder, train);
  CHECK(piped.out.find('\r') == std::string::npos);
  CHECK(piped.out.find('\x1b') == std::string::npos);
  for (const char* const without : {"--learningframework.params.enable_progress_bar=false",
                                    "--learningframework.params.progress_bar_refresh_rate=0"}) {
    const auto none = run_program_on_terminal(folder, {"c.toml", "train", without});
    CHECK(none.exit_code == 0);
    CHECK(none.out.find(kEraseLine) == std::string::npos);
  }
  const auto dumb = run_program_on_terminal(folder, train, "dumb");
  CHECK(dumb.out.find(kEraseLine) == std::string::npos);
}

TEST_CASE("quiet leaves the results, verbose adds the layers' spikes", "[command][watching]") {
  const Prepared prepared;
  const auto quiet = prepared.train({"--quiet"});
  CHECK(quiet.exit_code == 0);
  CHECK(quiet.out.starts_with("test_acc = "));
  const auto usual = prepared.train();
  CHECK_THAT(usual.out, contains("firing rates: layers.neuron1 "));
  CHECK(usual.out.find("mean |gradient| in") == std::string::npos);
  const auto verbose = prepared.train({"--verbose"});
  CHECK_THAT(verbose.out, contains("spikes of layers.neuron1: ") && contains("mean |gradient| in "));
  const auto off = prepared.train({"--learningframework.params.spike_health=false"});
  CHECK(off.out.find("firing rates") == std::string::npos);
}

TEST_CASE("dead layers are told", "[command][watching]") {
  const Prepared prepared;
  const auto run = prepared.train({"--model.0.params.neuron.params.v_threshold=1000.0"});
  CHECK_THAT(run.out, contains("firing rates: layers.neuron1 0 (dead: 100.0 % never fire)"));
}

TEST_CASE("each model leaves a report of its run", "[command][watching]") {
  const Prepared prepared;
  const auto run = prepared.train();
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, contains("report = logs/bench/report/"));
  const auto page = only_report(prepared);
  for (const char* const part : {"<h1>small_r1</h1>", "c.toml train</code>", "layers.<wbr/>conv1", "layers.neuron1",
                                 "model.0.epochs", "c.toml:26:10", "Confusion matrix", "test sample 0, class 0",
                                 "FashionMNIST, train: x [40, 28, 28, 1]", "LibTorch"}) {
    INFO(part);
    CHECK(page.find(part) != std::string::npos);
  }
}

TEST_CASE("a report that cannot be written costs nothing else", "[command][watching]") {
  const Prepared prepared;
  testing::write_text(prepared.folder / "logs/bench/report", "a file where a folder has to be");
  const auto run = prepared.train();
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.err, contains("there is no report: "));
  CHECK_THAT(run.out, contains("test_acc = "));
}
