#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// A recording.
struct Audio {
  at::Tensor samples;            ///< [S, C], float32, -1 to 1
  std::int64_t sample_rate = 0;  ///< Hz
};

/// Reads a WAV, FLAC or other file that libsndfile knows.
/// @throws DataError  if the file is missing, damaged, truncated, empty or holds a number that is not finite, or if
/// this
///                    build has no libsndfile.
QUALIA_SNN_API Audio read_audio(const std::string& path);

/// Reads a file of integers of 16 bits and one channel, as they are stored: samples [S, 1], -32,768 to 32,767.
/// @throws DataError  if it is of another kind too.
QUALIA_SNN_API Audio read_audio_int16(const std::string& path);

/// Reads the contents of such a file. @param path  where they come from, for messages
QUALIA_SNN_API Audio decode_audio_int16(std::string_view contents, const std::string& path);

}  // namespace qualia_snn::io
