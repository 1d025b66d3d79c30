#include "qualia_snn/dataset/dvs_gesture.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/progress.h"
#include "qualia_snn/datamodel/event_frames.h"
#include "qualia_snn/dataset/event_files.h"
#include "qualia_snn/dataset/folder.h"
#include "qualia_snn/io/aedat.h"
#include "qualia_snn/io/npz.h"
#include "qualia_snn/io/scratch_array.h"

namespace fs = std::filesystem;

namespace qualia_snn::dataset {
namespace {

constexpr std::int64_t kSize = 128, kClasses = 11;

// Qualia: classes are folders in the order of their names as text, so gesture 10 is class 2, gesture 2 class 3, ...
constexpr std::int64_t kClassOf[kClasses] = {0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 2};

io::EventColumns read_npz(const std::string& path) {
  const io::NpzArchive archive(path);
  const auto column = [&](const char* name, at::ScalarType type) {
    const auto values = archive.read(name);
    QUALIA_SNN_CHECK(values.dim() == 1 && !values.is_floating_point(), DataError, path, ": ", name, " is ",
                     values.sizes(), " of type ", values.scalar_type(), "; expected integers [E]");
    // Places that do not fit into the narrower type are outside the sensor either way.
    const auto numbers = values.to(at::kLong);
    return type == at::kShort ? numbers.clamp(-1, 0x7fff).to(type) : type == at::kBool ? numbers.ne(0) : numbers;
  };
  io::EventColumns columns{column("t", at::kLong), column("y", at::kShort), column("x", at::kShort),
                           column("p", at::kBool)};
  datamodel::check_events({columns.t, columns.y, columns.x, columns.p, columns.x}, kSize, kSize, path);
  return columns;
}

/// A part of a recording in which one gesture is made.
struct Trial {
  std::string file;
  std::int64_t gesture, start, end;  ///< from 0; microseconds
  std::string name;                  ///< of the file that SpikingJelly makes of it
};

/// Reads the gestures of a recording from its table: class (from 1), start and end, microseconds.
std::vector<Trial> read_trials(const fs::path& folder, const std::string& recording) {
  const auto stem = fs::path(recording).stem().string();
  const auto path = (folder / (stem + "_labels.csv")).string();
  const auto lines = read_lines(path);
  std::vector<Trial> trials;
  std::int64_t counts[kClasses] = {};
  for (std::size_t i = 1; i < lines.size(); ++i) {
    std::int64_t values[3] = {};
    const char* at = lines[i].data();
    const char* const end = at + lines[i].size();
    bool good = true;
    for (auto& value : values) {
      const auto [rest, error] = std::from_chars(at, end, value);
      good = good && error == std::errc{} && (&value == &values[2] ? rest == end : rest != end && *rest == ',');
      at = rest + (rest != end);
    }
    QUALIA_SNN_CHECK(good && values[0] >= 1 && values[0] <= kClasses && 0 <= values[1] && values[1] <= values[2],
                     DataError, path, ":", i + 1, ": ", lines[i], "; expected class (1 to ", kClasses,
                     "), start and end, microseconds");
    const auto gesture = values[0] - 1;
    trials.push_back(
        {(folder / recording).string(), gesture, values[1], values[2], concat(stem, "_", counts[gesture]++, ".npz")});
  }
  QUALIA_SNN_CHECK(!trials.empty(), DataError, path, ": names no gestures");
  return trials;
}

/// Returns the trials of a list of recordings in the order in which Qualia has them: by class, then by file.
std::vector<Trial> all_trials(const fs::path& folder, const char* list) {
  std::vector<Trial> trials;
  for (const auto& recording : read_lines((folder / list).string())) {
    const auto more = read_trials(folder, recording);
    trials.insert(trials.end(), more.begin(), more.end());
  }
  QUALIA_SNN_CHECK(!trials.empty(), DataError, (folder / list).string(), ": names no recordings");
  std::sort(trials.begin(), trials.end(), [](const Trial& a, const Trial& b) {
    return std::pair(kClassOf[a.gesture], a.name) < std::pair(kClassOf[b.gesture], b.name);
  });
  return trials;
}

/// Events of all trials of a set, each recording decoded once; the system writes to disk what does not fit into memory.
class TrialEvents {
 public:
  explicit TrialEvents(const std::string& scratch)
      : t_(scratch, {}, at::kLong),
        y_(scratch, {}, at::kShort),
        x_(scratch, {}, at::kShort),
        p_(scratch, {}, at::kBool) {}

  /// Adds the events of a trial and returns their first and how many they are.
  std::pair<std::int64_t, std::int64_t> add(const io::EventColumns& all, const Trial& trial) {
    const auto* const t = all.t.const_data_ptr<std::int64_t>();
    const auto first = std::lower_bound(t, t + all.t.size(0), trial.start) - t;
    const auto E = std::lower_bound(t, t + all.t.size(0), trial.end) - t - first;
    QUALIA_SNN_CHECK(E > 0, DataError, trial.file, ": holds no events from ", trial.start, " to ", trial.end,
                     " us, where its table has gesture ", trial.gesture + 1);
    for (const auto& [kept, column] : {std::pair(&t_, &all.t), {&y_, &all.y}, {&x_, &all.x}, {&p_, &all.p}}) {
      kept->append(E).copy_(column->narrow(0, first, E));
    }
    size_ += E;
    return {size_ - E, E};
  }
  /// Returns all of them; nothing can be added any more.
  io::EventColumns finish() { return {t_.finish(), y_.finish(), x_.finish(), p_.finish()}; }

 private:
  io::ScratchArray t_, y_, x_, p_;
  std::int64_t size_ = 0;
};

datamodel::EventData aedat_set(const fs::path& folder, const char* list, const std::string& scratch) {
  const auto trials = all_trials(folder, list);
  std::map<std::string, std::vector<std::size_t>> trials_of;  // a recording has trials of nearly all classes
  for (std::size_t i = 0; i < trials.size(); ++i) trials_of[trials[i].file].push_back(i);
  TrialEvents events(scratch);
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges(trials.size());
  std::vector<std::int64_t> labels;
  for (const auto& trial : trials) labels.push_back(kClassOf[trial.gesture]);
  Progress progress(concat("decoding the recordings of ", list), static_cast<std::int64_t>(trials_of.size()));
  for (const auto& [file, numbers] : trials_of) {
    const auto recording = io::read_aedat(file, kSize, kSize);
    for (const auto i : numbers) ranges[i] = events.add(recording, trials[i]);
    progress.advance();
  }
  return {static_cast<std::int64_t>(trials.size()),
          [all = events.finish(), ranges = std::move(ranges), labels = std::move(labels)](std::int64_t i) {
            const auto [first, E] = ranges[static_cast<std::size_t>(i)];
            const auto part = [&, first = first, E = E](const at::Tensor& column) {
              return column.narrow(0, first, E);
            };
            const auto label = at::full({1}, labels[static_cast<std::size_t>(i)], at::kChar).expand({E});
            return datamodel::Events{part(all.t), part(all.y), part(all.x), part(all.p), label};
          }};
}

datamodel::EventDataModel load_events(const std::string& path, const std::string& name, const std::string& scratch) {
  datamodel::EventDataModel model{name, {}, kSize, kSize};
  std::error_code ignored;
  const auto npz = fs::path(path) / "events_np";
  if (fs::is_directory(npz, ignored)) {
    const auto load_set = [&](const char* set) {
      return event_data(labelled_files((npz / set).string(), ".npz", kClasses), &read_npz);
    };
    model.sets.train = load_set("train");
    model.sets.test = load_set("test");
    return model;
  }
  for (const auto& folder : {fs::path(path) / "DvsGesture", fs::path(path) / "extract" / "DvsGesture"}) {
    if (!fs::is_directory(folder, ignored)) continue;
    model.sets.train = aedat_set(folder, "trials_to_train.txt", scratch);
    model.sets.test = aedat_set(folder, "trials_to_test.txt", scratch);
    return model;
  }
  throw DataError(concat(path, ": holds neither events_np/ nor DvsGesture/; unpack DvsGesture.tar.gz there ",
                         "(dataset.params.path)"));
}

/// Returns the files that `load_events` reads.
std::vector<std::string> event_sources(const std::string& path) {
  std::error_code ignored;
  const auto npz = fs::path(path) / "events_np";
  if (fs::is_directory(npz, ignored)) return files_below(npz.string(), ".npz");
  auto files = files_below(path, ".aedat");
  for (const char* extension : {".csv", ".txt"}) {
    const auto more = files_below(path, extension);
    files.insert(files.end(), more.begin(), more.end());
  }
  return files;
}

}  // namespace

std::vector<std::string> DVSGesture::sources() const { return event_sources(options_.path); }

std::vector<std::string> DVSGestureWithPreprocessing::sources() const { return event_sources(options_.path); }

datamodel::DataModel DVSGesture::load() const { return load_events(options_.path, name(), scratch_); }

std::string DVSGestureWithPreprocessing::name() const {
  return concat("DVSGestureWithPreprocessing_", options_.data_type, "_d", options_.duration, "_t", options_.timesteps);
}

datamodel::DataModel DVSGestureWithPreprocessing::load() const {
  constexpr const char* kKind = "DVSGestureWithPreprocessing";
  auto events = load_events(options_.path, name(), scratch_);
  auto arrays = datamodel::integrate_events(events, datamodel::frames_of_duration(options_.duration), scratch_, kKind);
  datamodel::group_time_steps(arrays, options_.timesteps, kKind);
  for (const auto& [set, data] : arrays.sets.named()) {
    if (!*data) continue;
    (*data)->y = (*data)->y.to(at::kInt);
    (*data)->info = at::Tensor();
  }
  return arrays;
}

}  // namespace qualia_snn::dataset
