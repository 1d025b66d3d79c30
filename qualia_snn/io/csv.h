#pragma once

#include <string>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Returns one line of a CSV file. Source: RFC 4180, section 2.
QUALIA_SNN_API std::string csv_line(const std::vector<std::string>& cells);

/// A table in a CSV file that is complete after every row; the file appears with its first row.
class QUALIA_SNN_API CsvTable {
 public:
  CsvTable(std::string path, std::vector<std::string> columns);
  /// Appends one row, one cell per column.
  /// @throws DataError  if the file cannot be written.
  void add_row(const std::vector<std::string>& cells);
  const std::string& path() const { return path_; }
  /// Returns the whole file.
  const std::string& text() const { return text_; }
  /// Makes the file what `text` returned earlier.
  void restore(std::string text);

 private:
  std::string path_, text_;
};

}  // namespace qualia_snn::io
