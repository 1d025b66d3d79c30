#include <cmath>
#include <filesystem>

#include "qualia_snn/experimenttracking/log_path.h"
#include "qualia_snn/experimenttracking/progress_bar.h"
#include "qualia_snn/experimenttracking/report_recorder.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using experimenttracking::bar_text;
using experimenttracking::BarFigures;
using experimenttracking::ReportRecorder;

TEST_CASE("a bar has what there is room for, the most important first", "[experimenttracking][bar]") {
  const BarFigures figures{2,      20,      60,
                           120,    0.43215, {{"train_acc", 0.875}, {"train_f1", 0.875}, {"train_avgclsacc", 0.5}},
                           4310.4, 150,     std::int64_t{3} << 29};
  CHECK(bar_text(figures, 200) ==
        "epoch 3/20  [==========          ]  60/120  loss 0.4321  train_acc 0.8750, train_avgclsacc 0.5000  "
        "4310 samples/s  2 min 30 s left  1.5 GiB");
  CHECK(bar_text(figures, 80) == "epoch 3/20  [==========          ]  60/120  loss 0.4321  2 min 30 s left");
  CHECK(bar_text(figures, 50) == "epoch 3/20  60/120  loss 0.4321  2 min 30 s left");
  CHECK(bar_text(figures, 20) == "epoch 3/20  60/120");
  CHECK(bar_text(figures, 5) == "epoch");
  CHECK(bar_text(figures, 0).empty());
  for (std::size_t width = 0; width < 200; ++width) CHECK(bar_text(figures, width).size() <= width);
}

TEST_CASE("a recorder that goes on knows what it knew", "[experimenttracking][report]") {
  ReportRecorder recorder;
  const learningframework::LayerHealth health{0.25, 0.125, 0, std::nan(""), 1e-7};
  learningframework::EpochInfo info{
      0, 3, 10, 0.5, 0.01, 2, 100, {{"train_acc", 0.1}, {"val_acc", 0.2}}, 0.01, {{"layers.neuron1", health}}};
  recorder.on_epoch_end(info);
  info.epoch = 1;
  info.loss = std::nan("");
  info.health.clear();  // not every epoch is measured
  recorder.on_epoch_end(info);

  ReportRecorder other;
  other.load(recorder.save());
  other.on_epoch_end(info);
  REQUIRE(other.epochs().size() == 3);
  CHECK(other.epochs()[0].loss == 0.5);
  CHECK(std::isnan(other.epochs()[1].loss));
  CHECK(other.epochs()[1].metrics == info.metrics);
  CHECK(other.epochs()[0].memory > 0);
  const auto seen = other.health("layers.neuron1");
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].mean_rate == 0.25);
  CHECK(std::isnan(seen[0].gradient_in));
  CHECK(seen[0].gradient_out == 1e-7);
  CHECK(std::isnan(seen[2].mean_rate));
  CHECK(other.health("layers.neuron2").empty());

  ReportRecorder empty;
  empty.load(ReportRecorder().save());
  CHECK(empty.epochs().empty());
}

TEST_CASE("a log that a killed run left half written is removed by the next one", "[experimenttracking][log_path]") {
  const testing::TemporaryFolder folder;
  const auto left = folder / "2026-11-27_16-51-55.toml.999999.tmp";
  testing::write_text(left, "half");
  testing::write_text(folder / "notes.tmp", "mine");
  testing::write_text(folder / "2026-11-27_16-51-55.toml", "whole");
  const auto name = experimenttracking::claim_log_name(folder.path().string(), folder.path().string(), ".csv", "x");
  CHECK(!std::filesystem::exists(left));
  CHECK(std::filesystem::exists(folder / "notes.tmp"));
  CHECK(std::filesystem::exists(folder / "2026-11-27_16-51-55.toml"));
  CHECK(testing::read_text(folder / (name + ".csv")) == "x");
}
