#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Returns the CRC-32C (Castagnoli) of bytes. Source: RFC 3720, appendix B.4.
QUALIA_SNN_API std::uint32_t crc32c(std::string_view bytes);

/// Returns `data` as one record of a TFRecord file: its length, the masked CRC of the length, `data`, its masked CRC.
///
/// Source: https://www.tensorflow.org/tutorials/load_data/tfrecord, "TFRecords format details".
QUALIA_SNN_API std::string tfrecord(std::string_view data);

}  // namespace qualia_snn::io
