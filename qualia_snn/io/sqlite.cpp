#include "qualia_snn/io/sqlite.h"

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace fs = std::filesystem;

namespace qualia_snn::io {
namespace {

constexpr int kPatienceMilliseconds = 30'000;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

struct Bind {
  sqlite3_stmt* statement;
  int index;  ///< from 1

  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
  int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
  int operator()(const std::string& value) const {
    return sqlite3_bind_text64(statement, index, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
};

SqliteValue cell(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return std::monostate();
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    default: {
      const void* bytes = sqlite3_column_blob(statement, column);
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
      return bytes ? std::string(static_cast<const char*>(bytes), size) : std::string();
    }
  }
}

}  // namespace

bool reads_sqlite() { return true; }

SqliteDatabase::SqliteDatabase(std::string path) : path_(std::move(path)) {
  std::error_code failure;
  const auto folder = fs::path(path_).parent_path();
  if (!folder.empty()) fs::create_directories(folder, failure);
  QUALIA_SNN_CHECK(!failure, DataError, folder.string(), ": the folder cannot be made: ", failure.message());
  if (sqlite3_open_v2(path_.c_str(), &connection_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) != SQLITE_OK) {
    const std::string reason = sqlite3_errmsg(connection_);
    sqlite3_close(connection_);  // it exists even then
    throw DataError(concat(path_, ": cannot be opened as an SQLite database: ", reason));
  }
  sqlite3_busy_timeout(connection_, kPatienceMilliseconds);
}

SqliteDatabase::~SqliteDatabase() { sqlite3_close(connection_); }

void SqliteDatabase::fail(const std::string& what) const {
  throw DataError(concat(path_, ": SQLite refused ", what, ": ", sqlite3_errmsg(connection_)));
}

std::vector<SqliteRow> SqliteDatabase::run(const std::string& statement, const SqliteRow& values) {
  sqlite3_stmt* prepared = nullptr;
  const auto size = static_cast<int>(statement.size());
  if (sqlite3_prepare_v2(connection_, statement.data(), size, &prepared, nullptr) != SQLITE_OK) fail(statement);
  const Statement owned(prepared);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::visit(Bind{prepared, static_cast<int>(i) + 1}, values[i]) != SQLITE_OK) fail(statement);
  }
  std::vector<SqliteRow> rows;
  int state = sqlite3_step(prepared);
  for (; state == SQLITE_ROW; state = sqlite3_step(prepared)) {
    SqliteRow row;
    for (int column = 0; column < sqlite3_column_count(prepared); ++column) row.push_back(cell(prepared, column));
    rows.push_back(std::move(row));
  }
  if (state != SQLITE_DONE) fail(statement);
  return rows;
}

void SqliteDatabase::run_script(const std::string& statements) {
  if (sqlite3_exec(connection_, statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail("a script");
}

std::int64_t SqliteDatabase::last_row_id() const { return sqlite3_last_insert_rowid(connection_); }

// It takes the lock for writing at once: two processes that had both read could never go on.
SqliteTransaction::SqliteTransaction(SqliteDatabase& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

SqliteTransaction::~SqliteTransaction() {
  if (committed_) return;
  try {
    database_.run("ROLLBACK");
  } catch (const DataError& error) {
    // SQLite has undone it already after some failures, a full disk among them.
    log::debug(error.what());
  }
}

void SqliteTransaction::commit() {
  database_.run("COMMIT");
  committed_ = true;
}

}  // namespace qualia_snn::io
