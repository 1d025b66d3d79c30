#include "qualia_snn/datamodel/event_frames.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/progress.h"
#include "qualia_snn/io/scratch_array.h"

namespace qualia_snn::datamodel {
namespace {

constexpr std::int64_t kMostFrames = 10'000'000;  // of one recording

/// Frames of one set, as they come.
struct Frames {
  io::ScratchArray x;
  std::vector<std::int64_t> labels;

  std::int64_t size() const { return static_cast<std::int64_t>(labels.size()); }
};

void integrate(const Events& events, const std::vector<std::int64_t>& bounds, std::int64_t w, Frames& frames) {
  const auto F = static_cast<std::int64_t>(bounds.size()) - 1;
  const auto memory = frames.x.append(F);
  const auto usual = most_frequent(events.labels);
  for (std::int64_t f = 0; f < F; ++f) {
    const auto begin = bounds[static_cast<std::size_t>(f)], end = bounds[static_cast<std::size_t>(f) + 1];
    count_events(events, begin, end, w, memory[f].mutable_data_ptr<float>());
    frames.labels.push_back(begin == end ? usual : most_frequent(events.labels.narrow(0, begin, end - begin)));
  }
}

/// Consecutive frames that stay.
struct Kept {
  std::int64_t begin, frames;
};

/// Brings the frames that stay together at the front, without a second copy: they may be more than fits into memory.
at::Tensor compacted(at::Tensor x, const std::vector<Kept>& kept) {
  const bool is_shared = x.use_count() > 1 || x.storage().use_count() > 1;
  x = is_shared ? x.clone(at::MemoryFormat::Contiguous) : x.contiguous();
  const auto frame = x.size(0) == 0 ? 0 : static_cast<std::int64_t>(x.nbytes()) / x.size(0);
  auto* const bytes = static_cast<char*>(x.mutable_data_ptr());
  std::int64_t to = 0;
  for (const auto& run : kept) {
    if (run.begin != to) {
      std::memmove(bytes + to * frame, bytes + run.begin * frame, static_cast<std::size_t>(run.frames * frame));
    }
    to += run.frames;
  }
  return x.narrow(0, 0, to);
}

void group(RawData& set, std::int64_t T, const std::string& where) {
  QUALIA_SNN_CHECK(set.info.defined() && set.info.dim() == 2 && set.info.size(1) == 2, DataError, where,
                   " does not say which frames belong together; expected IntegrateEventsByFixedDuration or ",
                   "IntegrateEventsByFixedFramesNumber before it");
  QUALIA_SNN_CHECK(set.y.dim() == 1 && !set.y.is_floating_point(), DataError, where, " has labels ", set.y.sizes(),
                   " of type ", set.y.scalar_type(), "; expected class numbers, before Class2BinMatrix");
  const auto recordings = set.info.to(at::kLong).contiguous();
  const auto* const range = recordings.const_data_ptr<std::int64_t>();
  std::vector<Kept> kept;
  std::vector<std::int64_t> labels, info;
  std::int64_t least = 0;
  for (std::int64_t i = 0; i < recordings.size(0); ++i) {
    const auto begin = range[2 * i], end = range[2 * i + 1];
    QUALIA_SNN_CHECK(least <= begin && begin <= end && end <= set.size(), DataError, where, " has recording ", i,
                     " from frame ", begin, " to ", end, " of ", set.size(), "; expected one that begins at ", least,
                     " or later");
    least = end;
    const auto groups = (end - begin) / T;
    info.push_back(static_cast<std::int64_t>(labels.size()));
    for (std::int64_t g = 0; g < groups; ++g) labels.push_back(most_frequent(set.y.narrow(0, begin + g * T, T)));
    info.push_back(static_cast<std::int64_t>(labels.size()));
    kept.push_back({begin, groups * T});
  }
  set.x = compacted(std::move(set.x), kept).unflatten(0, {static_cast<std::int64_t>(labels.size()), T});
  set.y = at::tensor(labels, at::kLong).to(set.y.scalar_type());
  set.info = at::tensor(info, at::kLong).view({-1, 2});
}

std::int64_t length_of(const std::int64_t* t, std::int64_t E) {
  std::int64_t length = 0;
  QUALIA_SNN_CHECK(!__builtin_sub_overflow(t[E - 1], t[0], &length), DataError, "a recording from time ", t[0], " to ",
                   t[E - 1], " is too long");
  return length;
}

}  // namespace

FrameBounds frames_of_duration(std::int64_t duration) {
  return [duration](const std::int64_t* t, std::int64_t E) {
    const auto length = length_of(t, E);
    const auto count = std::max<std::int64_t>(1, length / duration + (length % duration != 0));
    QUALIA_SNN_CHECK(count <= kMostFrames, DataError, "a recording of ", length, " us gives ", count,
                     " frames of duration ", duration, "; expected at most ", kMostFrames);
    std::vector<std::int64_t> bounds{0};
    for (std::int64_t i = 1; i < count; ++i) {
      bounds.push_back(std::lower_bound(t + bounds.back(), t + E, t[0] + i * duration) - t);
    }
    bounds.push_back(E);
    return bounds;
  };
}

FrameBounds frames_of_number(std::int64_t frames) {
  return [frames](const std::int64_t*, std::int64_t E) {
    std::vector<std::int64_t> bounds;
    for (std::int64_t i = 0; i < frames; ++i) bounds.push_back(i * (E / frames));
    bounds.push_back(E);
    return bounds;
  };
}

FrameBounds frames_of_time(std::int64_t frames) {
  return [frames](const std::int64_t* t, std::int64_t E) {
    const auto duration = length_of(t, E) / frames;
    std::vector<std::int64_t> bounds{0};
    for (std::int64_t i = 1; i < frames; ++i) {
      bounds.push_back(std::lower_bound(t + bounds.back(), t + E, t[0] + i * duration) - t);
    }
    bounds.push_back(E);
    return bounds;
  };
}

RawDataModel integrate_events(EventDataModel& model, const FrameBounds& bounds, const std::string& folder,
                              const char* user) {
  RawDataModel arrays{model.name, {}};
  const auto sizes =
      model.h == 1 ? std::vector<std::int64_t>{model.w, 2} : std::vector<std::int64_t>{model.h, model.w, 2};
  for (const auto& [name, set] : model.sets.named()) {
    if (!*set) continue;
    Frames frames{{folder, sizes, at::kFloat}, {}};
    std::vector<std::int64_t> info;
    auto label_type = at::kLong;
    Progress progress(concat(user, ": ", name), (*set)->recordings);
    for (std::int64_t i = 0; i < (*set)->recordings; ++i) {
      const auto where = concat(user, ": recording ", i, " of the ", name, " set");
      auto events = (*set)->read(i);
      check_events(events, model.h, model.w, where);
      QUALIA_SNN_CHECK(events.size() > 0, DataError, where, " has no events; expected at least one");
      events.t = events.t.contiguous();
      info.push_back(frames.size());
      integrate(events, bounds(events.t.const_data_ptr<std::int64_t>(), events.size()), model.w, frames);
      info.push_back(frames.size());
      label_type = events.labels.scalar_type();
      progress.advance();
    }
    arrays.sets.at(name) = RawData{frames.x.finish(), at::tensor(frames.labels, at::kLong).to(label_type),
                                   at::tensor(info, at::kLong).view({-1, 2})};
  }
  return arrays;
}

void group_time_steps(RawDataModel& model, std::int64_t T, const char* user) {
  for (const auto& [name, set] : model.sets.named()) {
    if (*set) group(**set, T, concat(user, ": the ", name, " set"));
  }
}

void count_events(const Events& events, std::int64_t begin, std::int64_t end, std::int64_t w, float* frame) {
  const auto* const x = events.x.const_data_ptr<std::int16_t>();
  const auto* const p = events.p.const_data_ptr<bool>();
  const auto x_step = events.x.stride(0), p_step = events.p.stride(0);
  if (!events.y.defined()) {
    for (auto i = begin; i < end; ++i) frame[x[i * x_step] * 2 + p[i * p_step]] += 1;
    return;
  }
  const auto* const y = events.y.const_data_ptr<std::int16_t>();
  const auto y_step = events.y.stride(0);
  for (auto i = begin; i < end; ++i) frame[(y[i * y_step] * w + x[i * x_step]) * 2 + p[i * p_step]] += 1;
}

std::int64_t most_frequent(const at::Tensor& numbers) {
  const auto first = numbers[0].item<std::int64_t>();
  if (numbers.stride(0) == 0 || numbers.eq(first).all().item<bool>()) return first;
  const auto [values, inverse, counts] = at::_unique2(numbers, /*sorted=*/true, /*return_inverse=*/false,
                                                      /*return_counts=*/true);
  return values[counts.eq(counts.max()).to(at::kByte).argmax()].item<std::int64_t>();
}

}  // namespace qualia_snn::datamodel
