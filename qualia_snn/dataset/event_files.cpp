#include "qualia_snn/dataset/event_files.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/dataset/folder.h"

namespace qualia_snn::dataset {

std::vector<LabelledFile> labelled_files(const std::string& folder, const std::string& extension,
                                         std::int64_t classes) {
  const auto names = folders_in(folder);
  QUALIA_SNN_CHECK(static_cast<std::int64_t>(names.size()) == classes, DataError, folder, ": holds ", names.size(),
                   " folders; expected one for each of ", classes, " classes");
  std::vector<LabelledFile> files;
  for (std::size_t label = 0; label < names.size(); ++label) {
    const auto below = files_below((std::filesystem::path(folder) / names[label]).string(), extension);
    QUALIA_SNN_CHECK(!below.empty(), DataError, folder, "/", names[label], ": an empty class; expected files *",
                     extension);
    for (const auto& path : below) files.push_back({path, static_cast<std::int64_t>(label)});
  }
  return files;
}

datamodel::EventData event_data(std::vector<LabelledFile> files,
                                std::function<io::EventColumns(const std::string& path)> read) {
  const auto N = static_cast<std::int64_t>(files.size());
  return {N, [files = std::move(files), read = std::move(read)](std::int64_t i) {
            const auto& file = files[static_cast<std::size_t>(i)];
            const auto columns = read(file.path);
            const auto labels = at::full({1}, file.label, at::kChar).expand({columns.t.size(0)});
            QUALIA_SNN_CHECK(columns.t.size(0) > 0, DataError, file.path, ": holds no events");
            return datamodel::Events{columns.t, columns.y, columns.x, columns.p, labels};
          }};
}

}  // namespace qualia_snn::dataset
