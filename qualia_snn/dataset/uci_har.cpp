#include "qualia_snn/dataset/uci_har.h"

#include <ATen/ATen.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/dataset/folder.h"
#include "qualia_snn/io/file.h"

namespace fs = std::filesystem;

namespace qualia_snn::dataset {
namespace {

constexpr double kMostSubjects = 1e6;
/// In the order of the data set's numbers, which count from 1.
constexpr const char* kActivities[] = {"WALKING", "WALKING_UPSTAIRS", "WALKING_DOWNSTAIRS",
                                       "SITTING", "STANDING",         "LYING"};
constexpr std::int64_t kFeatures = 561, kMoments = 128;

/// Reads a table of numbers with spaces between them, [lines, columns], float64.
at::Tensor read_table(const std::string& path, std::int64_t columns) {
  const auto text = io::read_file(path);
  std::vector<double> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  std::int64_t line = 1, column = 0;
  const auto end_line = [&] {
    QUALIA_SNN_CHECK(column == 0 || column == columns, DataError, path, ":", line, ": ", column, " numbers; expected ",
                     columns);
    ++line;
    column = 0;
  };
  while (at < end) {
    if (*at == '\n') end_line();
    if (*at == ' ' || (*at >= '\t' && *at <= '\r')) {
      ++at;
      continue;
    }
    double value = 0;
    const auto [rest, error] = std::from_chars(at, end, value);
    QUALIA_SNN_CHECK(error == std::errc{} && std::isfinite(value), DataError, path, ":", line, ": number ", column + 1,
                     ": ", std::string(at, std::min<std::ptrdiff_t>(end - at, 16)), "; expected a finite number");
    numbers.push_back(value);
    ++column;
    at = rest;
  }
  end_line();
  const auto table = at::empty({static_cast<std::int64_t>(numbers.size()) / columns, columns}, at::kDouble);
  if (!numbers.empty()) std::memcpy(table.mutable_data_ptr(), numbers.data(), numbers.size() * sizeof(double));
  return table;
}

at::Tensor read_samples(const fs::path& folder, const std::string& set, bool is_raw) {
  if (!is_raw) return read_table((folder / ("X_" + set + ".txt")).string(), kFeatures).to(at::kFloat).unsqueeze(2);
  std::vector<at::Tensor> signals;
  for (const char* sensor : {"body_acc", "body_gyro", "total_acc"}) {
    for (const char* axis : {"x", "y", "z"}) {
      const auto path = (folder / "Inertial Signals" / concat(sensor, "_", axis, "_", set, ".txt")).string();
      signals.push_back(read_table(path, kMoments).to(at::kFloat));
      QUALIA_SNN_CHECK(signals.back().size(0) == signals.front().size(0), DataError, path, ": ", signals.back().size(0),
                       " lines; expected ", signals.front().size(0), " as in the others");
    }
  }
  return at::stack(signals, 2);
}

/// Joins consecutive windows of one subject and activity.
std::vector<datamodel::Subject> load_set(const std::string& path, const std::string& set, bool is_raw) {
  const auto folder = fs::path(path) / set;
  const auto samples = read_samples(folder, set, is_raw);
  const auto labels_path = (folder / ("y_" + set + ".txt")).string();
  const auto labels = read_table(labels_path, 1),
             people = read_table((folder / ("subject_" + set + ".txt")).string(), 1);
  const auto N = samples.size(0);
  QUALIA_SNN_CHECK(N > 0 && labels.size(0) == N && people.size(0) == N, DataError, folder.string(), ": ", N,
                   " windows, ", labels.size(0), " labels, ", people.size(0), " subjects; expected as many");
  std::vector<datamodel::Subject> subjects;
  for (std::int64_t begin = 0; begin < N;) {
    const auto label = labels[begin].item<double>(), person = people[begin].item<double>();
    QUALIA_SNN_CHECK(label >= 1 && label <= 6 && label == std::floor(label), DataError, labels_path, ":", begin + 1,
                     ": label ", label, "; expected 1 to 6");
    auto end = begin + 1;
    while (end < N && labels[end].item<double>() == label && people[end].item<double>() == person) ++end;
    QUALIA_SNN_CHECK(person >= 0 && person < kMostSubjects && person == std::floor(person), DataError, folder.string(),
                     ": window ", begin + 1, " is of subject ", person, "; expected a whole number below ",
                     kMostSubjects);
    const auto name = std::to_string(static_cast<std::int64_t>(person));
    if (subjects.empty() || subjects.back().name != name) subjects.push_back({name, {}});
    const auto activity = static_cast<std::int64_t>(label) - 1;
    // Qualia: features have the numbers of its own list of activities, raw signals those of the data set.
    const auto kind = is_raw ? activity : datamodel::activity_number(kActivities[activity]);
    subjects.back().activities.push_back(
        {kind, samples.narrow(0, begin, end - begin), std::string(kActivities[activity])});
    begin = end;
  }
  return subjects;
}

}  // namespace

datamodel::DataModel UCI_HAR::load() const {
  const bool is_raw = options_.variant == "raw";
  datamodel::HARDataModel model{name(), {}, {}};
  model.sets.train = load_set(options_.path, "train", is_raw);
  model.sets.test = load_set(options_.path, "test", is_raw);
  return model;
}

}  // namespace qualia_snn::dataset
