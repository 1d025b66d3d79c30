#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/experimenttracking/lightning_logs.h"
#include "qualia_snn/experimenttracking/tensorboard_histogram.h"
#include "qualia_snn/experimenttracking/tensorboard_logger.h"
#include "qualia_snn/io/tfrecord.h"
#include "qualia_snn/learningframework/spikingjelly.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

namespace fs = std::filesystem;
using namespace qualia_snn;
using experimenttracking::EventFile;
using experimenttracking::TensorBoardLogger;
using experimenttracking::tensorboard::make_histogram;
using testing::hex;
using testing::TemporaryFolder;
namespace tensorboard = experimenttracking::tensorboard;

namespace {

/// Says so where this build has no protobuf.
bool is_available() {
  if (!tensorboard::is_available()) WARN("skipped: this build has no protobuf");
  return tensorboard::is_available();
}

/// The warnings while it lives.
class Warnings {
 public:
  Warnings() {
    log::set_handler([this](log::Level level, std::string_view text) {
      if (level == log::Level::kWarning) texts.emplace_back(text);
    });
  }
  ~Warnings() { log::set_handler({}); }

  std::vector<std::string> texts;
};

std::vector<std::string> event_files(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& file : testing::files_below(folder)) {
    if (file.starts_with("events.out.tfevents.")) paths.push_back((fs::path(folder) / file).string());
  }
  return paths;
}

/// Returns the events of a file, without their times: a file is what it is up to those.
std::vector<std::string> events(const std::string& path) {
  const auto bytes = testing::read_text(path);
  std::vector<std::string> list;
  for (std::size_t at = 0; at < bytes.size();) {
    std::uint64_t length = 0;
    for (int i = 7; i >= 0; --i)
      length = length << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
    const auto event = bytes.substr(at + 12, length);
    REQUIRE(io::tfrecord(event) == bytes.substr(at, length + 16));
    REQUIRE(event[0] == '\x09');  // wall_time, 8 bytes
    list.push_back(hex(event.substr(9)));
    at += length + 16;
  }
  return list;
}

std::string without_time(const std::string& event) { return hex(event.substr(9)); }

learningframework::StepInfo step_at(std::int64_t updates, double loss) {
  return {0, updates - 1, 1000, updates,
          8, loss,        0.01, [] {
            return learningframework::Metrics{{"train_prec", 0.5}, {"train_acc", 0.25}}; }};
}

learningframework::EpochInfo epoch_at(std::int64_t epoch, std::int64_t updates) {
  return {epoch, 3, updates, 0.5, 0.25, 1, 100, {{"train_acc", 0.25}, {"val_prec", 0.5}, {"val_acc", 0.75}}, 0.125};
}

/// The updates of a training of three epochs of 60, from `first` on; `then` is called after each.
void train(TensorBoardLogger& logger, std::int64_t first, const std::function<void(std::int64_t)>& then = {}) {
  for (auto updates = first; updates <= 180; ++updates) {
    logger.on_step_end(step_at(updates, 1.0 / static_cast<double>(updates)));
    if (updates % 60 == 0) logger.on_epoch_end(epoch_at(updates / 60 - 1, updates));
    if (then) then(updates);
  }
  logger.on_fit_end();
}

/// Returns the events of a training that nothing disturbs.
std::vector<std::string> undisturbed() {
  const TemporaryFolder folder;
  TensorBoardLogger logger(folder / "run");
  train(logger, 1);
  return events(event_files(folder / "run").at(0));
}

}  // namespace

TEST_CASE("events are those of TensorBoard's own messages", "[experimenttracking][tensorboard]") {
  if (!is_available()) {
    CHECK_THROWS_WITH(tensorboard::scalar_event({1, 1}, "x", 1), contains("install libprotobuf-dev"));
    return;
  }
  // Serialised by Python's protobuf from the messages of tensorboard 2.21 and the summaries of torch 2.11.
  CHECK(hex(tensorboard::file_version_event(1.5)) ==
        "09000000000000f83f1a0d627261696e2e4576656e743a32520c0a0a7175616c69615f736e6e");
  CHECK(hex(tensorboard::scalar_event({1.5, 49}, "train_loss", 2.25)) ==
        "09000000000000f83f10312a130a110a0a747261696e5f6c6f73731500001040");
  CHECK(hex(tensorboard::scalar_event({1.5, 0}, "epoch", 0)) == "09000000000000f83f2a0e0a0c0a0565706f63681500000000");
  const auto histogram = make_histogram(at::tensor({1., 1., 1.05}, at::kDouble));
  REQUIRE(histogram);
  CHECK(hex(tensorboard::histogram_event({1.5, 3}, "h", *histogram)) ==
        "09000000000000f83f10032a680a660a01682a6109000000000000f03f11cdccccccccccf03f1900000000000008402166666666666608"
        "402952b81e85ebd10840321808996919155aed3f2b14facdbe24f03f6349c61505c2f13f3a180000000000000000000000000000004000"
        "0000000000f03f");
  CHECK(hex(tensorboard::image_event({1.5, 3}, "i", {2, 3, 3, "png"})) ==
        "09000000000000f83f10032a120a100a0169220b0802100318032203706e67");
  CHECK(hex(tensorboard::session_start_event(
            1.5, {{"lr", 0.5}, {"neuron", "LIF"}, {"epochs", std::int64_t{3}}, {"bias", true}})) ==
        "09000000000000f83f2a7d0a7b0a1c5f68706172616d735f2f73657373696f6e5f73746172745f696e666f4a5b0a590a0768706172616d"
        "73124e1a4c0a0f0a026c72120911000000000000e03f0a0f0a066e6575726f6e12051a034c49460a130a0665706f636873120911000000"
        "00000008400a0a0a04626961731202200129000000000000f83f");
  CHECK(hex(tensorboard::session_end_event(1.5)) ==
        "09000000000000f83f2a3a0a380a1a5f68706172616d735f2f73657373696f6e5f656e645f696e666f4a1a0a180a0768706172616d7312"
        "0d220b080111000000000000f83f");
}

TEST_CASE("texts that are no UTF-8 do not make a file unreadable", "[experimenttracking][tensorboard]") {
  if (!is_available()) return;
  CHECK(tensorboard::scalar_event({1, 1}, "a\xFF", 1) == tensorboard::scalar_event({1, 1}, "a\xEF\xBF\xBD", 1));
  CHECK(tensorboard::session_start_event(1, {{"x", "\xC3"}}) ==
        tensorboard::session_start_event(1, {{"x", "\xEF\xBF\xBD"}}));
}

TEST_CASE("a training leaves the events that Lightning leaves", "[experimenttracking][tensorboard]") {
  if (!is_available()) return;
  const TemporaryFolder folder;
  const auto runs = folder / "run/version_0";
  TensorBoardLogger logger(runs);
  for (std::int64_t updates = 1; updates <= 49; ++updates) logger.on_step_end(step_at(updates, 1));
  CHECK_FALSE(fs::exists(runs));  // the first record makes the file
  logger.on_step_end(step_at(50, 2.25));
  logger.on_step_end(step_at(50, 3));  // an update over several batches
  logger.on_epoch_end(epoch_at(0, 60));
  logger.on_fit_end();

  const auto files = event_files(runs);
  REQUIRE(files.size() == 1);
  std::vector<std::string> expected = {without_time(tensorboard::file_version_event(1))};
  const auto expect = [&](std::int64_t step, const std::string& tag, double value) {
    expected.push_back(without_time(tensorboard::scalar_event({1, step}, tag, value)));
  };
  expect(49, "train_acc", 0.25);
  expect(49, "train_prec", 0.5);
  expect(49, "train_loss", 2.25);
  expect(49, "epoch", 0);
  expect(59, "val_acc", 0.75);
  expect(59, "val_prec", 0.5);
  expect(59, "epoch", 0);
  expect(59, "train_acc", 0.25);
  expect(59, "lr", 0.125);
  expect(59, "epoch", 0);
  CHECK(events(files[0]) == expected);
  CHECK(testing::read_text(runs + "/hparams.yaml") == "{}\n");
}

TEST_CASE("how layers spike is written with an epoch", "[experimenttracking][tensorboard]") {
  if (!is_available()) return;
  const TemporaryFolder folder;
  TensorBoardLogger logger(folder / "run");
  auto info = epoch_at(0, 60);
  info.health.push_back({"layers.neuron1", {0.25, 0.5, 0, std::nan(""), 1e-3}});
  logger.on_epoch_end(info);
  const auto found = events(event_files(folder / "run").at(0));
  const auto has = [&](const std::string& tag, double value) {
    return std::count(found.begin(), found.end(), without_time(tensorboard::scalar_event({1, 59}, tag, value)));
  };
  CHECK(has("spikes/layers.neuron1/rate", 0.25) == 1);
  CHECK(has("spikes/layers.neuron1/silent", 0.5) == 1);
  CHECK(has("spikes/layers.neuron1/saturated", 0) == 1);
  CHECK(has("gradients/layers.neuron1/out", 1e-3) == 1);
  CHECK(found.size() == 1 + 6 + 4);  // NaN: not measured
}

TEST_CASE("hyper-parameters, histograms and images are written too", "[experimenttracking][tensorboard]") {
  if (!is_available()) return;
  const TemporaryFolder folder;
  const config::Registries registries;
  const learningframework::SpikingJelly module({}, {registries});
  TensorBoardLogger logger(folder / "run", {{"lr", 0.5}});
  logger.on_fit_begin({module, "run", 1, 1, 1});
  CHECK_FALSE(fs::exists(folder / "run"));
  logger.add_scalar("mine", 7, 0.5);
  logger.add_histogram("weights", 7, at::ones({2, 2}));
  logger.add_histogram("nothing", 7, at::zeros({0}));
  CHECK_THROWS_AS(logger.add_image("wrong", 7, at::zeros({2, 2, 2}, at::kByte)), ShapeError);
  logger.on_epoch_end(epoch_at(0, 10));
  logger.on_fit_end();
  const auto found = events(event_files(folder / "run").at(0));
  REQUIRE(found.size() == 1 + 3 + 6 + 1);
  CHECK(found[2] == without_time(tensorboard::scalar_event({1, 7}, "mine", 0.5)));
  CHECK(found[3] == without_time(tensorboard::histogram_event({1, 7}, "weights", *make_histogram(at::ones({2, 2})))));
  CHECK(testing::read_text(folder / "run/hparams.yaml") == "\"lr\": 0.5\n");

  // Nothing was trained: no file.
  TensorBoardLogger idle(folder / "idle", {{"lr", 0.5}});
  idle.on_fit_begin({module, "run", 0, 0, 0});
  idle.on_fit_end();
  CHECK_FALSE(fs::exists(folder / "idle"));
}

TEST_CASE("a training that is gone on with leaves the same events", "[experimenttracking][tensorboard]") {
  if (!is_available()) return;
  const auto expected = undisturbed();
  REQUIRE(expected.size() == 1 + 3 * 4 + 3 * 6);
  // States before the first record, at one, between two, at the end of an epoch, in the next, after the last.
  for (const std::int64_t kept : {10, 49, 50, 51, 60, 75, 180}) {
    INFO("state of update " << kept);
    const TemporaryFolder folder;
    const auto run = folder / "run";
    TensorBoardLogger killed(run);
    State state;
    train(killed, 1, [&](std::int64_t updates) {
      if (updates == kept) state = killed.save();
    });
    // It had come further, and was torn from its last record.
    const auto file = event_files(run).at(0);
    testing::write_text(file, testing::read_text(file) + "torn");
    TensorBoardLogger resumed(run);
    resumed.load(state);
    train(resumed, kept + 1);
    REQUIRE(event_files(run).size() == 1);
    CHECK((event_files(run)[0] == file || kept < 50));
    CHECK(events(event_files(run)[0]) == expected);
  }
}

TEST_CASE("a training that goes back in the same process cuts off its events", "[experimenttracking][tensorboard]") {
  if (!is_available()) return;
  const auto expected = undisturbed();
  for (const std::int64_t kept : {10, 60}) {
    const TemporaryFolder folder;
    TensorBoardLogger logger(folder / "run");
    State state;
    for (std::int64_t updates = 1; updates <= 130; ++updates) {
      logger.on_step_end(step_at(updates, 1));
      if (updates % 60 == 0) logger.on_epoch_end(epoch_at(updates / 60 - 1, updates));
      if (updates == kept) state = logger.save();
    }
    logger.load(state);
    train(logger, kept + 1);
    REQUIRE(event_files(folder / "run").size() == 1);
    auto found = events(event_files(folder / "run")[0]);
    // Before it went back, every loss was 1.
    if (kept == 60) found[3] = expected[3];
    CHECK(found == expected);
  }
}

TEST_CASE("what others added and nobody wrote yet is part of a state", "[experimenttracking][tensorboard]") {
  if (!is_available()) return;
  const TemporaryFolder folder;
  TensorBoardLogger first(folder / "run");
  first.on_epoch_end(epoch_at(0, 60));
  first.add_scalar("mine", 59, 0.5);
  TensorBoardLogger second(folder / "run");
  second.load(first.save());
  second.on_fit_end();
  const auto found = events(event_files(folder / "run").at(0));
  REQUIRE(found.size() == 1 + 6 + 1);
  CHECK(found.back() == without_time(tensorboard::scalar_event({1, 59}, "mine", 0.5)));
}

TEST_CASE("a new training removes what a killed one had begun, and nothing of others",
          "[experimenttracking][tensorboard]") {
  if (!is_available()) return;
  const TemporaryFolder folder;
  const auto run = folder / "run";
  fs::create_directories(run);
  const auto foreign = run + "/events.out.tfevents.1.host.1.0";
  testing::write_text(foreign, "of another program");
  TensorBoardLogger(run).on_epoch_end(epoch_at(0, 60));
  REQUIRE(event_files(run).size() == 2);
  TensorBoardLogger(run).on_epoch_end(epoch_at(0, 60));
  CHECK(event_files(run).size() == 2);
  CHECK(testing::read_text(foreign) == "of another program");
}

TEST_CASE("a vanished folder is one warning", "[experimenttracking][tensorboard]") {
  if (!is_available()) return;
  const TemporaryFolder folder;
  const auto run = folder / "run";
  const Warnings warnings;
  TensorBoardLogger logger(run);
  logger.on_epoch_end(epoch_at(0, 60));
  const auto file = event_files(run).at(0);
  const auto before = testing::read_text(file);
  fs::rename(run, folder / "away");
  logger.on_epoch_end(epoch_at(1, 120));
  logger.on_epoch_end(epoch_at(2, 180));
  REQUIRE(warnings.texts.size() == 1);
  CHECK_THAT(warnings.texts[0],
             contains("training goes on without events for TensorBoard: " + file + ": cannot be opened"));
  // It comes back: what was kept is written.
  fs::rename(folder / "away", run);
  logger.on_fit_end();
  CHECK(events(file).size() == 1 + 3 * 6);
  CHECK(testing::read_text(file).starts_with(before));

  testing::write_text(folder / "file", "");
  TensorBoardLogger(folder / "file/run").on_epoch_end(epoch_at(0, 60));
  REQUIRE(warnings.texts.size() == 2);
}

TEST_CASE("a file that became shorter is followed by a new one", "[experimenttracking][tensorboard]") {
  if (!is_available()) return;
  const TemporaryFolder folder;
  const auto run = folder / "run";
  const Warnings warnings;
  TensorBoardLogger first(run);
  first.on_epoch_end(epoch_at(0, 60));
  const auto state = first.save();
  const auto file = event_files(run).at(0);
  fs::resize_file(file, 60);
  TensorBoardLogger second(run);
  second.load(state);
  REQUIRE(warnings.texts.size() == 1);
  CHECK_THAT(warnings.texts[0], contains("go on in a new file: " + file + ": has 60 bytes"));
  second.on_epoch_end(epoch_at(1, 120));
  const auto files = event_files(run);
  REQUIRE(files.size() == 2);
  CHECK(events(files[1] == file ? files[0] : files[1]).size() == 1 + 6);
  CHECK(fs::file_size(file) == 60);
}

TEST_CASE("an evaluation leaves its metrics", "[experimenttracking][tensorboard]") {
  if (!is_available()) return;
  const TemporaryFolder folder;
  for (int i = 0; i < 2; ++i) {  // one that is repeated leaves one file
    experimenttracking::write_evaluation_events(folder / "run", {{"test_prec", 0.5}, {"test_acc", 0.25}});
  }
  const auto found = events(event_files(folder / "run").at(0));
  CHECK(event_files(folder / "run").size() == 1);
  REQUIRE(found.size() == 4);
  CHECK(found[1] == without_time(tensorboard::scalar_event({1, 0}, "test_acc", 0.25)));
  CHECK(found[2] == without_time(tensorboard::scalar_event({1, 0}, "test_prec", 0.5)));
  CHECK(found[3] == without_time(tensorboard::scalar_event({1, 0}, "epoch", 0)));
  CHECK(testing::read_text(folder / "run/hparams.yaml") == "{}\n");
}

TEST_CASE("what a process was killed at while it began a file is removed", "[experimenttracking][tensorboard]") {
  if (!is_available()) return;
  const TemporaryFolder folder;
  const auto left = folder / "run/events.out.tfevents.1700000000.host.1.0.1.tmp";
  fs::create_directories(folder / "run");
  testing::write_text(left, "");
  testing::write_text(folder / "run/mine.tmp", "");
  experimenttracking::write_evaluation_events(folder / "run", {{"test_acc", 0.5}});
  CHECK_FALSE(fs::exists(left));
  CHECK(fs::exists(folder / "run/mine.tmp"));
}

TEST_CASE("an evaluation whose events cannot be written is an error", "[experimenttracking][tensorboard]") {
  if (!is_available()) return;
  const testing::TemporaryFolder folder;
  experimenttracking::LightningLogs::Versions versions;
  experimenttracking::LightningLogs logs(folder.path().string(), versions);
  logs.claim("small_r1_eval_test");
  testing::write_text(folder / "lightning_logs", "a file where the folder should be");
  CHECK_THROWS_AS(logs.write_evaluation("small_r1_eval_test", {{"test_acc", 0.5}}, {}), DataError);
}
