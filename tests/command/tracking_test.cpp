// [experimenttracking] of the built program.
#include "qualia_snn/io/sqlite.h"
#include "tests/command/prepared.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using testing::Arguments;
using testing::Prepared;

namespace {

bool is_available() {
  if (!io::reads_sqlite()) WARN("skipped: this build has no SQLite");
  return io::reads_sqlite();
}

const Arguments kTracked = {"--experimenttracking.kind=QualiaDatabase"};

std::vector<io::SqliteRow> rows(const Prepared& prepared, const std::string& query) {
  return io::SqliteDatabase((prepared.folder.path() / "out/qualia.db").string()).run(query);
}

std::int64_t count(const Prepared& prepared, const std::string& what) {
  return std::get<std::int64_t>(rows(prepared, "SELECT count(*) FROM " + what).at(0).at(0));
}

}  // namespace

TEST_CASE("QualiaDatabase has the models of all runs", "[command][database]") {
  if (!is_available()) return;
  const Prepared prepared;
  REQUIRE(prepared.train(kTracked).exit_code == 0);
  CHECK(count(prepared, "models") == 1);
  // Those that Qualia records, of both sets.
  CHECK(count(prepared,
              "metrics WHERE source = 'host' AND name IN ('train_acc', 'test_acc', 'test_avgclsacc', "
              "'test_f1', 'test_prec', 'test_rec')") == 6);
  CHECK(count(prepared, "metrics") == 10);
  // The same bits are the same model.
  REQUIRE(prepared.train(kTracked).exit_code == 0);
  CHECK(count(prepared, "models") == 1);

  const auto folder = prepared.folder.path().string();
  REQUIRE(testing::run_program(folder, {"c.toml", "evaluate", kTracked[0]}).exit_code == 0);
  CHECK(count(prepared, "metrics WHERE source = 'target' AND name = 'avg_time' AND value > 0") == 1);
  CHECK(count(prepared, "metrics WHERE source = 'target' AND name = 'test_acc'") == 1);

  REQUIRE(prepared.train({kTracked[0], "--model.0.load=true"}).exit_code == 0);
  CHECK(count(prepared, "models WHERE id = 2 AND parent_id = 1") == 1);
}

TEST_CASE("a database that cannot be used ends the run before its work", "[command][database]") {
  if (!is_available()) return;
  const Prepared prepared;
  const auto run = prepared.train({kTracked[0], "--experimenttracking.params.db_path=\"c.toml\""});
  CHECK(run.exit_code == 3);
  CHECK_THAT(run.err, contains("c.toml") && contains("not a database"));
  CHECK(run.out.find("Training small") == std::string::npos);
  CHECK(testing::files_below(prepared.folder.path() / "logs").empty());
}
