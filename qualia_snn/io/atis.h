#pragma once

#include <cstdint>
#include <string>

#include "qualia_snn/core/api.h"
#include "qualia_snn/io/event_columns.h"

namespace qualia_snn::io {

/// Reads the events of a recording of an ATIS sensor, the .bin files of N-MNIST and N-Caltech101.
///
/// Five bytes per event: column, row, polarity (highest bit) and time in microseconds (23 bits, big-endian).
/// Source: Orchard et al., Converting Static Image Datasets to Spiking Neuromorphic Datasets Using Saccades, 2015;
/// README of the data set.
/// @throws DataError  if the file is missing, empty, no whole number of events, or an event is out of order or outside
///                    the sensor: file and offset.
QUALIA_SNN_API EventColumns read_atis(const std::string& path, std::int64_t height, std::int64_t width);

}  // namespace qualia_snn::io
