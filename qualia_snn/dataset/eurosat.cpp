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
#include "qualia_snn/io/scratch_array.h"
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

/// The files of the split.
struct SplitFiles {
  explicit SplitFiles(const fs::path& path)
      : train((path / "train_idx.json").string()), test((path / "test_idx.json").string()) {}
  bool exist() const {
    std::error_code ignored;
    return fs::exists(train, ignored) && fs::exists(test, ignored);
  }
  EuroSATSplit read() const { return {from_json(io::read_file(train), train), from_json(io::read_file(test), test)}; }

  std::string train, test;
};

std::int64_t images_in(const EuroSATIndices& indices) {
  std::int64_t sum = 0;
  for (const auto& [name, numbers] : indices) sum += static_cast<std::int64_t>(numbers.size());
  return sum;
}

/// Says where a split is not what the configuration asks for.
void compare(const EuroSATSplit& split, const SplitFiles& files, const Images& images, double ratio) {
  std::int64_t all = 0, asked_for = 0;
  for (const auto& [name, count] : counts_of(images)) {
    all += count;
    asked_for += eurosat_test_size(count, ratio);
  }
  const auto train = images_in(split.train), test = images_in(split.test);
  if (test == asked_for && train == all - asked_for) return;
  log::warning(concat("EuroSAT: dataset.params.train_test_ratio = ", ratio, " has no effect: ", files.train, " and ",
                      files.test, " name ", train, " training and ", test, " test images, where it would give ",
                      all - asked_for, " and ", asked_for, "; remove both files to draw anew"));
}

datamodel::RawData load_set(const Images& images, const EuroSATIndices& indices, at::ScalarType type,
                            const std::string& scratch, const char* set) {
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
  const std::vector<std::int64_t> sizes{kSize, kSize, images.channels};
  io::ScratchArray x(scratch, sizes, type);
  const auto y = at::empty({N}, at::kLong);
  Progress progress(concat("reading EuroSAT: ", set), N);
  for (std::int64_t i = 0; i < N; ++i) {
    const auto& [file, label] = files[static_cast<std::size_t>(i)];
    const auto image = images.channels == 3 ? io::read_jpeg(file) : io::read_tiff(file);
    QUALIA_SNN_CHECK(image.sizes() == sizes, DataError, file, ": holds ", image.sizes(), "; expected ",
                     at::IntArrayRef(sizes));
    x.append(1)[0].copy_(image.to(at::kInt));
    y[i] = label;
    progress.advance();
  }
  return {x.finish(), y};
}

Images find_images(const std::string& path, const std::string& variant) {
  const bool is_rgb = variant == "RGB";
  const auto folder = fs::path(path) / variant;
  return {folder, is_rgb ? ".jpg" : ".tif", is_rgb ? 3 : 13, folders_in(folder.string())};
}

}  // namespace

void EuroSAT::prepare() const {
  const SplitFiles files(options_.path);
  const auto images = find_images(options_.path, options_.variant);
  if (files.exist()) {
    log::info(concat("EuroSAT: the split of ", files.train, " and ", files.test));
    compare(files.read(), files, images, options_.train_test_ratio);
    return;
  }
  QUALIA_SNN_CHECK(random_, ConfigError, "EuroSAT: needs the random generator of the data set; expected ",
                   "BuildContext::shared_random to be set");
  const auto split = split_eurosat(counts_of(images), options_.train_test_ratio, *random_);
  io::write_file(files.test, to_json(split.test));
  io::write_file(files.train, to_json(split.train));
}

std::vector<std::string> EuroSAT::sources() const {
  const auto images = find_images(options_.path, options_.variant);
  const SplitFiles split(options_.path);
  auto files = files_below(images.folder.string(), images.extension);
  files.insert(files.end(), {split.train, split.test});
  return files;
}

datamodel::DataModel EuroSAT::load() const {
  const SplitFiles files(options_.path);
  if (!files.exist()) prepare();
  const auto images = find_images(options_.path, options_.variant);
  const auto split = files.read();
  const auto type = options_.dtype == "uint8" ? at::kByte : at::kFloat;
  datamodel::RawDataModel model{name(), {}};
  model.sets.train = load_set(images, split.train, type, scratch_, "train");
  model.sets.test = load_set(images, split.test, type, scratch_, "test");
  return model;
}

}  // namespace qualia_snn::dataset
