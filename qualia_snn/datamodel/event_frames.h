#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "qualia_snn/core/api.h"
#include "qualia_snn/datamodel/event_data.h"
#include "qualia_snn/datamodel/raw_data.h"

namespace qualia_snn::datamodel {

/// Returns the first event of each frame of a recording, and at the end the number of events.
///
/// Called with the times t [E] of its events, microseconds, ascending, E at least 1.
using FrameBounds = std::function<std::vector<std::int64_t>(const std::int64_t* t, std::int64_t E)>;

/// Frames of one duration, microseconds: frame i holds the events from i * duration until (i + 1) * duration after the
/// first one, the last frame also one at its very end.
///
/// Source: spikingjelly.datasets.integrate_events_by_fixed_duration.
QUALIA_SNN_API FrameBounds frames_of_duration(std::int64_t duration);

/// The same number of frames for every recording, of E / frames events each, rounded down; the last takes the rest.
///
/// Source: spikingjelly.datasets.cal_fixed_frames_number_segment_index.
QUALIA_SNN_API FrameBounds frames_of_number(std::int64_t frames);
/// The same number of frames for every recording, of (last - first) / frames microseconds each, rounded down.
QUALIA_SNN_API FrameBounds frames_of_time(std::int64_t frames);

/// Counts the events of each recording into frames: x [F, h, w, 2], for a line [F, w, 2], float32, channel 1 for p.
///
/// The label of a frame is that of most of its events, the smallest of several; of an empty frame, that of most events
/// of the recording. Info holds the first frame of each recording and the one after its last, [recordings, 2].
/// @param folder  where frames lie that do not fit into memory
/// @param user  the noun of messages
/// @throws DataError  if a recording has no events, or events that are out of order or outside the sensor.
QUALIA_SNN_API RawDataModel integrate_events(EventDataModel& model, const FrameBounds& bounds,
                                             const std::string& folder, const char* user);

/// Groups T consecutive frames of a recording into one sample: x [F, ...] becomes [N, T, ...].
///
/// Frames that are left over at the end of a recording are dropped. The label is that of most frames, the smallest of
/// several.
/// @throws DataError  if info is not that of `integrate_events`, or the labels are no class numbers.
QUALIA_SNN_API void group_time_steps(RawDataModel& model, std::int64_t T, const char* user);

/// Adds each event from `begin` to `end` to its pixel of a frame [h, w, 2] or [w, 2].
QUALIA_SNN_API void count_events(const Events& events, std::int64_t begin, std::int64_t end, std::int64_t w,
                                 float* frame);

/// Returns the most frequent of some integers [n], n at least 1, the smallest of several.
QUALIA_SNN_API std::int64_t most_frequent(const at::Tensor& numbers);

}  // namespace qualia_snn::datamodel
