#include "qualia_snn/experimenttracking/csv_logger.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/csv.h"
#include "qualia_snn/io/python_text.h"

namespace fs = std::filesystem;

namespace qualia_snn::experimenttracking {
namespace {

using Rows = std::vector<std::map<std::string, std::string>>;

std::string text_of(double figure) { return io::python_repr(static_cast<double>(static_cast<float>(figure))); }

/// A table with the union of all columns, sorted; what a row does not have is empty.
std::string table(const Rows& rows) {
  std::set<std::string> columns;
  for (const auto& row : rows) {
    for (const auto& [column, figure] : row) columns.insert(column);
  }
  auto text = io::csv_line({columns.begin(), columns.end()});
  for (const auto& row : rows) {
    std::vector<std::string> cells;
    for (const auto& column : columns) {
      const auto found = row.find(column);
      cells.push_back(found == row.end() ? "" : found->second);
    }
    text += io::csv_line(cells);
  }
  return text;
}

void write_files(const std::string& folder, const std::string& metrics) {
  io::write_file(folder + "/metrics.csv", metrics);
  io::write_file(folder + "/hparams.yaml", "{}\n");
}

}  // namespace

void CSVLogger::add(std::int64_t epoch, std::int64_t updates, const learningframework::Metrics& figures) {
  Row row{{"epoch", std::to_string(epoch)}, {"step", std::to_string(updates - 1)}};
  for (const auto& [name, figure] : figures) row[name] = text_of(figure);
  rows_.push_back(std::move(row));
}

void CSVLogger::on_step_end(const learningframework::StepInfo& info) {
  if (steps_.take(info)) add(info.epoch, info.updates, step_figures(info));
}

void CSVLogger::on_epoch_end(const learningframework::EpochInfo& info) {
  const auto figures = epoch_figures(info);
  if (!figures.valid.empty()) add(info.epoch, info.steps, figures.valid);
  add(info.epoch, info.steps, figures.train);
  try {
    write();
  } catch (const DataError& error) {
    // A table must not cost a training; it is written whole after the next epoch.
    if (!warned_) log::warning(concat("training goes on without its table: ", error.what()));
    warned_ = true;
  }
}

void CSVLogger::on_fit_end() {
  if (!rows_.empty()) write();
}

void CSVLogger::write() const { write_files(folder_, table(rows_)); }

State CSVLogger::save() const {
  State state;
  state.set_text("rows", nlohmann::json(rows_).dump());
  state.set_integer("last_update", steps_.last_update());
  return state;
}

void CSVLogger::load(const State& state) {
  rows_ = nlohmann::json::parse(state.text("rows")).get<std::vector<Row>>();
  steps_.set_last_update(state.integer("last_update"));
}

void write_evaluation_metrics(const std::string& folder, const learningframework::Metrics& metrics) {
  std::map<std::string, std::string> row{{"epoch", "0"}, {"step", "0"}};
  for (const auto& [name, figure] : metrics) row[name] = text_of(figure);
  write_files(folder, table({row}));
}

std::int64_t next_version(const std::string& folder) {
  constexpr std::string_view kPrefix = "version_";
  std::int64_t next = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    std::int64_t number = 0;
    const auto [rest, error] = std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), number);
    if (error == std::errc{} && rest == name.data() + name.size()) next = std::max(next, number + 1);
  }
  return next;
}

}  // namespace qualia_snn::experimenttracking
