// The database is read with the queries of Qualia's own tool, qualia_core.experimenttracking.QualiaDatabase.
#include "qualia_snn/experimenttracking/qualia_database.h"

#include <fstream>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/spelling.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using experimenttracking::QualiaDatabase;
using io::SqliteDatabase;
using learningframework::ModelInfo;

using Rows = std::vector<std::string>;

namespace {

bool is_available() {
  if (!io::reads_sqlite()) WARN("skipped: this build has no SQLite");
  return io::reads_sqlite();
}

struct Text {
  std::string operator()(std::monostate) const { return "NULL"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return concat(value); }
  std::string operator()(const std::string& value) const { return "'" + value + "'"; }
};

/// A folder for one database.
struct Tracked {
  testing::TemporaryFolder folder;
  config::Registries registries;
  std::string path = (folder.path() / "out/qualia.db").string();

  QualiaDatabase open() const {
    config::BuildContext context{registries};
    context.root = folder.path().string();
    return QualiaDatabase({}, context);
  }
  /// Returns what a query gives as one text per row.
  std::vector<std::string> rows(const std::string& query) const {
    std::vector<std::string> texts;
    for (const auto& row : SqliteDatabase(path).run(query)) {
      std::vector<std::string> cells;
      for (const auto& cell : row) cells.push_back(std::visit(Text(), cell));
      texts.push_back(join(cells));
    }
    return texts;
  }
};

const ModelInfo kTrained = {"small", 42, "abc", std::nullopt, {{"train_acc", 0.5}, {"test_acc", 0.25}}, 4, true};

}  // namespace

TEST_CASE("a model and its metrics are rows of Qualia's tables", "[experimenttracking][database]") {
  if (!is_available()) return;
  const Tracked tracked;
  tracked.open().on_model(kTrained);
  ModelInfo fused{"small_fused", 40, "def", "abc", {{"test_acc", 0.25}}, 4, true};
  tracked.open().on_model(fused);

  CHECK(tracked.rows("SELECT id, parent_id, name, parameters, hash FROM models") ==
        Rows{"1, NULL, 'small', 42, 'abc'", "2, 1, 'small_fused', 40, 'def'"});
  CHECK(tracked.rows("SELECT model_id, source, name, value FROM metrics") ==
        Rows{"1, 'host', 'train_acc', 0.5", "1, 'host', 'test_acc', 0.25", "2, 'host', 'test_acc', 0.25"});
  CHECK(tracked.rows("SELECT model_id, is_snn, timesteps FROM models_snn") == Rows{"1, 1, 4", "2, 1, 4"});
  // What Qualia's tool looks at before it opens a database.
  CHECK(tracked.rows("PRAGMA user_version") == Rows{"11"});
  CHECK(tracked.rows("SELECT name, schema_version FROM plugins") == Rows{"'qualia_plugin_snn', 4"});
  CHECK(tracked.rows("SELECT * FROM quantization").empty());
}

TEST_CASE("a model that comes a second time leaves the rows as they are", "[experimenttracking][database]") {
  if (!is_available()) return;
  const Tracked tracked;
  ModelInfo unhashed = kTrained;
  unhashed.hash.reset();
  for (int i = 0; i < 2; ++i) {
    auto database = tracked.open();
    database.on_model(kTrained);
    database.on_model(unhashed);
  }
  CHECK(tracked.rows("SELECT count(*) FROM models") == Rows{"2"});
  CHECK(tracked.rows("SELECT count(*) FROM metrics") == Rows{"4"});
  CHECK(tracked.rows("SELECT count(*) FROM models_snn") == Rows{"2"});
  ModelInfo other = kTrained;
  other.hash = "xyz";
  tracked.open().on_model(other);
  CHECK(tracked.rows("SELECT count(*) FROM models") == Rows{"3"});
}

TEST_CASE("an evaluation is recorded for the model with its name and hash", "[experimenttracking][database]") {
  if (!is_available()) return;
  const Tracked tracked;
  auto database = tracked.open();
  database.on_model(kTrained);
  database.on_evaluation({"small", "other", {{"test_acc", 0.75}}, 0.5});
  CHECK(tracked.rows("SELECT * FROM metrics WHERE source = 'target'").empty());
  database.on_evaluation({"small", "abc", {{"test_acc", 0.75}}, 0.5});
  CHECK(tracked.rows("SELECT model_id, name, value FROM metrics WHERE source = 'target'") ==
        Rows{"1, 'test_acc', 0.75", "1, 'avg_time', 0.5", "1, 'ram_size', NULL", "1, 'rom_size', NULL"});
}

TEST_CASE("the operations of a model are recorded once, for its hash", "[experimenttracking][database]") {
  if (!is_available()) return;
  const Tracked tracked;
  auto database = tracked.open();
  database.on_model(kTrained);
  learningframework::OperationsInfo operations{
      "abc", {"syn_acc", "mem_read"}, {10, 2.5}, /*spiking=*/true, 0.25, 0.5, 3, 4, true, false};
  database.on_operations(operations);
  operations.figures[0] = 11;
  database.on_operations(operations);
  operations.hash = "other";
  database.on_operations(operations);
  CHECK(tracked.rows("SELECT model_id, syn_acc, mem_read, syn_mac, input_spikerate, output_count, input_is_binary, "
                     "output_is_binary FROM models_operationcounter") == Rows{"1, 11, 2.5, NULL, 0.25, 4, 1, 0"});
}

TEST_CASE("a database of qualia_core alone gets the tables of spiking networks", "[experimenttracking][database]") {
  if (!is_available()) return;
  const Tracked tracked;
  tracked.open();
  SqliteDatabase(tracked.path)
      .run_script(
          "DROP TABLE models_snn; DROP TABLE models_operationcounter; "
          "DELETE FROM plugins");
  tracked.open().on_model(kTrained);
  CHECK(tracked.rows("SELECT timesteps FROM models_snn") == Rows{"4"});
}

TEST_CASE("files that are no such database are refused and left alone", "[experimenttracking][database]") {
  if (!is_available()) return;
  const Tracked tracked;
  std::filesystem::create_directory(tracked.folder.path() / "out");
  const auto refused = [&](const std::string& why) {
    CHECK_THROWS_AS(tracked.open(), DataError);
    CHECK_THROWS_WITH(tracked.open(), contains(why));
  };
  SECTION("another program's") {
    SqliteDatabase(tracked.path).run("CREATE TABLE songs (title TEXT)");
    refused("a database of version 0; accepted from version 11");
    CHECK(tracked.rows("SELECT name FROM sqlite_master") == Rows{"'songs'"});
  }
  SECTION("an older Qualia's") {
    tracked.open();
    SqliteDatabase(tracked.path).run("PRAGMA user_version = 9");
    refused("a database of version 9");
  }
  SECTION("no database") {
    std::ofstream(tracked.path) << std::string(4096, 'x');
    refused("qualia.db: SQLite refused");
  }
  SECTION("a folder") {
    std::filesystem::create_directory(tracked.path);
    refused("qualia.db: cannot be opened");
  }
}
