#include <random>

#include "qualia_snn/core/error.h"
#include "qualia_snn/datamodel/cache.h"
#include "qualia_snn/datamodel/event_frames.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using namespace qualia_snn::datamodel;
using testing::TemporaryFolder;

namespace {

/// Events of a sensor at random places, with times that ascend by up to `step`.
Events random_events(std::int64_t E, std::int64_t h, std::int64_t w, std::int64_t step, int seed) {
  at::manual_seed(static_cast<std::uint64_t>(seed));
  Events events;
  events.t = at::randint(0, step + 1, {E}, at::kLong).cumsum(0);
  if (h > 1) events.y = at::randint(0, h, {E}, at::kShort);
  events.x = at::randint(0, w, {E}, at::kShort);
  events.p = at::randint(0, 2, {E}, at::kBool);
  events.labels = at::full({1}, 3, at::kByte).expand({E});
  return events;
}

EventDataModel model_of(std::vector<Events> recordings, std::int64_t h, std::int64_t w) {
  EventDataModel model{"example", {}, h, w};
  const auto count = static_cast<std::int64_t>(recordings.size());
  model.sets.train =
      EventData{count, [recordings](std::int64_t i) { return recordings.at(static_cast<std::size_t>(i)); }};
  return model;
}

Events events_at(std::vector<std::int64_t> t) {
  const auto E = static_cast<std::int64_t>(t.size());
  return {
      at::tensor(t, at::kLong), {}, at::zeros({E}, at::kShort), at::ones({E}, at::kBool), at::zeros({E}, at::kLong)};
}

/// Counts of the frames of a recording of one pixel, channel 1.
std::vector<float> counts(const FrameBounds& bounds, std::vector<std::int64_t> t) {
  const TemporaryFolder scratch;
  auto model = model_of({events_at(std::move(t))}, 1, 1);
  const auto x =
      integrate_events(model, bounds, scratch.path(), "test").sets.train->x.select(2, 1).flatten().contiguous();
  return {x.const_data_ptr<float>(), x.const_data_ptr<float>() + x.numel()};
}

using Counts = std::vector<float>;

}  // namespace

TEST_CASE("frames of a duration hold their events, the last one also that at its end", "[datamodel][events]") {
  CHECK(counts(frames_of_duration(10), {5, 14, 15, 24, 25, 26}) == Counts{2, 2, 2});
  CHECK(counts(frames_of_duration(10), {0, 10, 20}) == Counts{1, 2});
  CHECK(counts(frames_of_duration(10), {0, 35}) == Counts{1, 0, 0, 1});  // Qualia raises: empty frames
  CHECK(counts(frames_of_duration(10), {7}) == Counts{1});
  CHECK(counts(frames_of_duration(10), {7, 7}) == Counts{2});
}

TEST_CASE("a number of frames is of equal numbers of events or of equal times", "[datamodel][events]") {
  CHECK(counts(frames_of_number(3), {0, 1, 2, 3, 4, 5, 6, 7}) == Counts{2, 2, 4});
  CHECK(counts(frames_of_number(3), {0, 1}) == Counts{0, 0, 2});
  CHECK(counts(frames_of_time(3), {0, 1, 2, 10, 11}) == Counts{3, 0, 2});  // 3 us each
  CHECK(counts(frames_of_time(3), {4, 4}) == Counts{0, 0, 2});
}

TEST_CASE("frames hold what counting event by event gives, over a million events", "[datamodel][events]") {
  const TemporaryFolder scratch;
  for (const std::int64_t h : {1, 9}) {
    const std::int64_t w = 13, duration = 1000;
    const std::vector<Events> recordings{random_events(700'000, h, w, 7, 1), random_events(300'000, h, w, 3, 2),
                                         random_events(1, h, w, 3, 3)};
    auto model = model_of(recordings, h, w);
    const auto frames = *integrate_events(model, frames_of_duration(duration), scratch.path(), "test").sets.train;
    CHECK(frames.x.sum().item<double>() == 1'000'001);
    auto expected = at::zeros_like(frames.x);
    auto* const values = expected.mutable_data_ptr<float>();
    for (std::int64_t r = 0; r < 3; ++r) {
      const auto& events = recordings[static_cast<std::size_t>(r)];
      const auto first = frames.info[r][0].item<std::int64_t>(), last = frames.info[r][1].item<std::int64_t>() - 1;
      const auto* const t = events.t.const_data_ptr<std::int64_t>();
      for (std::int64_t e = 0; e < events.size(); ++e) {
        const auto frame = std::min(last, first + (t[e] - t[0]) / duration);
        const auto y = h > 1 ? events.y.const_data_ptr<std::int16_t>()[e] : 0;
        const auto x = events.x.const_data_ptr<std::int16_t>()[e];
        values[((frame * h + y) * w + x) * 2 + events.p.const_data_ptr<bool>()[e]] += 1;
      }
    }
    CHECK(at::equal(frames.x, expected));
    CHECK(at::equal(frames.y, at::full({frames.x.size(0)}, 3, at::kByte)));
  }
}

TEST_CASE("the label of a frame is that of most events, of an empty one that of the recording", "[datamodel][events]") {
  const TemporaryFolder scratch;
  auto events = events_at({0, 1, 2, 3, 30, 31, 32});
  events.labels = at::tensor({5, 5, 2, 2, 7, 7, 7}, at::kLong);
  auto model = model_of({events}, 1, 1);
  const auto frames = *integrate_events(model, frames_of_duration(10), scratch.path(), "test").sets.train;
  CHECK(at::equal(frames.y, at::tensor({2, 7, 7, 7}, at::kLong)));
}

TEST_CASE("events that cannot be are refused", "[datamodel][events]") {
  const auto fails = [](Events events, const std::string& message) {
    CHECK_THROWS_WITH(check_events(events, 4, 5, "here"), contains("here: ") && contains(message));
  };
  const auto good = random_events(9, 4, 5, 10, 4);
  check_events(good, 4, 5, "here");
  auto events = good;
  events.x = good.x.clone();
  events.x[3] = 5;
  fails(events, "event 3 has x = 5; expected 0 to 4");
  events = good;
  events.y = good.y.clone();
  events.y[8] = -1;
  fails(events, "event 8 has y = -1; expected 0 to 3");
  events = good;
  events.t = good.t.clone();
  events.t[4] = -1;
  fails(events, "event 4 at -1 us comes after one at");
  events = good;
  events.p = good.p.narrow(0, 0, 8);
  fails(events, "p of the events is [8]");
  events = good;
  events.y = at::Tensor();
  fails(events, "y of the events is missing");
  const TemporaryFolder scratch;
  auto model = model_of({events_at({})}, 1, 1);
  CHECK_THROWS_WITH(integrate_events(model, frames_of_number(2), scratch.path(), "step"),
                    contains("step: recording 0 of the train set has no events"));
}

TEST_CASE("frames are grouped into time steps within their recording", "[datamodel][events]") {
  RawDataModel model{"example", {}};
  model.sets.train = RawData{at::arange(9, at::kFloat).view({9, 1}), at::tensor({1, 1, 2, 3, 3, 3, 4, 5, 5}, at::kLong),
                             at::tensor({0, 5, 5, 6, 6, 9}, at::kLong).view({3, 2})};
  group_time_steps(model, 2, "test");
  const auto& set = *model.sets.train;
  CHECK(at::equal(set.x.flatten(), at::tensor({0, 1, 2, 3, 6, 7}, at::kFloat)));
  CHECK(set.x.sizes() == at::IntArrayRef({3, 2, 1}));
  CHECK(at::equal(set.y, at::tensor({1, 2, 4}, at::kLong)));
  CHECK(at::equal(set.info, at::tensor({0, 2, 2, 2, 2, 3}, at::kLong).view({3, 2})));
  for (const auto& wrong :
       {std::vector<std::int64_t>{0, 5, 4, 9}, {5, 9, 0, 5}, {0, 9, 0, 9}, {-1, 3, 3, 9}, {0, 10, 10, 10}}) {
    auto overlapping = model;
    overlapping.sets.train = RawData{at::zeros({9, 1}), at::ones({9}, at::kLong), at::tensor(wrong).view({2, 2})};
    CHECK_THROWS_WITH(group_time_steps(overlapping, 2, "test"), contains("test: the train set has recording "));
  }
  model.sets.train->info = at::Tensor();
  CHECK_THROWS_WITH(group_time_steps(model, 2, "test"), contains("expected IntegrateEventsByFixedDuration"));
}

TEST_CASE("what was read is kept, and read again when it is damaged or its sources changed", "[datamodel][cache]") {
  const TemporaryFolder folder;
  const auto source = folder / "raw.bin";
  testing::write_text(source, "one");
  int reads = 0;
  const auto key = [&] { return CacheKey{"example", "parameters", {source}}; };
  const auto get = [&](bool events) {
    return cached(folder / "cache", key, [&]() -> DataModel {
      ++reads;
      if (events) return model_of({random_events(50, 3, 4, 5, 1), random_events(7, 3, 4, 5, 2)}, 3, 4);
      RawDataModel model{"example", {}};
      model.sets.train = RawData{at::arange(6, at::kFloat).view({3, 2}), at::arange(3), {}, {2, 1}};
      return model;
    });
  };
  for (const bool events : {false, true}) {
    testing::write_text(source, events ? "two!" : "one");
    reads = 0;
    for (int i = 0; i < 2; ++i) {
      auto model = get(events);
      if (events) {
        const auto second = event_data(model, "test").sets.train->read(1), expected = random_events(7, 3, 4, 5, 2);
        CHECK(at::equal(second.t, expected.t));
        CHECK(at::equal(second.y, expected.y));
        CHECK(at::equal(second.labels, expected.labels));
        CHECK(second.labels.scalar_type() == at::kByte);
      } else {
        CHECK(at::equal(raw_data(model, "test").sets.train->x, at::arange(6, at::kFloat).view({3, 2})));
        CHECK(raw_data(model, "test").sets.train->chunks == std::vector<std::int64_t>{2, 1});
      }
    }
    CHECK(reads == 1);
    const auto file = folder / (events ? "cache/example/train/x.npy" : "cache/example/train/y.npy");
    auto bytes = testing::read_text(file);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    testing::write_text(file, bytes);
    get(events);
    CHECK(reads == 2);
    std::filesystem::remove(file);
    get(events);
    CHECK(reads == 3);
    testing::write_text(folder / "cache/example/manifest.json", "{");
    get(events);
    CHECK(reads == 4);
    get(events);
    CHECK(reads == 4);
    // A manifest that is well-formed and says something else.
    auto manifest = testing::read_text(folder / "cache/example/manifest.json");
    const std::string number = events ? "\"h\": 3" : "2,";
    REQUIRE(manifest.find(number) != std::string::npos);
    manifest.replace(manifest.find(number), number.size(), events ? "\"h\": 4" : "1,");
    testing::write_text(folder / "cache/example/manifest.json", manifest);
    get(events);
    CHECK(reads == 5);
  }
}

TEST_CASE("what changes while it is read is not kept", "[datamodel][cache]") {
  const TemporaryFolder folder;
  const auto source = folder / "raw.bin", found = folder / "found.bin";
  testing::write_text(source, "one");
  for (const bool known : {true, false}) {
    std::vector<std::string> sources{source};
    int reads = 0;
    const auto get = [&](const std::string& changes) {
      auto model = cached(
          folder / "cache",
          [&] {
            return CacheKey{"example", "", sources};
          },
          [&]() -> DataModel {
            ++reads;
            if (!changes.empty()) testing::write_text(known ? source : found, changes);
            if (!known) sources = {source, found};
            RawDataModel model{"example", {}};
            model.sets.train = RawData{at::full({1}, reads, at::kFloat), at::zeros({1})};
            return model;
          });
      return raw_data(model, "test").sets.train->x.item<float>();
    };
    CHECK(get(known ? "other" : "new") == 1);
    CHECK_FALSE(std::filesystem::exists(folder / "cache/example/manifest.json"));
    CHECK(get("") == 2);
    CHECK(get("") == 2);
    std::filesystem::remove_all(folder / "cache");
  }
}

TEST_CASE("a source that goes while it is read is a change too", "[datamodel][cache]") {
  const TemporaryFolder folder;
  const auto stays = folder / "stays.bin", goes = folder / "goes.bin";
  for (const auto& file : {stays, goes}) testing::write_text(file, "one");
  const auto key = [&] {
    std::vector<std::string> sources{stays};
    if (std::filesystem::exists(goes)) sources.push_back(goes);
    return CacheKey{"example", "", sources};
  };
  int reads = 0;
  const auto get = [&] {
    return cached(folder / "cache", key, [&]() -> DataModel {
      ++reads;
      std::filesystem::remove(goes);  // after it was listed, before the end of reading
      RawDataModel model{"example", {}};
      model.sets.train = RawData{at::zeros({1}), at::zeros({1})};
      return model;
    });
  };
  for (const int expected : {1, 2, 2}) {
    get();
    CHECK(reads == expected);
  }
}

TEST_CASE("each part of a key counts", "[datamodel][cache]") {
  const TemporaryFolder folder;
  const auto a = folder / "a", b = folder / "b";
  testing::write_text(a, "one");
  testing::write_text(b, "one");
  const auto time = std::filesystem::last_write_time(a);
  std::filesystem::last_write_time(b, time);
  const auto hash = CacheKey{"name", "parameters", {a}}.hash();
  CHECK(CacheKey{"name", "parameters", {a}}.hash() == hash);
  CHECK(CacheKey{"other", "parameters", {a}}.hash() != hash);
  CHECK(CacheKey{"name", "others", {a}}.hash() != hash);
  CHECK(CacheKey{"namep", "arameters", {a}}.hash() != hash);
  CHECK(CacheKey{"name", "parameters", {b}}.hash() != hash);
  CHECK(CacheKey{"name", "parameters", {a, b}}.hash() != hash);
  CHECK(CacheKey{"name", "parameters", {}}.hash() != hash);
  std::filesystem::last_write_time(a, time + std::chrono::seconds(1));
  CHECK(CacheKey{"name", "parameters", {a}}.hash() != hash);
  std::filesystem::last_write_time(a, time);
  CHECK(CacheKey{"name", "parameters", {a}}.hash() == hash);
  testing::write_text(a, "four");
  std::filesystem::last_write_time(a, time);
  CHECK(CacheKey{"name", "parameters", {a}}.hash() != hash);
}
