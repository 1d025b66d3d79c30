#include "qualia_snn/core/error.h"
#include "qualia_snn/io/sqlite.h"

// In place of sqlite.cpp where libsqlite3 was not found.
namespace qualia_snn::io {
namespace {

[[noreturn]] void refuse(const std::string& path) {
  throw DataError(path + ": this build has no SQLite; install libsqlite3-dev and configure again");
}

}  // namespace

bool reads_sqlite() { return false; }

SqliteDatabase::SqliteDatabase(std::string path) { refuse(path); }
SqliteDatabase::~SqliteDatabase() = default;
void SqliteDatabase::fail(const std::string&) const { refuse(path_); }
std::vector<SqliteRow> SqliteDatabase::run(const std::string&, const SqliteRow&) { refuse(path_); }
void SqliteDatabase::run_script(const std::string&) { refuse(path_); }
std::int64_t SqliteDatabase::last_row_id() const { refuse(path_); }

SqliteTransaction::SqliteTransaction(SqliteDatabase& database) : database_(database) { refuse(database.path()); }
SqliteTransaction::~SqliteTransaction() = default;
void SqliteTransaction::commit() { refuse(database_.path()); }

}  // namespace qualia_snn::io
