#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "qualia_snn/core/api.h"

struct sqlite3;

namespace qualia_snn::io {

/// A value of a cell: NULL, INTEGER, REAL or TEXT.
using SqliteValue = std::variant<std::monostate, std::int64_t, double, std::string>;
using SqliteRow = std::vector<SqliteValue>;

/// Returns whether this build has libsqlite3; without it SqliteDatabase throws.
QUALIA_SNN_API bool reads_sqlite();

/// An open SQLite database.
///
/// Waits for up to half a minute where another process writes to it.
class QUALIA_SNN_API SqliteDatabase {
 public:
  /// Opens a database, or makes an empty one.
  /// @throws DataError  if that is impossible; from every function, with the path, if the database refuses.
  explicit SqliteDatabase(std::string path);
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  /// Runs one statement with values in place of its question marks. @return  the rows it gives.
  std::vector<SqliteRow> run(const std::string& statement, const SqliteRow& values = {});
  /// Runs several statements, separated by semicolons.
  void run_script(const std::string& statements);
  /// Returns the id of the row that was inserted last.
  std::int64_t last_row_id() const;
  const std::string& path() const { return path_; }

 private:
  [[noreturn]] void fail(const std::string& what) const;

  std::string path_;
  sqlite3* connection_ = nullptr;
};

/// Statements that take effect together at `commit`, or not at all.
class QUALIA_SNN_API SqliteTransaction {
 public:
  explicit SqliteTransaction(SqliteDatabase& database);
  ~SqliteTransaction();
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;

  void commit();

 private:
  SqliteDatabase& database_;
  bool committed_ = false;
};

}  // namespace qualia_snn::io
