#include "qualia_snn/command/journal.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>

#include <bit>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "qualia_snn/config/dump.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/spelling.h"
#include "qualia_snn/core/version.h"

namespace fs = std::filesystem;

namespace qualia_snn::command {
namespace {

using Scalars = std::map<std::string, std::string>;

/// What a run may go on with another value of, with the same result.
const std::set<std::string> kWithoutEffect = {"learningframework.params.enable_progress_bar",
                                              "learningframework.params.progress_bar_refresh_rate",
                                              "learningframework.params.num_workers",
                                              "learningframework.params.checkpoint_every_n_steps",
                                              "learningframework.params.checkpoint_every_minutes",
                                              "learningframework.params.max_time"};
constexpr std::size_t kMostShown = 5;

std::string differences(const Scalars& kept, const Scalars& now) {
  std::set<std::string> names;
  for (const auto& [name, value] : kept) names.insert(name);
  for (const auto& [name, value] : now) names.insert(name);
  std::vector<std::string> found;
  const auto shown = [](const Scalars& scalars, const std::string& name) {
    const auto at = scalars.find(name);
    return at == scalars.end() ? std::string("missing") : at->second;
  };
  for (const auto& name : names) {
    if (kWithoutEffect.contains(name) || shown(kept, name) == shown(now, name)) continue;
    found.push_back(concat(name, " was ", shown(kept, name), " and is ", shown(now, name)));
  }
  if (found.size() <= kMostShown) return join(found);
  const auto more = found.size() - kMostShown;
  found.resize(kMostShown);
  return concat(join(found), " and ", more, " more");
}

State save(const ModelResult& result) {
  State state;
  state.set_text("name", result.name);
  state.set_integer("run", result.run);
  state.set_integer("parameters", result.parameters);
  if (result.test_accuracy) state.set_real("test_accuracy", *result.test_accuracy);
  if (result.weights) state.set_text("weights", *result.weights);
  state.set_integer("metrics", static_cast<std::int64_t>(result.metrics.size()));
  for (std::size_t i = 0; i < result.metrics.size(); ++i) {
    state.set_text(concat("metric.", i), result.metrics[i].first);
    state.set_real(concat("figure.", i), result.metrics[i].second);
  }
  return state;
}

ModelResult load_result(const State& state) {
  ModelResult result{state.text("name"), state.integer("run"), state.integer("parameters"), {}, {}, {}};
  if (state.has("test_accuracy")) result.test_accuracy = state.real("test_accuracy");
  if (state.has("weights")) result.weights = state.text("weights");
  for (std::int64_t i = 0; i < state.integer("metrics"); ++i) {
    result.metrics.emplace_back(state.text(concat("metric.", i)), state.real(concat("figure.", i)));
  }
  return result;
}

std::string folder_of(const Environment& environment, const std::string& bench) {
  return (fs::path(environment.root) / "out" / "checkpoints" / bench).string();
}

}  // namespace

Journal::Journal(const Environment& environment, const config::LoadedConfig& loaded, std::string data)
    : folder_(folder_of(environment, loaded.config.bench.name)),
      file_(folder_ + "/journal"),
      config_(nlohmann::json(config::flatten(loaded.resolved)).dump()),
      data_(std::move(data)),
      surroundings_(concat(kBuildTag, ", ", at::get_num_threads(), " threads, ", at::get_cpu_capability())) {}

void Journal::check_same(const State& state) const {
  const auto kept = nlohmann::json::parse(state.text("config")).get<Scalars>();
  const auto different = differences(kept, nlohmann::json::parse(config_).get<Scalars>());
  QUALIA_SNN_CHECK(different.empty(), ConfigError, "--resume: the run in ", folder_,
                   " has another configuration: ", different,
                   "; resume with the same configuration, or start afresh without --resume");
  QUALIA_SNN_CHECK(state.text("data") == data_, DataError, "--resume: the run in ", folder_,
                   " works on other data: ", state.text("data"), "; now: ", data_);
  if (state.text("surroundings") == surroundings_) return;
  log::warning(concat("the run was started with ", state.text("surroundings"), " and goes on with ", surroundings_,
                      ": results may differ in their last bits"));
}

std::optional<RunPosition> Journal::resume() {
  const auto state = file_.read();
  if (!state) return std::nullopt;
  check_same(*state);
  RunPosition position;
  position.run = state->text("run");
  position.train_seed = std::bit_cast<std::uint64_t>(state->integer("train_seed"));
  position.generators = state->part("generators");
  position.results = state->text("results");
  position.evaluations = state->text("evaluations");
  position.stage = state->text("stage");
  position.versions = nlohmann::json::parse(state->text("versions")).get<std::map<std::string, std::int64_t>>();
  if (state->has("step_logs")) {
    position.step_logs = nlohmann::json::parse(state->text("step_logs")).get<std::vector<std::string>>();
  }
  for (std::int64_t i = 0; i < state->integer("completed"); ++i) {
    position.completed.push_back(load_result(state->part(concat("model.", i))));
  }
  return position;
}

void Journal::write(const RunPosition& position) {
  State state;
  state.set_text("config", config_);
  state.set_text("data", data_);
  state.set_text("surroundings", surroundings_);
  state.set_text("run", position.run);
  state.set_integer("train_seed", std::bit_cast<std::int64_t>(position.train_seed));
  state.set_part("generators", position.generators);
  state.set_text("results", position.results);
  state.set_text("evaluations", position.evaluations);
  state.set_text("stage", position.stage);
  state.set_text("versions", nlohmann::json(position.versions).dump());
  state.set_text("step_logs", nlohmann::json(position.step_logs).dump());
  state.set_integer("completed", static_cast<std::int64_t>(position.completed.size()));
  for (std::size_t i = 0; i < position.completed.size(); ++i) {
    state.set_part(concat("model.", i), save(position.completed[i]));
  }
  file_.write(state);
}

}  // namespace qualia_snn::command
