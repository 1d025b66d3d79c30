#include "qualia_snn/dataset/hd.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/progress.h"
#include "qualia_snn/dataset/folder.h"
#include "qualia_snn/io/audio.h"

namespace fs = std::filesystem;

namespace qualia_snn::dataset {
namespace {

constexpr std::int64_t kClasses = 20;  // digits, in two languages at most

struct Recording {
  std::string path;
  std::int64_t speaker, label;
  at::Tensor samples = {};  ///< [S]
};

/// Returns the number that follows a word in the name of a recording.
std::int64_t number_after(std::string_view word, const std::string& path) {
  const auto name = fs::path(path).stem().string();
  const auto at = name.find(word);
  std::int64_t value = -1;
  if (at != std::string::npos) {
    const char* const end = name.data() + name.size();
    const auto [rest, error] = std::from_chars(name.data() + at + word.size(), end, value);
    if (error != std::errc{} || (rest != end && *rest != '_')) value = -1;
  }
  QUALIA_SNN_CHECK(value >= 0, DataError, path, ": the name has no number after \"", word,
                   "\"; expected lang-<l>_speaker-<s>_trial-<t>_digit-<d>");
  return value;
}

std::vector<Recording> find_recordings(const std::string& folder) {
  std::vector<Recording> recordings;
  for (const char* extension : {".flac", ".wav"}) {
    for (const auto& path : files_below(folder, extension)) {
      const auto label = number_after("digit-", path);
      QUALIA_SNN_CHECK(label < kClasses, DataError, path, ": digit ", label, "; expected 0 to ", kClasses - 1);
      recordings.push_back({path, number_after("speaker-", path), label});
    }
  }
  QUALIA_SNN_CHECK(!recordings.empty(), DataError, folder, ": holds no *.flac or *.wav");
  return recordings;
}

/// Makes a set of recordings, with zeros behind those that are shorter than `length`.
datamodel::RawData set_of(const std::vector<const Recording*>& recordings, std::int64_t length, const char* name) {
  QUALIA_SNN_CHECK(!recordings.empty(), DataError, "HD: the ", name, " set has no recordings");
  const auto N = static_cast<std::int64_t>(recordings.size());
  const auto x = at::zeros({N, length, 1}), y = at::empty({N}, at::kLong), info = at::empty({N, 1}, at::kLong);
  for (std::int64_t i = 0; i < N; ++i) {
    const auto& recording = *recordings[static_cast<std::size_t>(i)];
    x[i].narrow(0, 0, recording.samples.size(0)).copy_(recording.samples);
    y[i] = recording.label;
    info[i][0] = recording.speaker;
  }
  return {x, y, info};
}

}  // namespace

std::vector<std::string> HD::sources() const {
  std::vector<std::string> files{(fs::path(options_.path) / "test_filenames.txt").string()};
  for (const auto& recording : find_recordings((fs::path(options_.path) / "audio").string())) {
    files.push_back(recording.path);
  }
  return files;
}

datamodel::DataModel HD::load() const {
  auto recordings = find_recordings((fs::path(options_.path) / "audio").string());
  std::vector<std::string> test_names;
  if (!options_.variant) test_names = read_lines((fs::path(options_.path) / "test_filenames.txt").string());
  // The list names FLAC files; a folder may have been converted.
  for (auto& name : test_names) name = fs::path(name).stem().string();
  std::vector<const Recording*> train, test;
  std::int64_t longest = 0;
  Progress progress("reading HD", static_cast<std::int64_t>(recordings.size()));
  for (auto& recording : recordings) {
    const auto audio = io::read_audio(recording.path).samples;
    QUALIA_SNN_CHECK(audio.size(1) == 1, DataError, recording.path, ": ", audio.size(1), " channels; expected one");
    recording.samples = audio;
    longest = std::max(longest, audio.size(0));
    const auto contains = [](const auto& list, const auto& value) {
      return std::find(list.begin(), list.end(), value) != list.end();
    };
    const bool is_test = options_.variant ? contains(*options_.test_subjects, recording.speaker)
                                          : contains(test_names, fs::path(recording.path).stem().string());
    (is_test ? test : train).push_back(&recording);
    progress.advance();
  }
  datamodel::RawDataModel model{name(), {}};
  model.sets.train = set_of(train, longest, "train");
  model.sets.test = set_of(test, longest, "test");
  return model;
}

}  // namespace qualia_snn::dataset
