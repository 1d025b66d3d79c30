#include "qualia_snn/dataset/eurosat.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/numpy_random.h"
#include "qualia_snn/core/progress.h"
#include "qualia_snn/dataset/eurosat_split.h"
#include "qualia_snn/dataset/folder.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/file.h"
#include "qualia_snn/io/jpeg.h"
#include "qualia_snn/io/tiff.h"

namespace fs = std::filesystem;

namespace qualia_snn::dataset {
namespace {

constexpr std::int64_t kSize = 64;

struct Images {
  fs::path folder;
  std::string extension;
  std::int64_t channels;
  std::vector<std::string> classes;  ///< sorted
};

/// Returns how many images each class has.
std::vector<std::pair<std::string, std::int64_t>> counts_of(const Images& images) {
  std::vector<std::pair<std::string, std::int64_t>> counts;
  for (const auto& name : images.classes) {
    const auto files = files_below((images.folder / name).string(), images.extension);
    QUALIA_SNN_CHECK(!files.empty(), DataError, (images.folder / name).string(), ": an empty class; expected files *",
                     images.extension);
    counts.emplace_back(name, static_cast<std::int64_t>(files.size()));
  }
  return counts;
}

/// Reads the split of an earlier run, or draws and writes one.
EuroSATSplit load_split(const fs::path& path, const Images& images, double ratio, NumpyRandom* random) {
  const auto train = (path / "train_idx.json").string(), test = (path / "test_idx.json").string();
  std::error_code ignored;
  if (fs::exists(train, ignored) && fs::exists(test, ignored)) {
    log::info(concat("EuroSAT: the split of ", train, " and ", test));
    return {from_json(io::read_file(train), train), from_json(io::read_file(test), test)};
  }
  QUALIA_SNN_CHECK(random, ConfigError, "EuroSAT: needs the random generator of the data set; expected ",
                   "BuildContext::shared_random to be set");
  auto split = split_eurosat(counts_of(images), ratio, *random);
  io::write_file(test, to_json(split.test));
  io::write_file(train, to_json(split.train));
  return split;
}

datamodel::RawData load_set(const Images& images, const EuroSATIndices& indices, at::ScalarType type, const char* set) {
  std::vector<std::pair<std::string, std::int64_t>> files;
  for (const auto& [name, numbers] : indices) {
    const auto found = std::find(images.classes.begin(), images.classes.end(), name);
    QUALIA_SNN_CHECK(found != images.classes.end(), DataError, images.folder.string(), ": there is no class ", name,
                     ", which the split names");
    for (const auto number : numbers) {
      const auto file = (images.folder / name / concat(name, "_", number, images.extension)).string();
      std::error_code ignored;
      if (fs::is_regular_file(file, ignored)) {
        files.emplace_back(file, found - images.classes.begin());
      } else {
        log::warning(file + ": not found, left out");  // Qualia: so it is
      }
    }
  }
  const auto N = static_cast<std::int64_t>(files.size());
  QUALIA_SNN_CHECK(N > 0, DataError, images.folder.string(), ": the ", set, " set has no images");
  const auto x = at::empty({N, kSize, kSize, images.channels}, type);
  const auto y = at::empty({N}, at::kLong);
  Progress progress(concat("reading EuroSAT: ", set), N);
  for (std::int64_t i = 0; i < N; ++i) {
    const auto& [file, label] = files[static_cast<std::size_t>(i)];
    const auto image = images.channels == 3 ? io::read_jpeg(file) : io::read_tiff(file);
    QUALIA_SNN_CHECK(image.sizes() == x.sizes().slice(1), DataError, file, ": holds ", image.sizes(), "; expected ",
                     x.sizes().slice(1));
    x[i].copy_(image.to(at::kInt));
    y[i] = label;
    progress.advance();
  }
  return {x, y};
}

}  // namespace

std::vector<std::string> EuroSAT::sources() const {
  const auto folder = fs::path(options_.path) / options_.variant;
  auto files = files_below(folder.string(), options_.variant == "RGB" ? ".jpg" : ".tif");
  for (const char* split : {"train_idx.json", "test_idx.json"})
    files.push_back((fs::path(options_.path) / split).string());
  return files;
}

datamodel::DataModel EuroSAT::load() const {
  const bool is_rgb = options_.variant == "RGB";
  Images images{fs::path(options_.path) / options_.variant, is_rgb ? ".jpg" : ".tif", is_rgb ? 3 : 13, {}};
  images.classes = folders_in(images.folder.string());
  const auto split = load_split(options_.path, images, options_.train_test_ratio, random_.get());
  const auto type = options_.dtype == "uint8" ? at::kByte : at::kFloat;
  datamodel::RawDataModel model{name(), {}};
  model.sets.train = load_set(images, split.train, type, "train");
  model.sets.test = load_set(images, split.test, type, "test");
  return model;
}

}  // namespace qualia_snn::dataset
