#include "qualia_snn/dataset/gtsrb.h"

#include <ATen/ATen.h>

#include <charconv>
#include <filesystem>
#include <sstream>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/progress.h"
#include "qualia_snn/dataset/event_files.h"
#include "qualia_snn/dataset/folder.h"
#include "qualia_snn/io/ppm.h"
#include "qualia_snn/io/scratch_array.h"
#include "qualia_snn/signal/resize.h"

namespace fs = std::filesystem;

namespace qualia_snn::dataset {
namespace {

constexpr std::int64_t kClasses = 43;

std::int64_t parse_class(const std::string& text, const std::string& where) {
  std::int64_t value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  QUALIA_SNN_CHECK(error == std::errc{} && end == text.data() + text.size() && 0 <= value && value < kClasses,
                   DataError, where, ": class \"", text, "\"; expected 0 to ", kClasses - 1);
  return value;
}

/// Returns the training images: the folder says the class.
std::vector<LabelledFile> training_files(const fs::path& path) {
  std::vector<LabelledFile> files;
  for (const auto& file : files_below((path / "Final_Training" / "Images").string(), ".ppm")) {
    files.push_back({file, parse_class(fs::path(file).parent_path().filename().string(), file)});
  }
  return files;
}

/// Returns the test images: a table with Filename as its first column and ClassId as its eighth.
std::vector<LabelledFile> test_files(const fs::path& path) {
  const auto table = (path / "GT-final_test.csv").string();
  const auto lines = read_lines(table);
  std::vector<LabelledFile> files;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    std::istringstream line(lines[i]);
    std::vector<std::string> columns;
    for (std::string column; std::getline(line, column, ';');) columns.push_back(std::move(column));
    const auto where = concat(table, ":", i + 1);
    QUALIA_SNN_CHECK(columns.size() == 8, DataError, where, ": ", columns.size(), " columns; expected 8");
    files.push_back({(path / "Final_Test" / "Images" / columns[0]).string(), parse_class(columns[7], where)});
  }
  return files;
}

}  // namespace

std::vector<std::string> GTSRB::sources() const {
  std::vector<std::string> files{(fs::path(options_.path) / "GT-final_test.csv").string()};
  for (const auto& set : {training_files(options_.path), test_files(options_.path)}) {
    for (const auto& file : set) files.push_back(file.path);
  }
  return files;
}

datamodel::DataModel GTSRB::load() const {
  const auto load_set = [&](const std::vector<LabelledFile>& files, const char* set) {
    QUALIA_SNN_CHECK(!files.empty(), DataError, options_.path, ": the ", set, " set has no images");
    const auto N = static_cast<std::int64_t>(files.size());
    // Qualia: width counts rows, height columns.
    io::ScratchArray x(scratch_, {options_.width, options_.height, 3}, at::kFloat);
    const auto y = at::empty({N}, at::kLong);
    Progress progress(concat("reading GTSRB: ", set), N);
    for (std::int64_t i = 0; i < N; ++i) {
      const auto& file = files[static_cast<std::size_t>(i)];
      const auto pixels = io::read_ppm(file.path).to(at::kDouble) / 255;
      x.append(1)[0].copy_(signal::resize(pixels, options_.width, options_.height));
      y[i] = file.label;
      progress.advance();
    }
    return datamodel::RawData{x.finish(), y};
  };
  datamodel::RawDataModel model{name(), {}};
  model.sets.train = load_set(training_files(options_.path), "train");
  model.sets.test = load_set(test_files(options_.path), "test");
  return model;
}

}  // namespace qualia_snn::dataset
