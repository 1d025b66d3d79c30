#include "qualia_snn/core/error.h"
#include "qualia_snn/io/audio.h"

// In place of audio.cpp where libsndfile was not found.
namespace qualia_snn::io {

Audio read_audio(const std::string& path) {
  throw DataError(path + ": this build reads no audio; install libsndfile1-dev and configure again");
}

Audio read_audio_int16(const std::string& path) { return read_audio(path); }

Audio decode_audio_int16(std::string_view, const std::string& path) { return read_audio(path); }

}  // namespace qualia_snn::io
