#include "qualia_snn/dataset/shd.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <memory>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/gzip.h"
#include "qualia_snn/io/hdf5.h"

namespace qualia_snn::dataset {
namespace {

constexpr std::int64_t kChannels = 700, kMicroseconds = 1'000'000;
constexpr const char* kTimes = "spikes/times";
constexpr const char* kUnits = "spikes/units";

datamodel::Events read_recording(const io::Hdf5File& file, const std::string& path, std::int64_t i,
                                 std::int64_t label) {
  const auto where = concat(path, ": recording ", i);
  const auto seconds = file.list(kTimes, i), units = file.list(kUnits, i);
  QUALIA_SNN_CHECK(seconds.size(0) == units.size(0), DataError, where, ": ", seconds.size(0), " times and ",
                   units.size(0), " units; expected as many");
  QUALIA_SNN_CHECK(seconds.is_floating_point() && !units.is_floating_point(), DataError, where,
                   ": expected times in seconds, floats, and units, integers");
  const auto E = seconds.size(0);
  QUALIA_SNN_CHECK(seconds.isfinite().all().item<bool>() && seconds.abs().lt(1e9).all().item<bool>(), DataError, where,
                   ": a time is not finite or beyond 10^9 s");
  QUALIA_SNN_CHECK(units.ge(0).logical_and(units.lt(kChannels)).all().item<bool>(), DataError, where,
                   ": a unit is outside 0 to ", kChannels - 1);
  datamodel::Events events;
  events.t = (seconds * kMicroseconds).to(at::kLong);
  events.x = units.to(at::kShort);
  events.p = at::ones({1}, at::kBool).expand({E});
  events.labels = at::full({1}, label, at::kByte).expand({E});
  datamodel::check_events(events, 1, kChannels, where);
  return events;
}

}  // namespace

std::string SHD::file_of(const std::string& set) const {
  const auto name = options_.prefix + "_" + set + ".h5";
  return io::find_maybe_gzipped((std::filesystem::path(options_.path) / name).string());
}

datamodel::EventData SHD::load_set(const std::string& set) const {
  const auto path = file_of(set);
  const auto file = std::make_shared<const io::Hdf5File>(path, scratch_);
  const auto labels = file->integers("labels");
  const auto N = labels.size(0);
  QUALIA_SNN_CHECK(N > 0, DataError, path, ": holds no recordings");
  QUALIA_SNN_CHECK(file->size(kTimes) == N && file->size(kUnits) == N, DataError, path, ": ", N, " labels, ",
                   file->size(kTimes), " lists of times and ", file->size(kUnits), " of units; expected as many");
  QUALIA_SNN_CHECK(labels.ge(0).logical_and(labels.lt(classes())).all().item<bool>(), DataError, path,
                   ": a label is outside 0 to ", classes() - 1);
  return {N, [file, path, labels](std::int64_t i) {
            return read_recording(*file, path, i, labels[i].item<std::int64_t>());
          }};
}

std::vector<std::string> SHD::sources() const { return {file_of("train"), file_of("test")}; }

std::vector<std::string> SSC::sources() const { return {file_of("train"), file_of("valid"), file_of("test")}; }

datamodel::DataModel SHD::load() const {
  datamodel::EventDataModel model{name(), {}, 1, kChannels};
  model.sets.train = load_set("train");
  model.sets.test = load_set("test");
  return model;
}

datamodel::DataModel SSC::load() const {
  auto model = std::get<datamodel::EventDataModel>(SHD::load());
  model.sets.valid = load_set("valid");
  return model;
}

}  // namespace qualia_snn::dataset
