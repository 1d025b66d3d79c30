#include "qualia_snn/experimenttracking/qualia_database.h"

#include <chrono>
#include <filesystem>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/spelling.h"
#include "qualia_snn/experimenttracking/qualia_schema.h"

namespace fs = std::filesystem;

namespace qualia_snn::experimenttracking {
namespace {

std::string path(const QualiaDatabase::Options& options, const std::string& root) {
  const fs::path named = options.db_path ? fs::path(*options.db_path) : fs::path("out") / "qualia.db";
  return (fs::path(root) / named).string();
}

io::SqliteValue text_or_null(const std::optional<std::string>& text) {
  return text ? io::SqliteValue(*text) : io::SqliteValue();
}

std::int64_t now() {
  using namespace std::chrono;
  return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

std::optional<std::int64_t> first_id(const std::vector<io::SqliteRow>& rows) {
  if (rows.empty()) return std::nullopt;
  return std::get<std::int64_t>(rows.front().at(0));
}

}  // namespace

QualiaDatabase::QualiaDatabase(Options options, const config::BuildContext& context)
    : database_(path(options, context.root)) {
  prepare_qualia_schema(database_);
}

std::optional<std::int64_t> QualiaDatabase::find_model(const std::string& hash) {
  return first_id(database_.run("SELECT id FROM models WHERE hash = ? ORDER BY timestamp DESC", {hash}));
}

std::int64_t QualiaDatabase::add_model(const learningframework::ModelInfo& info) {
  const auto parent = info.parent_hash ? find_model(*info.parent_hash) : std::nullopt;
  const auto parent_id = parent ? io::SqliteValue(*parent) : io::SqliteValue();
  const auto hash = text_or_null(info.hash);
  const auto found =
      first_id(database_.run("SELECT id FROM models WHERE parent_id IS ? AND name = ? AND parameters = ? AND hash IS ? "
                             "ORDER BY timestamp DESC",
                             {parent_id, info.name, info.parameters, hash}));
  if (found) return *found;
  database_.run("INSERT INTO models(parent_id, timestamp, name, parameters, hash) VALUES (?, ?, ?, ?, ?)",
                {parent_id, now(), info.name, info.parameters, hash});
  return database_.last_row_id();
}

void QualiaDatabase::add_metric(std::int64_t model, const std::string& source, const std::string& name,
                                io::SqliteValue value) {
  database_.run("INSERT OR IGNORE INTO metrics(model_id, source, name, value) VALUES (?, ?, ?, ?)",
                {model, source, name, std::move(value)});
}

void QualiaDatabase::on_model(const learningframework::ModelInfo& info) {
  io::SqliteTransaction transaction(database_);
  const auto id = add_model(info);
  for (const auto& [name, value] : info.metrics) add_metric(id, "host", name, value);
  database_.run("INSERT OR REPLACE INTO models_snn(model_id, timesteps, is_snn) VALUES (?, ?, ?)",
                {id, info.timesteps, static_cast<std::int64_t>(info.spiking)});
  transaction.commit();
}

void QualiaDatabase::on_evaluation(const learningframework::EvaluationInfo& info) {
  io::SqliteTransaction transaction(database_);
  const auto id = first_id(database_.run("SELECT id FROM models WHERE name = ? AND hash = ? ORDER BY timestamp DESC",
                                         {info.name, info.hash}));
  if (!id) {
    log::warning(concat(database_.path(), ": has no model ", info.name, " with hash ", info.hash,
                        "; its evaluation is not recorded"));
    return;
  }
  // Qualia: what is evaluated apart from training counts as measured on the target.
  for (const auto& [name, value] : info.metrics) add_metric(*id, "target", name, value);
  add_metric(*id, "target", "avg_time", info.seconds_per_sample);
  // Qualia: sizes are kept without values, as no program was built.
  for (const char* name : {"ram_size", "rom_size"}) add_metric(*id, "target", name, {});
  transaction.commit();
}

void QualiaDatabase::on_operations(const learningframework::OperationsInfo& info) {
  const auto id = find_model(info.hash);
  if (!id) {
    log::warning(concat(database_.path(), ": has no model with hash ", info.hash, "; its operations are not recorded"));
    return;
  }
  std::vector<std::string> names = {"model_id"};
  io::SqliteRow values = {*id};
  const auto add = [&](const std::string& name, io::SqliteValue value) {
    names.push_back(name);
    values.push_back(std::move(value));
  };
  for (std::size_t i = 0; i < info.names.size(); ++i) add(info.names[i], info.figures[i]);
  const auto of_spikes = [&](double figure) { return info.spiking ? io::SqliteValue(figure) : io::SqliteValue(); };
  add("input_spikerate", of_spikes(info.input_spikerate));
  add("output_spikerate", of_spikes(info.output_spikerate));
  add("input_count", of_spikes(info.input_count));
  add("output_count", of_spikes(info.output_count));
  add("input_is_binary", static_cast<std::int64_t>(info.input_is_binary));
  add("output_is_binary", static_cast<std::int64_t>(info.output_is_binary));
  const std::vector<std::string> marks(names.size(), "?");
  database_.run(concat("INSERT OR REPLACE INTO models_operationcounter(", join(names), ") VALUES (", join(marks), ")"),
                values);
}

}  // namespace qualia_snn::experimenttracking
