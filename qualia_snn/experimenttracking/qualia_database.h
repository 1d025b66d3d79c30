#pragma once

#include <optional>
#include <string>

#include "qualia_snn/config/build_context.h"
#include "qualia_snn/io/sqlite.h"
#include "qualia_snn/learningframework/observer.h"

namespace qualia_snn::experimenttracking {

/// Records models and their metrics in an SQLite database that Qualia's own tools read.
///
/// Models are found by the SHA-256 of their .pth file: what is there already is not written a second time, so a run
/// that goes on leaves the same rows as one that was never stopped. Source:
/// qualia_plugin_snn.experimenttracking.QualiaDatabase.
class QUALIA_SNN_API QualiaDatabase : public learningframework::Observer {
 public:
  static constexpr const char* kDetails =
      "Rows of models (name, parameters, SHA-256 of the .pth file, what it was trained from), metrics (host: after\n"
      "training; target: of the action evaluate) and models_snn, as Qualia writes them.\n"
      "Source: qualia_plugin_snn.experimenttracking.QualiaDatabase.";
  struct Options {
    std::optional<std::string> db_path;

    static void options(auto&& o) { o("db_path", &Options::db_path, "file of the database; none: out/qualia.db"); }
  };

  /// Opens the database, or makes one.
  /// @throws DataError  if it cannot be written, or is not Qualia's.
  QualiaDatabase(Options options, const config::BuildContext& context);

  void on_model(const learningframework::ModelInfo& info) override;
  void on_evaluation(const learningframework::EvaluationInfo& info) override;
  void on_operations(const learningframework::OperationsInfo& info) override;

 private:
  std::optional<std::int64_t> find_model(const std::string& hash);
  std::int64_t add_model(const learningframework::ModelInfo& info);
  void add_metric(std::int64_t model, const std::string& source, const std::string& name, io::SqliteValue value);

  io::SqliteDatabase database_;
};

}  // namespace qualia_snn::experimenttracking
