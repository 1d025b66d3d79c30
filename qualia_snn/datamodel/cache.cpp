#include "qualia_snn/datamodel/cache.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/progress.h"
#include "qualia_snn/io/atomic_folder.h"
#include "qualia_snn/io/file.h"
#include "qualia_snn/io/npy.h"
#include "qualia_snn/io/sha256.h"

namespace fs = std::filesystem;
using nlohmann::json;

namespace qualia_snn::datamodel {
namespace {

/// Another one for every change of what readers make of files: caches of the earlier ones are made anew.
constexpr int kFormat = 2;
constexpr const char* kManifest = "manifest.json";

/// Arrays of a set, under the names of their files.
struct SetFiles {
  std::string folder;  ///< "train"
  std::string of(const char* part) const { return folder + "/" + part + ".npy"; }
};

void keep_array(const std::string& root, const std::string& file, const at::Tensor& array) {
  if (array.defined()) io::write_npy((fs::path(root) / file).string(), array);
}

json keep(RawDataModel& model, const std::string& root) {
  json manifest{{"kind", "arrays"}, {"subjects", model.subjects}};
  for (const auto& [name, set] : model.sets.named()) {
    if (!*set) continue;
    const SetFiles files{name};
    keep_array(root, files.of("x"), (*set)->x);
    keep_array(root, files.of("y"), (*set)->y);
    keep_array(root, files.of("info"), (*set)->info);
    manifest["sets"][name] = {{"chunks", (*set)->chunks}};
  }
  return manifest;
}

void keep(const EventData& set, const SetFiles& files, const EventDataModel& model, const std::string& root) {
  const auto path = [&](const char* part) { return (fs::path(root) / files.of(part)).string(); };
  io::NpyWriter t(path("t"), {}, at::kLong), x(path("x"), {}, at::kShort), p(path("p"), {}, at::kBool);
  const auto label_type = set.recordings > 0 ? set.read(0).labels.scalar_type() : at::kLong;
  io::NpyWriter labels(path("labels"), {}, label_type), ends(path("ends"), {}, at::kLong);
  std::optional<io::NpyWriter> y;
  if (model.h > 1) y.emplace(path("y"), std::vector<std::int64_t>{}, at::kShort);
  std::int64_t end = 0;
  Progress progress(concat("keeping the events of ", model.name, ": ", files.folder), set.recordings);
  for (std::int64_t i = 0; i < set.recordings; ++i) {
    const auto events = set.read(i);
    t.append(events.t);
    x.append(events.x);
    p.append(events.p);
    if (y) y->append(events.y);
    labels.append(events.labels);
    ends.append(at::full({1}, end += events.size(), at::kLong));
    progress.advance();
  }
  for (auto* writer : {&t, &x, &p, &labels, &ends}) writer->finish();
  if (y) y->finish();
}

json keep(EventDataModel& model, const std::string& root) {
  json manifest{{"kind", "events"}, {"h", model.h}, {"w", model.w}};
  for (const auto& [name, set] : model.sets.named()) {
    if (!*set) continue;
    keep(**set, {name}, model, root);
    manifest["sets"].push_back(name);
  }
  return manifest;
}

/// Names of the files below a folder, sorted.
std::vector<std::string> names_below(const std::string& root) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(root, error)) {
    if (entry.is_regular_file()) names.push_back(entry.path().lexically_relative(root).generic_string());
  }
  return names;
}

RawDataModel recall_arrays(const std::string& root, const json& manifest, const std::string& name) {
  RawDataModel model{name, {}, manifest.at("subjects").get<std::vector<std::string>>()};
  for (const auto& [set, facts] : manifest.at("sets").items()) {
    const SetFiles files{set};
    const auto read = [&](const char* part) { return io::read_npy((fs::path(root) / files.of(part)).string()); };
    RawData data{read("x"), read("y")};
    if (manifest.at("files").contains(files.of("info"))) data.info = read("info");
    data.chunks = facts.at("chunks").get<std::vector<std::int64_t>>();
    model.sets.at(set) = std::move(data);
  }
  return model;
}

EventData recall_set(const std::string& root, const SetFiles& files, const EventDataModel& model) {
  const auto read = [&](const char* part) { return io::read_npy((fs::path(root) / files.of(part)).string()); };
  const Events all{read("t"), model.h > 1 ? read("y") : at::Tensor(), read("x"), read("p"), read("labels")};
  const auto ends = read("ends");
  return {ends.size(0), [all, ends](std::int64_t i) {
            const auto begin = i == 0 ? 0 : ends[i - 1].item<std::int64_t>(), end = ends[i].item<std::int64_t>();
            const auto part = [&](const at::Tensor& column) {
              return column.defined() ? column.narrow(0, begin, end - begin) : column;
            };
            return Events{part(all.t), part(all.y), part(all.x), part(all.p), part(all.labels)};
          }};
}

EventDataModel recall_events(const std::string& root, const json& manifest, const std::string& data_set) {
  EventDataModel model{data_set, {}, manifest.at("h"), manifest.at("w")};
  for (const auto& [name, data] : model.sets.named()) {
    for (const auto& kept : manifest.at("sets")) {
      if (kept == name) *data = recall_set(root, {name}, model);
    }
  }
  return model;
}

std::string sum_of(const json& manifest) {
  io::Sha256 sum;
  sum.update(manifest.dump());
  return sum.finish();
}

enum class Trust { kChecked, kJustWritten };

/// Returns what was kept for a key; none: nothing, or something damaged, which is said.
std::optional<DataModel> recall(const std::string& root, const std::string& name, const std::string& key, Trust trust) {
  std::error_code ignored;
  if (!fs::exists(fs::path(root) / kManifest, ignored)) return std::nullopt;
  try {
    auto manifest = json::parse(io::read_file((fs::path(root) / kManifest).string()));
    if (manifest.at("format") != kFormat || manifest.at("key") != key) return std::nullopt;
    const auto sum = manifest.at("sum");
    manifest.erase("sum");
    QUALIA_SNN_CHECK(sum == sum_of(manifest), DataError, kManifest, " has changed");
    for (const auto& [file, sum] : manifest.at("files").items()) {
      if (trust == Trust::kJustWritten) break;
      QUALIA_SNN_CHECK(io::sha256_of_file((fs::path(root) / file).string()) == sum, DataError, file, " has changed");
    }
    if (manifest.at("kind") == "arrays") return recall_arrays(root, manifest, name);
    return recall_events(root, manifest, name);
  } catch (const std::exception& damage) {
    log::warning(concat(root, ": damaged, will be made anew: ", damage.what()));
    return std::nullopt;
  }
}

}  // namespace

std::string CacheKey::hash() const {
  io::Sha256 sum;
  sum.update(concat(kFormat, '\0', name, '\0', parameters, '\0'));
  for (const auto& source : sources) {
    std::error_code ignored;
    const auto time = fs::last_write_time(source, ignored).time_since_epoch().count();
    sum.update(concat(fs::absolute(source).string(), '\0', fs::file_size(source, ignored), '\0', time, '\0'));
  }
  return sum.finish();
}

namespace {

/// Files are dated by a clock that may be so much behind.
constexpr std::chrono::milliseconds kClockTick{10};

/// Size and time of each source.
using Stamps = std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>>;

Stamps stamps_of(const CacheKey& key) {
  Stamps stamps;
  std::error_code ignored;
  for (const auto& source : key.sources) {
    stamps[source] = {fs::file_size(source, ignored), fs::last_write_time(source, ignored)};
  }
  return stamps;
}

/// @param start  of reading: sources that were not known by then are older
bool any_changed(const Stamps& before, const Stamps& after, fs::file_time_type start) {
  const bool one_left =
      std::any_of(before.begin(), before.end(), [&](const auto& source) { return !after.contains(source.first); });
  return one_left || std::any_of(after.begin(), after.end(), [&](const auto& source) {
           const auto known = before.find(source.first);
           return known == before.end() ? source.second.second + kClockTick > start : known->second != source.second;
         });
}

}  // namespace

DataModel cached(const std::string& folder, const std::function<CacheKey()>& key,
                 const std::function<DataModel()>& read) {
  const auto start = fs::file_time_type::clock::now();
  const auto first = key();
  const auto before = stamps_of(first);
  const auto& name = first.name;
  const auto root = (fs::path(folder) / name).string();
  if (auto model = recall(root, name, first.hash(), Trust::kChecked)) {
    log::info(concat("reading ", name, " from ", root));
    return std::move(*model);
  }
  auto model = read();
  if (std::holds_alternative<HARDataModel>(model)) return model;
  std::vector<std::string> ours{kManifest};
  for (const char* set : {"train", "valid", "test"}) {
    for (const char* part : {"x", "y", "info", "t", "p", "labels", "ends"}) ours.push_back(SetFiles{set}.of(part));
  }
  io::AtomicFolder target(root, ours);
  auto* const arrays = std::get_if<RawDataModel>(&model);
  auto manifest = arrays ? keep(*arrays, target.path()) : keep(std::get<EventDataModel>(model), target.path());
  manifest["format"] = kFormat;
  const auto last = key();
  const auto hash = last.hash();
  manifest["key"] = hash;
  manifest["files"] = json::object();
  for (const auto& file : names_below(target.path())) {
    manifest["files"][file] = io::sha256_of_file((fs::path(target.path()) / file).string());
  }
  manifest["sum"] = sum_of(manifest);
  io::write_file((fs::path(target.path()) / kManifest).string(), manifest.dump(1));
  // By now everything was read; events are read while they are kept.
  if (any_changed(before, stamps_of(last), start)) {
    log::warning(concat(name, ": a raw file changed while it was read; nothing is kept in ", root));
    return model;
  }
  target.commit();
  auto kept = recall(root, name, hash, Trust::kJustWritten);
  QUALIA_SNN_CHECK(kept, DataError, root, ": what was just written cannot be read");
  return std::move(*kept);
}

}  // namespace qualia_snn::datamodel
