#pragma once

#include <cstdint>
#include <string>

#include "qualia_snn/core/api.h"
#include "qualia_snn/io/event_columns.h"

namespace qualia_snn::io {

/// Reads the polarity events of an AEDAT 3.1 file, the recordings of DVS128 Gesture; other packets are passed over.
///
/// Times are 31 bits and an overflow counter per packet. Events that are marked as invalid count too, as for
/// SpikingJelly.
/// Source: iniVation, AEDAT 3.1 file format; spikingjelly.datasets.load_aedat_v3.
/// @throws DataError  if the file is missing, of another version, truncated, a packet announces more than the file
///                    holds, or an event is out of order or outside the sensor: file and offset.
QUALIA_SNN_API EventColumns read_aedat(const std::string& path, std::int64_t height, std::int64_t width);

}  // namespace qualia_snn::io
