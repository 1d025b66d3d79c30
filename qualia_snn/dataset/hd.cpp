#include "qualia_snn/dataset/hd.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>
#include <string_view>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/progress.h"
#include "qualia_snn/core/spelling.h"
#include "qualia_snn/dataset/folder.h"
#include "qualia_snn/io/audio.h"
#include "qualia_snn/io/scratch_array.h"

namespace fs = std::filesystem;

namespace qualia_snn::dataset {
namespace {

constexpr std::int64_t kClasses = 20;  // digits, in two languages at most

struct Recording {
  std::string path;
  std::int64_t speaker, label;
  std::int64_t first = 0, samples = 0;  ///< where they lie among the samples of all recordings
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
/// @param samples  of all recordings [S]
/// @param scratch  folder of what may not fit into memory
datamodel::RawData set_of(const std::vector<const Recording*>& recordings, const at::Tensor& samples,
                          std::int64_t length, const std::string& scratch, const char* name) {
  QUALIA_SNN_CHECK(!recordings.empty(), DataError, "HD: the ", name, " set has no recordings");
  const auto N = static_cast<std::int64_t>(recordings.size());
  io::ScratchArray x(scratch, {length, 1}, at::kFloat);
  const auto y = at::empty({N}, at::kLong), info = at::empty({N, 1}, at::kLong);
  for (std::int64_t i = 0; i < N; ++i) {
    const auto& recording = *recordings[static_cast<std::size_t>(i)];
    const auto part = samples.narrow(0, recording.first, recording.samples).unsqueeze(1);
    x.append(1)[0].narrow(0, 0, recording.samples).copy_(part);
    y[i] = recording.label;
    info[i][0] = recording.speaker;
  }
  return {x.finish(), y, info};
}

void check_subjects(const std::vector<std::int64_t>& asked_for, const std::vector<Recording>& recordings,
                    const std::string& path) {
  std::set<std::int64_t> known;
  for (const auto& recording : recordings) known.insert(recording.speaker);
  std::vector<std::string> names;
  for (const auto subject : known) names.push_back(std::to_string(subject));
  for (const auto subject : asked_for) {
    QUALIA_SNN_CHECK(known.contains(subject), ConfigError, "HD: test_subjects names ", subject,
                     ", of whom there is no recording in ", path, "; it has speakers ", join(names));
  }
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
  if (options_.variant) check_subjects(*options_.test_subjects, recordings, options_.path);
  std::vector<std::string> test_names;
  if (!options_.variant) test_names = read_lines((fs::path(options_.path) / "test_filenames.txt").string());
  // The list names FLAC files; a folder may have been converted.
  for (auto& name : test_names) name = fs::path(name).stem().string();
  std::vector<const Recording*> train, test;
  // How long a row is, is known when all are read: their samples wait where the rows will be made of them.
  io::ScratchArray samples(scratch_, {}, at::kFloat);
  std::int64_t longest = 0, count = 0;
  Progress progress("reading HD", static_cast<std::int64_t>(recordings.size()));
  for (auto& recording : recordings) {
    const auto audio = io::read_audio(recording.path).samples;
    QUALIA_SNN_CHECK(audio.size(1) == 1, DataError, recording.path, ": ", audio.size(1), " channels; expected one");
    recording.first = count;
    recording.samples = audio.size(0);
    samples.append(recording.samples).copy_(audio.select(1, 0));
    count += recording.samples;
    longest = std::max(longest, recording.samples);
    const auto contains = [](const auto& list, const auto& value) {
      return std::find(list.begin(), list.end(), value) != list.end();
    };
    const bool is_test = options_.variant ? contains(*options_.test_subjects, recording.speaker)
                                          : contains(test_names, fs::path(recording.path).stem().string());
    (is_test ? test : train).push_back(&recording);
    progress.advance();
  }
  datamodel::RawDataModel model{name(), {}};
  const auto all = samples.finish();
  model.sets.train = set_of(train, all, longest, scratch_, "train");
  model.sets.test = set_of(test, all, longest, scratch_, "test");
  return model;
}

}  // namespace qualia_snn::dataset
