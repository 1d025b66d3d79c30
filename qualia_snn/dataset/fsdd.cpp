#include "qualia_snn/dataset/fsdd.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string_view>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/progress.h"
#include "qualia_snn/core/spelling.h"
#include "qualia_snn/dataset/folder.h"
#include "qualia_snn/io/audio.h"
#include "qualia_snn/io/zip.h"

namespace fs = std::filesystem;

namespace qualia_snn::dataset {
namespace {

constexpr std::int64_t kClasses = 10, kTestRecordings = 5;

/// A recording, as its name tells it.
struct Recording {
  std::string where;  ///< path, or name in the archive
  std::int64_t digit = -1, index = -1;
  std::string speaker = {};
};

/// Recordings in a folder or an archive.
struct Recordings {
  std::vector<Recording> list;  ///< sorted by name
  std::function<io::Audio(const std::string& where)> read;
};

/// Returns a number that fills its text; -1: it does not.
std::int64_t whole_number(std::string_view text) {
  std::int64_t number = -1;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && rest == text.data() + text.size() ? number : -1;
}

Recording parse_name(const std::string& where) {
  const auto stem = fs::path(where).stem().string();
  const auto first = stem.find('_'), last = stem.rfind('_');
  Recording recording{where};
  if (first != std::string::npos && first < last) {
    recording.digit = whole_number(std::string_view(stem).substr(0, first));
    recording.index = whole_number(std::string_view(stem).substr(last + 1));
    recording.speaker = stem.substr(first + 1, last - first - 1);
  }
  QUALIA_SNN_CHECK(0 <= recording.digit && recording.digit < kClasses && recording.index >= 0, DataError, where,
                   ": expected a name like <digit>_<speaker>_<i>.wav, with a digit from 0 to ", kClasses - 1);
  return recording;
}

Recordings find_recordings(const std::string& path) {
  Recordings found;
  std::vector<std::string> names;
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    names = files_below(path, ".wav");
    found.read = [](const std::string& where) { return io::read_audio_int16(where); };
  } else {
    const auto archive = std::make_shared<const io::ZipArchive>(path);
    for (const auto& name : archive->names()) {
      if (name.ends_with(".wav")) names.push_back(name);
    }
    found.read = [archive](const std::string& where) {
      return io::decode_audio_int16(archive->read(where), archive->path() + ": " + where);
    };
  }
  QUALIA_SNN_CHECK(!names.empty(), DataError, path, ": holds no *.wav");
  for (const auto& name : names) found.list.push_back(parse_name(name));
  return found;
}

void check_speakers(const std::vector<std::string>& asked_for, const std::vector<Recording>& recordings,
                    const std::string& path) {
  std::set<std::string> known;
  for (const auto& recording : recordings) known.insert(recording.speaker);
  for (const auto& speaker : asked_for) {
    QUALIA_SNN_CHECK(known.contains(speaker), DataError, path, ": has no speaker \"", speaker,
                     "\" (dataset.params.test_speakers); it has ", join({known.begin(), known.end()}));
  }
}

}  // namespace

datamodel::DataModel FSDD::load() const {
  const auto recordings = find_recordings(options_.path);
  const auto is_test = [&](const Recording& recording) {
    if (!options_.test_speakers) return recording.index < kTestRecordings;
    const auto& speakers = *options_.test_speakers;
    return std::find(speakers.begin(), speakers.end(), recording.speaker) != speakers.end();
  };
  if (options_.test_speakers) check_speakers(*options_.test_speakers, recordings.list, options_.path);
  const auto load_set = [&](bool for_testing, const char* set) {
    std::vector<const Recording*> chosen;
    for (const auto& recording : recordings.list) {
      if (is_test(recording) == for_testing) chosen.push_back(&recording);
    }
    QUALIA_SNN_CHECK(!chosen.empty(), DataError, options_.path, ": the ", set, " set has no recordings");
    const auto N = static_cast<std::int64_t>(chosen.size());
    const auto x = at::zeros({N, options_.record_length, 1}), y = at::empty({N}, at::kLong);
    Progress progress(concat("reading FSDD: ", set), N);
    for (std::int64_t i = 0; i < N; ++i) {
      const auto& recording = *chosen[static_cast<std::size_t>(i)];
      const auto samples = recordings.read(recording.where).samples;
      const auto count = std::min(options_.record_length, samples.size(0));
      x[i].narrow(0, 0, count).copy_(samples.narrow(0, 0, count));
      y[i] = recording.digit;
      progress.advance();
    }
    return datamodel::RawData{x, y};
  };
  datamodel::RawDataModel model{name(), {}};
  model.sets.train = load_set(false, "train");
  model.sets.test = load_set(true, "test");
  return model;
}

}  // namespace qualia_snn::dataset
