// Guards, budgets and the end by a signal, on the built program.
#include <ATen/ATen.h>

#include <cmath>

#include "qualia_snn/io/npy.h"
#include "qualia_snn/io/pth.h"
#include "tests/command/prepared.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using testing::Arguments;
using testing::Prepared;

namespace {

using Weights = std::vector<std::pair<std::string, at::Tensor>>;

const Arguments kPlain = {"--model.0.params.batch_norm=false", "--model.0.params.dropouts=0.0",
                          "--model.0.optimizer={kind='SGD', params={lr=1.0}}"};

Arguments joined(Arguments first, const Arguments& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

std::string guard(const std::string& option) { return "--learningframework.params." + option; }

struct Trained {
  testing::ProgramRun run;
  Weights weights;
};

/// Trains on one model without normalisation or dropout, by plain gradient descent.
Trained train(const Prepared& prepared, const Arguments& more, int code = 0) {
  const auto path = prepared.folder / "out/learningmodel/small_r1.pth";
  std::filesystem::remove(path);
  Trained trained{prepared.train(joined(kPlain, more)), {}};
  INFO(trained.run.out << trained.run.err);
  CHECK(trained.run.exit_code == code);
  if (std::filesystem::exists(path)) {
    for (const auto& [name, tensor] : io::read_pth(path)) trained.weights.emplace_back(name, tensor);
  }
  return trained;
}

/// All differences of two models' weights, in one row.
at::Tensor change(const Weights& a, const Weights& b) {
  std::vector<at::Tensor> parts;
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) parts.push_back((b[i].second - a[i].second).flatten());
  REQUIRE(!parts.empty());
  return at::cat(parts).to(at::kDouble);
}

int occurrences(const std::string& text, const std::string& part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

/// Makes one target so large that the squared error is not finite.
void poison(const Prepared& prepared) {
  const auto path = prepared.folder / "out/data/FashionMNIST/train/labels.npy";
  const auto y = io::read_npy(path).clone();
  y[17].mul_(3e38F);
  io::write_npy(path, y);
}

}  // namespace

TEST_CASE("a clipped gradient moves the weights by its bound", "[command][guards]") {
  const Prepared prepared;
  const Arguments one_step = {guard("max_steps=1")};
  const auto initial = train(prepared, {"--model.0.epochs=0"}).weights;
  const auto free = change(initial, train(prepared, one_step).weights);
  REQUIRE(free.norm().item<double>() > 0.02);
  const auto by_norm = change(initial, train(prepared, joined(one_step, {guard("gradient_clip_val=0.01")})).weights);
  CHECK(by_norm.norm().item<double>() == Approx(0.01).epsilon(1e-3));
  CHECK(at::allclose(by_norm / by_norm.norm(), free / free.norm(), 1e-3, 1e-4));
  const auto by_value = change(
      initial,
      train(prepared, joined(one_step, {guard("gradient_clip_val=0.001"), guard("gradient_clip_algorithm=value")}))
          .weights);
  CHECK(at::allclose(by_value, free.clamp(-0.001, 0.001), 1e-2, 1e-6));
}

TEST_CASE("gradients of two batches make the update of one of twice the size", "[command][guards]") {
  const Prepared prepared;
  const Arguments shared = {guard("max_steps=2"), "--model.0.epochs=9"};
  const auto small = train(prepared, joined(shared, {"--model.0.batch_size=5", guard("accumulate_grad_batches=2")}));
  const auto large = train(prepared, joined(shared, {"--model.0.batch_size=10"}));
  const auto alone = train(prepared, joined(shared, {"--model.0.batch_size=5"}));
  CHECK(change(large.weights, small.weights).abs().max().item<double>() < 1e-5);
  CHECK(change(large.weights, alone.weights).abs().max().item<double>() > 1e-4);
}

TEST_CASE("training ends early by patience, steps and time", "[command][guards]") {
  const Prepared prepared;
  const auto patient = train(
      prepared, {"--model.0.epochs=50", "--model.0.optimizer.params.lr=1e-30", guard("early_stopping_patience=3"),
                 guard("checkpoint_metric={name='train_loss', mode='min'}"), guard("early_stopping_min_delta=0.5")});
  CHECK(occurrences(patient.run.out, "/50: loss ") == 4);
  CHECK_THAT(patient.run.out, contains("training ends early: "));
  const auto unmeasured = train(prepared, {guard("early_stopping_patience=3")}, 2);
  CHECK_THAT(unmeasured.run.err, contains("there is no validation set"));
  const auto steps = train(prepared, {"--model.0.epochs=50", guard("max_steps=7")});  // 3 steps an epoch
  CHECK(occurrences(steps.run.out, "/50: loss ") == 3);
  const auto time = train(prepared, {"--model.0.epochs=1000000000", guard("max_time=00:00:00:01")});
  CHECK_THAT(time.run.out, contains("max_time is over"));
  CHECK_THAT(train(prepared, {guard("max_time=soon")}, 2).run.err, contains("DD:HH:MM:SS"));
}

TEST_CASE("an average of the weights is what validation and the result take", "[command][guards]") {
  const Prepared prepared;
  const auto initial = train(prepared, {"--model.0.epochs=0"}).weights;
  const auto kept = train(prepared, {guard("ema_decay=1")}).weights;  // the average never leaves where it began
  CHECK(change(initial, kept).abs().max().item<double>() == 0);
  const auto last = train(prepared, {guard("max_steps=1")}).weights;
  const auto average = train(prepared, {guard("max_steps=1"), guard("ema_decay=0.75")}).weights;
  const auto expected = change(initial, last) * 0.25;
  CHECK(at::allclose(change(initial, average), expected, 1e-3, 1e-7));
}

TEST_CASE("a loss that is not finite stops, is left out, or is gone back from", "[command][guards]") {
  const Prepared prepared;
  poison(prepared);
  const std::string squared = guard("loss=mse"), slow = "--model.0.optimizer.params.lr=0.01";
  const auto stopped = train(prepared, {squared, slow}, 7);
  CHECK_THAT(stopped.run.err, contains("training diverged: "));
  CHECK_THAT(stopped.run.err, contains("try a lower learning rate"));
  CHECK(stopped.weights.empty());
  const auto skipped = train(prepared, {squared, slow, guard("on_nonfinite=skip")});
  CHECK_THAT(skipped.run.err, contains("update left out: "));
  for (const auto& [name, tensor] : skipped.weights) CHECK(tensor.isfinite().all().item<bool>());
  const auto reloaded = train(prepared, {squared, slow, guard("on_nonfinite=reload"), guard("max_reloads=2")}, 7);
  CHECK(occurrences(reloaded.run.err, "going back to") == 2);
  CHECK_THAT(reloaded.run.err, contains("it was reloaded 2 times (max_reloads)"));
}

TEST_CASE("after a step that was too large training goes on from the last epoch with a lower rate",
          "[command][guards]") {
  const Prepared prepared;
  const auto wild = Arguments{"--model.0.optimizer.params.lr=1e37", "--model.0.epochs=3"};
  CHECK_THAT(train(prepared, wild, 7).run.err, contains("training diverged: "));
  const auto tamed = train(prepared, joined(wild, {guard("on_nonfinite=reload"), guard("reload_lr_factor=1e-39")}));
  CHECK_THAT(tamed.run.err, contains("going back to"));
  CHECK_THAT(tamed.run.out, contains("epoch 3/3: loss "));
  // It has gone back once: 1e37 times the factor is the rate, which StepLR halves after the epoch.
  REQUIRE(occurrences(tamed.run.err, "going back to") == 1);
  const auto logs = prepared.folder.path() / "logs/PyTorchLightning/small_r1_train";
  std::string last;
  for (const auto& file : testing::files_below(logs)) last = std::max(last, (logs / file).string());
  CHECK_THAT(testing::read_text(last), contains("\n0,0.004999999888241291,"));
  for (const auto& [name, tensor] : tamed.weights) CHECK(tensor.isfinite().all().item<bool>());
}

TEST_CASE("an epoch whose loss is many times the lowest has diverged", "[command][guards]") {
  const Prepared prepared;
  const Arguments rising = {"--model.0.optimizer.params.lr=300", "--model.0.epochs=6"};
  train(prepared, rising);
  const auto stopped = train(prepared, joined(rising, {guard("divergence_factor=1.000001")}), 7);
  CHECK_THAT(stopped.run.err, contains("divergence_factor"));
}

TEST_CASE("a signal ends training with 130 and says how to go on; going on gives the same bits",
          "[command][guards][resume]") {
  const Prepared prepared;
  const auto path = prepared.folder / "out/learningmodel/small_r1.pth";
  // In the background timeout signals twice, itself among its group; the second signal ends the program at once.
  // Fewer epochs than could be done before the signal comes would be no test.
  const Arguments endless = {"c.toml", "train", "--model.0.epochs=1000000"};
  for (const char* const signal : {"INT", "TERM"}) {
    const auto run =
        testing::run_program(prepared.folder.path().string(), endless,
                             {"", "", std::string("timeout --foreground --preserve-status -s ") + signal + " 3"});
    INFO(run.out << run.err);
    CHECK(run.exit_code == 130);
    CHECK_THAT(run.err, contains("which was kept") && contains("go on with: ") && contains("--resume"));
    CHECK_FALSE(std::filesystem::exists(path));
  }
  const auto other = prepared.train({"--model.0.epochs=999999", "--resume"});
  CHECK(other.exit_code == 2);
  CHECK_THAT(other.err, contains("epochs") && contains("999999"));
}

TEST_CASE("a run with nothing to resume starts afresh and says so", "[command][guards][resume]") {
  const Prepared prepared;
  const auto run = prepared.train({"--resume"});
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, contains("there is nothing to resume"));
  CHECK(testing::files_below(prepared.folder.path() / "out/checkpoints").empty());
}

TEST_CASE("a checkpoint is written when its minutes are over, within an epoch too", "[command][guards]") {
  const Prepared prepared;
  const auto first_checkpoint = [&](const Arguments& more) {
    const auto run = train(prepared, joined({"--verbose"}, more)).run;
    const auto checkpoint = run.out.find("checkpoint: "), epoch = run.out.find("epoch 1/2: loss ");
    REQUIRE(checkpoint != std::string::npos);
    REQUIRE(epoch != std::string::npos);
    return checkpoint < epoch ? "in the epoch" : "after it";
  };
  CHECK(first_checkpoint({}) == std::string("after it"));
  CHECK(first_checkpoint({guard("checkpoint_every_minutes=1e-9")}) == std::string("in the epoch"));
}
