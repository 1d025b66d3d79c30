#include "qualia_snn/dataset/nmnist.h"

#include <ATen/ATen.h>

#include <filesystem>

#include "qualia_snn/dataset/event_files.h"
#include "qualia_snn/dataset/folder.h"
#include "qualia_snn/io/atis.h"

namespace qualia_snn::dataset {
namespace {

constexpr std::int64_t kSize = 34, kClasses = 10;

}  // namespace

std::vector<std::string> NMNIST::sources() const { return files_below(options_.path, ".bin"); }

datamodel::DataModel NMNIST::load() const {
  const auto load_set = [&](const char* set) {
    const auto folder = (std::filesystem::path(options_.path) / set).string();
    const auto read = [](const std::string& path) { return io::read_atis(path, kSize, kSize); };
    return event_data(labelled_files(folder, ".bin", kClasses), read);
  };
  datamodel::EventDataModel model{name(), {}, kSize, kSize};
  model.sets.train = load_set("Train");
  model.sets.test = load_set("Test");
  return model;
}

}  // namespace qualia_snn::dataset
