#include "qualia_snn/datamodel/raw_data.h"

#include <filesystem>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/npy.h"

namespace fs = std::filesystem;

namespace qualia_snn::datamodel {
namespace {

std::string set_folder(const std::string& root, const std::string& name, const char* set) {
  return (fs::path(root) / "out" / "data" / name / set).string();
}

}  // namespace

void export_data(const RawDataModel& model, const std::string& root) {
  auto sets = model.sets;
  for (const auto& [set, data] : sets.named()) {
    for (const char* file : {"/data.npy", "/labels.npy"}) {
      io::check_writable_target(set_folder(root, model.name, set) + file);
    }
  }
  std::vector<io::AtomicFile> files;
  for (const auto& [set, data] : sets.named()) {
    if (!*data) continue;
    const auto folder = set_folder(root, model.name, set);
    files.push_back(io::begin_npy(folder + "/data.npy", (*data)->x));
    files.push_back(io::begin_npy(folder + "/labels.npy", (*data)->y));
  }
  for (auto& file : files) file.commit();
  // A set of an earlier preprocessing that this one does not have must not be read again.
  for (const auto& [set, data] : sets.named()) {
    if (*data) continue;
    std::error_code ignored;
    for (const char* file : {"/data.npy", "/labels.npy"}) fs::remove(set_folder(root, model.name, set) + file, ignored);
  }
}

RawDataModel import_data(const std::string& name, const std::string& root) {
  RawDataModel model{name, {}};
  for (const auto& [set, data] : model.sets.named()) {
    const auto folder = set_folder(root, name, set);
    std::error_code ignored;
    if (!fs::exists(folder + "/data.npy", ignored)) continue;
    auto x = io::read_npy(folder + "/data.npy");
    auto y = io::read_npy(folder + "/labels.npy");
    QUALIA_SNN_CHECK(x.dim() > 0 && y.dim() > 0 && x.size(0) == y.size(0), DataError, folder, ": data.npy holds ",
                     x.sizes(), " and labels.npy ", y.sizes(), "; the numbers of samples differ");
    *data = RawData{std::move(x), std::move(y)};
  }
  QUALIA_SNN_CHECK(model.sets.train && model.sets.train->size() > 0, DataError, set_folder(root, name, "train"),
                   ": no preprocessed samples; run the action preprocess_data first, in the same folder");
  return model;
}

}  // namespace qualia_snn::datamodel
