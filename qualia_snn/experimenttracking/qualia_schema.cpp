#include "qualia_snn/experimenttracking/qualia_schema.h"

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn::experimenttracking {
namespace {

constexpr std::int64_t kVersion = 11, kSpikingVersion = 4;  // how often Qualia 2.6 has changed the tables
constexpr const char* kPlugin = "qualia_plugin_snn";

constexpr const char* kTables = R"(
CREATE TABLE models (
  id INTEGER PRIMARY KEY AUTOINCREMENT, parent_id INTEGER, timestamp INTEGER, name TEXT, parameters INTEGER, hash TEXT,
  FOREIGN KEY(parent_id) REFERENCES models(id));
CREATE TABLE metrics (
  id INTEGER PRIMARY KEY AUTOINCREMENT, model_id INTEGER, source TEXT, name TEXT, value REAL,
  UNIQUE(model_id, source, name, value), FOREIGN KEY(model_id) REFERENCES models(id));
CREATE TABLE quantization (
  id INTEGER PRIMARY KEY AUTOINCREMENT, model_id INTEGER, bits INTEGER, epochs INTEGER,
  UNIQUE(model_id), FOREIGN KEY(model_id) REFERENCES models(id));
CREATE TABLE plugins (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, schema_version INTEGER, UNIQUE(name));
)";

constexpr const char* kSpikingTables = R"(
CREATE TABLE models_snn (
  id INTEGER PRIMARY KEY AUTOINCREMENT, model_id INTEGER, is_snn INTEGER, timesteps INTEGER,
  UNIQUE(model_id), FOREIGN KEY(model_id) REFERENCES models(id));
CREATE TABLE models_operationcounter (
  id INTEGER PRIMARY KEY AUTOINCREMENT, model_id INTEGER,
  syn_acc REAL, syn_mac REAL, addr_acc REAL, addr_mac REAL, total_acc REAL, total_mac REAL,
  mem_write REAL, mem_read REAL, input_spikerate REAL, output_spikerate REAL, input_count REAL, output_count REAL,
  input_is_binary INTEGER, output_is_binary INTEGER,
  UNIQUE(model_id), FOREIGN KEY(model_id) REFERENCES models(id));
)";

void check_version(const io::SqliteDatabase& database, const std::string& of, std::int64_t version,
                   std::int64_t oldest) {
  QUALIA_SNN_CHECK(version >= oldest, DataError, database.path(), ": ", of, " of version ", version,
                   "; accepted from version ", oldest, " (the qualia-database of Qualia 2.6 changes older ones)");
}

}  // namespace

void prepare_qualia_schema(io::SqliteDatabase& database) {
  database.run("PRAGMA foreign_keys = 1");
  io::SqliteTransaction transaction(database);
  const auto tables = database.run("SELECT name FROM sqlite_master WHERE type = 'table'");
  if (tables.empty()) {
    log::info(database.path() + ": a new database");
    database.run_script(concat(kTables, "PRAGMA user_version = ", kVersion));
  }
  const auto version = std::get<std::int64_t>(database.run("PRAGMA user_version").at(0).at(0));
  check_version(database, "a database", version, kVersion);
  const auto spiking = database.run("SELECT schema_version FROM plugins WHERE name = ?", {kPlugin});
  if (spiking.empty()) {
    database.run_script(kSpikingTables);
    database.run("INSERT INTO plugins(name, schema_version) VALUES (?, ?)", {kPlugin, kSpikingVersion});
  } else {
    const auto* found = std::get_if<std::int64_t>(&spiking.at(0).at(0));
    check_version(database, "tables of spiking networks", found ? *found : 0, kSpikingVersion);
  }
  transaction.commit();
}

}  // namespace qualia_snn::experimenttracking
