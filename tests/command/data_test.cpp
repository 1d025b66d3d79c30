// preprocess_data of the built program on data sets of every kind, and what is left when it is killed.
#include <chrono>
#include <filesystem>
#include <random>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/npy.h"
#include "tests/support/files.h"
#include "tests/support/program.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using testing::run_program;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

const std::string kMedia = QUALIA_SNN_SOURCE "/tests/dataset/fixtures/media";

/// A configuration of one small network; `rest` names data set and preprocessings.
std::string config(const std::string& framework, const std::string& timesteps, const std::string& rest) {
  return "[bench]\nname = \"bench\"\nseed = 2\nfirst_run = 1\nlast_run = 1\n[learningframework]\nkind = \"" +
         framework + "\"\nparams = {accelerator = \"cpu\", enable_confusion_matrix = false}\n" + rest +
         "\n[model_template]\nkind = \"SCNN\"\nepochs = 1\nbatch_size = 2\nparams = {dims = 1, timesteps = " +
         timesteps +
         ", neuron = {kind = \"IFNode\", params = {step_mode = \"m\"}}}\n"
         "optimizer = {kind = \"Adam\", params = {lr = 1e-2}}\n[[model]]\nname = \"small\"\n"
         "params = {filters = [4], kernel_sizes = [3], paddings = [1], strides = [1], pool_sizes = [2], dropouts = 0, "
         "fc_units = []}\n";
}

const std::string kEvents = config("SpikingJellyMultiStepTimeStepsInData", "3", R"(
[dataset]
kind = "SHD"
params.path = "raw"
[[preprocessing]]
kind = "IntegrateEventsByFixedFramesNumber"
params = {split_by = "number", frames_num = 3}
[[preprocessing]]
kind = "Group2TimeStepsBySample"
params.timesteps = 3
[[preprocessing]]
kind = "Class2BinMatrix"
params.classes = 20
)");

/// A folder with a data set in raw/ and a configuration.
struct Project {
  Project(const std::string& media, const std::string& text) {
    fs::copy(kMedia + "/" + media, folder / "raw", fs::copy_options::recursive);
    testing::write_text(folder / "c.toml", text);
  }
  testing::ProgramRun run(const std::vector<std::string>& arguments) const {
    auto all = arguments;
    all.insert(all.begin(), "c.toml");
    return run_program(folder.path(), all);
  }
  TemporaryFolder folder;
};

}  // namespace

TEST_CASE("events are preprocessed, kept, and trained on", "[command][data]") {
  const Project project("shd", kEvents);
  const auto first = project.run({"preprocess_data"});
  INFO(first.out << first.err);
  REQUIRE(first.exit_code == 0);
  CHECK_THAT(first.out, contains("wrote out/data/SHD/train: x [2, 3, 700, 2], y [2, 20]"));
  CHECK(fs::exists(project.folder / "out/cache/SHD/manifest.json"));
  const auto x = io::read_npy(project.folder / "out/data/SHD/train/data.npy");
  CHECK(x.sum().item<float>() == 5);
  const auto trained = project.run({"train"});
  INFO(trained.out << trained.err);
  CHECK(trained.exit_code == 0);
  // What was read is kept: the raw files are not opened again.
  const auto again = project.run({"preprocess_data"});
  CHECK(again.exit_code == 0);
  CHECK_THAT(again.out, contains("reading SHD from out/cache/SHD"));
  testing::write_text(project.folder / "out/cache/SHD/train/t.npy", "damage");
  const auto damaged = project.run({"preprocess_data"});
  CHECK(damaged.exit_code == 0);
  CHECK_THAT(damaged.out + damaged.err, contains("out/cache/SHD: damaged, will be made anew"));
  CHECK(at::equal(io::read_npy(project.folder / "out/data/SHD/train/data.npy"), x));
}

TEST_CASE("a data set that is damaged ends with 3, and the one before stays", "[command][data]") {
  const Project project("shd", kEvents);
  REQUIRE(project.run({"preprocess_data"}).exit_code == 0);
  const auto before = testing::read_text(project.folder / "out/data/SHD/train/data.npy");
  fs::copy(kMedia + "/broken/order.h5", project.folder / "raw/shd_train.h5", fs::copy_options::overwrite_existing);
  const auto run = project.run({"preprocess_data"});
  CHECK(run.exit_code == 3);
  CHECK_THAT(run.first_error_line(), contains("raw/shd_train.h5: recording 0: event 1 at 99975 us comes after"));
  CHECK(testing::read_text(project.folder / "out/data/SHD/train/data.npy") == before);
  for (const auto& file : testing::files_below(project.folder / "out")) CHECK(file.find(".tmp") == std::string::npos);
}

TEST_CASE("EuroSAT is kept from its first reading on, and a ratio that its split ignores is told", "[command][data]") {
  const Project project("eurosat", config("SpikingJellyMultiStep", "3", R"(
[dataset]
kind = "EuroSAT"
params = {path = "raw", train_test_ratio = 0.5}
)"));
  const auto first = project.run({"preprocess_data"});
  INFO(first.out << first.err);
  REQUIRE(first.exit_code == 0);
  CHECK(fs::exists(project.folder / "raw/test_idx.json"));
  CHECK(fs::exists(project.folder / "out/cache/EuroSAT/manifest.json"));
  const auto again = project.run({"preprocess_data"});
  CHECK_THAT(again.out, contains("reading EuroSAT from out/cache/EuroSAT"));
  CHECK((again.out + again.err).find("has no effect") == std::string::npos);
  const auto other = project.run({"preprocess_data", "--dataset.params.train_test_ratio=1.0"});
  CHECK(other.exit_code == 0);
  CHECK_THAT(other.out + other.err, contains("EuroSAT: dataset.params.train_test_ratio = 1 has no effect: ") &&
                                        contains("2 training and 2 test images, where it would give 4 and 0"));
}

TEST_CASE("steps that do not fit the data say what is missing", "[command][data]") {
  const Project project("shd", config("SpikingJellyMultiStep", "3",
                                      "[dataset]\nkind = \"SHD\"\nparams.path = \"raw\"\n"
                                      "[[preprocessing]]\nkind = \"Class2BinMatrix\"\n"));
  const auto run = project.run({"preprocess_data"});
  CHECK(run.exit_code == 3);
  CHECK_THAT(run.first_error_line(), contains("Class2BinMatrix: expected arrays, but SHD consists of events; "
                                              "IntegrateEventsByFixedDuration or"));
}

TEST_CASE("audio and sensors are preprocessed and trained on", "[command][data]") {
  const auto [media, rest, wrote] = GENERATE(table<std::string, std::string, std::string>(
      {{"fsdd",
        "[dataset]\nkind = \"FSDD\"\nparams = {path = \"raw\", record_length = 32}\n[[preprocessing]]\nkind = "
        "\"MFCC\"\n"
        "params = {sample_rate = 8000, n_mfcc = 4, melkwargs = {n_fft = 16, n_mels = 6}}\n[[preprocessing]]\n"
        "kind = \"Class2BinMatrix\"\nparams.classes = 10\n",
        "wrote out/data/FSDD/train: x [2, 5, 4], y [2, 10]"},
       {"uci_har",
        "[dataset]\nkind = \"UCI_HAR\"\nparams = {path = \"raw\", variant = \"raw\"}\n[[preprocessing]]\n"
        "kind = \"DatamodelConverter\"\n[[preprocessing]]\nkind = \"Class2BinMatrix\"\nparams.classes = 6\n",
        "wrote out/data/UCI_HAR_raw/train: x [4, 128, 9], y [4, 6]"}}));
  const Project project(media, config("SpikingJellyMultiStep", "2", rest));
  const auto run = project.run({"preprocess_data"});
  INFO(run.out << run.err);
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, contains(wrote));
  const auto trained = project.run({"train"});
  INFO(trained.out << trained.err);
  CHECK(trained.exit_code == 0);
}

TEST_CASE("killed at any moment, preprocess_data leaves the old output or the new one, complete", "[command][data]") {
  const std::string text = config("SpikingJellyMultiStep", "2", R"(
[dataset]
kind = "NPY"
params.path = "raw.npz"
[[preprocessing]]
kind = "Normalize"
params = {method = "min-max", axis = [0, 1, 2]}
)");
  const TemporaryFolder folder;
  testing::write_text(folder / "c.toml", text);
  const auto make_input = [&](float largest) {
    fs::create_directories(folder / "raw");
    auto x = at::rand({4000, 200, 3});
    x[0].fill_(largest);
    for (const std::string set : {"train", "test"}) {
      io::write_npy(folder / ("raw/x_" + set + ".npy"), x);
      io::write_npy(folder / ("raw/y_" + set + ".npy"), at::one_hot(at::arange(4000) % 4, 4).to(at::kFloat));
    }
  };
  const std::vector<std::string> command{"c.toml", "preprocess_data", "--dataset.params.path=raw"};
  const auto output = [&] {
    std::string all;
    for (const auto& file : testing::files_below(folder / "out/data/NPY")) {
      all += file + ":" + testing::read_text(folder / ("out/data/NPY/" + file));
    }
    return all;
  };
  make_input(2);
  const auto start = std::chrono::steady_clock::now();
  REQUIRE(run_program(folder.path(), command).exit_code == 0);
  const auto whole = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  testing::write_text(folder / "out/data/NPY/notes.txt", "mine");
  const auto old_output = output();
  make_input(3);
  std::mt19937 random(1);
  int kept = 0, replaced = 0;
  std::string new_output;
  constexpr int kTries = 20;
  for (int i = 0; i < kTries; ++i) {
    const auto moment = std::uniform_real_distribution<double>(0.2, 1.0)(random) * whole;
    run_program(folder.path(), command, {"", "", concat("timeout --foreground -s KILL ", moment)});
    const auto found = output();
    if (found == old_output) {
      ++kept;
      continue;
    }
    if (new_output.empty()) new_output = found;
    CHECK(found == new_output);
    ++replaced;
  }
  // Removes what the last of the killed processes left.
  for (int i = 0; i < 2; ++i) REQUIRE(run_program(folder.path(), command).exit_code == 0);
  if (!new_output.empty()) CHECK(output() == new_output);
  CHECK(output() != old_output);
  CHECK(testing::read_text(folder / "out/data/NPY/notes.txt") == "mine");
  for (const auto& entry : fs::directory_iterator(folder / "out/data")) CHECK(entry.path().filename() == "NPY");
  CHECK(kept + replaced == kTries);
}

TEST_CASE("killed at any moment while raw files are kept, preprocess_data makes the same of them", "[command][data]") {
  const Project project("shd", kEvents);
  const auto run = [&](const std::string& under) {
    return run_program(project.folder.path(), {"c.toml", "preprocess_data"}, {"", "", under});
  };
  const auto output = [&] {
    std::string all;
    for (const std::string part : {"train/data", "train/labels", "test/data", "test/labels"}) {
      all += testing::read_text(project.folder / ("out/data/SHD/" + part + ".npy"));
    }
    return all;
  };
  const auto start = std::chrono::steady_clock::now();
  REQUIRE(run("").exit_code == 0);
  const auto whole = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto expected = output();
  std::mt19937 random(2);
  int kept = 0;
  for (int i = 0; i < 10; ++i) {
    // Raw files of another date: what was kept of them no longer counts.
    fs::last_write_time(project.folder / "raw/shd_train.h5", fs::file_time_type::clock::now());
    const auto moment = std::uniform_real_distribution<double>(0.3, 1.0)(random) * whole;
    run(concat("timeout --foreground -s KILL ", moment));
    const auto next = run("");
    INFO(next.out << next.err);
    REQUIRE(next.exit_code == 0);
    CHECK(output() == expected);
    kept += next.out.find("reading SHD from out/cache/SHD") != std::string::npos ? 1 : 0;
  }
  INFO("kept by killed runs: " << kept);
  CHECK(fs::exists(project.folder / "out/cache/SHD/manifest.json"));
  for (const auto& entry : fs::directory_iterator(project.folder / "out/cache")) {
    CHECK(entry.path().filename() == "SHD");
  }
}
