#include "qualia_snn/datamodel/raw_data.h"

#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/atomic_folder.h"
#include "qualia_snn/io/blosc2.h"
#include "qualia_snn/io/npy.h"

namespace fs = std::filesystem;

namespace qualia_snn::datamodel {
namespace {

constexpr const char* kData = "/data.npy";
constexpr const char* kLabels = "/labels.npy";
constexpr const char* kInfo = "/info.npy";
constexpr const char* kFiles[] = {kData, kLabels, kInfo};

const at::Tensor& array_of(const RawData& data, std::string_view file) {
  if (file == kData) return data.x;
  return file == kLabels ? data.y : data.info;
}

std::string set_folder(const std::string& root, const std::string& name, const char* set) {
  return (fs::path(root) / "out" / "data" / name / set).string();
}

}  // namespace

std::optional<RawData>& RawDataSets::at(std::string_view name) {
  for (const auto& [known, set] : named()) {
    if (name == known) return *set;
  }
  throw DataError(concat("there is no ", name, " set; expected train, valid or test"));
}

void export_data(const RawDataModel& model, const std::string& root) {
  auto sets = model.sets;
  std::vector<std::string> ours;
  for (const auto& [set, data] : sets.named()) {
    for (const char* file : kFiles) ours.push_back(concat(set, file));
  }
  io::AtomicFolder folder((fs::path(root) / "out" / "data" / model.name).string(), ours);
  for (const auto& [set, data] : sets.named()) {
    if (!*data) continue;
    for (const char* file : kFiles) {
      const auto array = array_of(**data, file);
      if (array.defined()) io::write_npy(concat(folder.path(), "/", set, file), array);
    }
  }
  folder.commit();
}

RawDataModel import_data(const std::string& name, const std::string& root) {
  RawDataModel model{name, {}};
  for (const auto& [set, data] : model.sets.named()) {
    const auto folder = set_folder(root, name, set);
    std::error_code ignored;
    if (!fs::exists(folder + kData, ignored)) {
      // Where the training set is ours, a leftover of Qualia in another folder is no set of this data set.
      if (data == &model.sets.train) io::refuse_blosc2(folder + "/data.npz");
      continue;
    }
    RawData read{io::read_npy(folder + kData), io::read_npy(folder + kLabels)};
    QUALIA_SNN_CHECK(read.x.dim() > 0 && read.y.dim() > 0 && read.x.size(0) == read.y.size(0), DataError, folder,
                     ": data.npy holds ", read.x.sizes(), " and labels.npy ", read.y.sizes(),
                     "; the numbers of samples differ");
    if (fs::exists(folder + kInfo, ignored)) read.info = io::read_npy(folder + kInfo);
    *data = std::move(read);
  }
  QUALIA_SNN_CHECK(model.sets.train && model.sets.train->size() > 0, DataError, set_folder(root, name, "train"),
                   ": no preprocessed samples; run the action preprocess_data first, in the same folder");
  return model;
}

}  // namespace qualia_snn::datamodel
