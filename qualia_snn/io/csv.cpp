#include "qualia_snn/io/csv.h"

#include <utility>

#include "qualia_snn/io/atomic_file.h"

namespace qualia_snn::io {

std::string csv_line(const std::vector<std::string>& cells) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += ',';
    // RFC 4180, section 2, rules 5-7.
    if (cells[i].find_first_of(",\"\r\n") == std::string::npos) {
      text += cells[i];
      continue;
    }
    text += '"';
    for (const char c : cells[i]) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    text += '"';
  }
  return text + "\n";
}

CsvTable::CsvTable(std::string path, std::vector<std::string> columns)
    : path_(std::move(path)), text_(csv_line(columns)) {}

void CsvTable::add_row(const std::vector<std::string>& cells) {
  text_ += csv_line(cells);
  write_file(path_, text_);
}

void CsvTable::restore(std::string text) {
  text_ = std::move(text);
  if (text_.find('\n') + 1 < text_.size()) write_file(path_, text_);
}

}  // namespace qualia_snn::io
