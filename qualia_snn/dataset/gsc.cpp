#include "qualia_snn/dataset/gsc.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/progress.h"
#include "qualia_snn/core/spelling.h"
#include "qualia_snn/dataset/event_files.h"
#include "qualia_snn/dataset/folder.h"
#include "qualia_snn/io/audio.h"
#include "qualia_snn/io/scratch_array.h"

namespace fs = std::filesystem;

namespace qualia_snn::dataset {
namespace {

constexpr const char* kNoise = "_background_noise_";
constexpr const char* kValidationNoise = "running_tap.wav";
constexpr std::int64_t kLeftOut = -1;

constexpr std::array kWords = {"backward", "bed",  "bird", "cat",   "dog",    "down",  "eight",  "five",   "follow",
                               "forward",  "four", "go",   "happy", "house",  "learn", "left",   "marvin", "nine",
                               "no",       "off",  "on",   "one",   "right",  "seven", "sheila", "six",    "stop",
                               "three",    "tree", "two",  "up",    "visual", "wow",   "yes",    "zero"};
constexpr std::array kNewInV2 = {"backward", "follow", "forward", "learn", "visual"};
constexpr std::array kDigits = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
/// In the order of their classes; then come silence and unknown.
constexpr std::array kCommands = {"down", "go", "left", "no", "off", "on", "right", "stop", "up", "yes"};
constexpr std::int64_t kSilence = 10, kUnknown = 11;

template <class Words>
std::int64_t place_in(const Words& words, std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  return found == words.end() ? kLeftOut : found - words.begin();
}

/// Returns the class of each folder; kLeftOut: its recordings are not used.
std::map<std::string, std::int64_t> classes_of(const std::string& subset, bool is_v1) {
  std::map<std::string, std::int64_t> classes{{kNoise, kLeftOut}};
  std::int64_t counted = 0;
  for (const std::string_view word : kWords) {
    if (is_v1 && place_in(kNewInV2, word) != kLeftOut) continue;
    auto& label = classes[std::string(word)];
    label = counted++;
    if (subset == "digits") label = place_in(kDigits, word);
    if (subset == "tensorflow") {
      label = place_in(kCommands, word);
      if (label == kLeftOut) label = kUnknown;
    }
  }
  if (subset == "tensorflow") classes[kNoise] = classes["_silence_"] = kSilence, classes["_unknown_"] = kUnknown;
  return classes;
}

/// The recordings of one set, and the noise of which it gets windows.
struct Recordings {
  std::vector<LabelledFile> words;
  std::vector<std::string> noise;
};

std::vector<LabelledFile> labelled_words(const std::string& folder,
                                         const std::map<std::string, std::int64_t>& classes) {
  std::vector<LabelledFile> files;
  for (const auto& path : files_below(folder, ".wav")) {
    const auto word = fs::path(path).parent_path().filename().string();
    const auto found = classes.find(word);
    QUALIA_SNN_CHECK(found != classes.end(), DataError, path, ": there is no word ", word, " in this version");
    if (found->second != kLeftOut) files.push_back({path, found->second});
  }
  return files;
}

/// Adds the samples of a recording, cut or continued with zeros.
void add_word(const std::string& path, std::int64_t length, io::ScratchArray& x) {
  const auto samples = io::read_audio_int16(path).samples;
  const auto count = std::min(length, samples.size(0));
  x.append(1)[0].narrow(0, 0, count).copy_(samples.narrow(0, 0, count));
}

/// Adds windows of a recording, each half a window after the one before; returns how many.
std::int64_t add_windows(const std::string& path, std::int64_t length, io::ScratchArray& x) {
  const auto samples = io::read_audio_int16(path).samples;
  QUALIA_SNN_CHECK(samples.size(0) >= length, DataError, path, ": ", samples.size(0), " samples; expected at least ",
                   "record_length = ", length);
  const auto windows = samples.unfold(0, length, std::max<std::int64_t>(1, length / 2)).transpose(1, 2);
  x.append(windows.size(0)).copy_(windows);
  return windows.size(0);
}

}  // namespace

std::vector<std::string> GSC::sources() const {
  auto files = files_below(options_.path, ".wav");
  for (const char* list : {"testing_list.txt", "validation_list.txt"}) {
    files.push_back((fs::path(options_.path) / list).string());
  }
  if (options_.test_path) {
    const auto more = files_below(*options_.test_path, ".wav");
    files.insert(files.end(), more.begin(), more.end());
  }
  return files;
}

datamodel::DataModel GSC::load() const {
  const auto classes = classes_of(options_.subset, options_.variant == "v1");
  const auto words = labelled_words(options_.path, classes);
  const auto listed = [&](const char* name) {
    const auto lines = read_lines((fs::path(options_.path) / name).string());
    return std::set<std::string>(lines.begin(), lines.end());
  };
  const auto testing = listed("testing_list.txt"), validation = listed("validation_list.txt");
  Recordings train, valid, test;
  for (const auto& file : words) {
    const fs::path path(file.path);
    const auto name = path.lexically_relative(options_.path).generic_string();
    if (path.parent_path().filename() == kNoise) {
      (path.filename() == kValidationNoise ? valid : train).noise.push_back(file.path);
    } else if (testing.contains(name)) {
      test.words.push_back(file);  // Qualia: with tensorflow too, whose test set comes from its own archive
    } else {
      (options_.train_valid_split && validation.contains(name) ? valid : train).words.push_back(file);
    }
  }
  if (options_.subset == "tensorflow") {
    const auto more = labelled_words(*options_.test_path, classes);
    test.words.insert(test.words.end(), more.begin(), more.end());
  }

  const auto load_set = [&](const Recordings& recordings, const char* set) {
    io::ScratchArray x(scratch_, {options_.record_length, 1}, at::kFloat);
    std::vector<std::int64_t> y;
    Progress progress(concat("reading GSC: ", set), static_cast<std::int64_t>(recordings.words.size()));
    for (const auto& file : recordings.words) {
      add_word(file.path, options_.record_length, x);
      y.push_back(file.label);
      progress.advance();
    }
    for (const auto& path : recordings.noise) {
      y.insert(y.end(), static_cast<std::size_t>(add_windows(path, options_.record_length, x)), kSilence);
    }
    QUALIA_SNN_CHECK(!y.empty(), DataError, options_.path, ": the ", set, " set has no recordings");
    return datamodel::RawData{x.finish(), at::tensor(y, at::kLong)};
  };
  datamodel::RawDataModel model{name(), {}};
  model.sets.train = load_set(train, "train");
  if (options_.train_valid_split) model.sets.valid = load_set(valid, "valid");
  if (!test.words.empty()) model.sets.test = load_set(test, "test");
  return model;
}

}  // namespace qualia_snn::dataset
