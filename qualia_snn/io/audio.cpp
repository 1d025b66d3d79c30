#include "qualia_snn/io/audio.h"

#include <ATen/ATen.h>
#include <sndfile.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/file.h"

namespace qualia_snn::io {
namespace {

constexpr sf_count_t kBlockFrames = 1 << 14;

struct Closer {
  void operator()(SNDFILE* file) const { sf_close(file); }
};

/// The contents of a file as libsndfile reads them.
struct Memory {
  std::string_view bytes;
  sf_count_t at = 0;

  static Memory& of(void* user) { return *static_cast<Memory*>(user); }
  sf_count_t size() const { return static_cast<sf_count_t>(bytes.size()); }
  sf_count_t seek(sf_count_t offset, int whence) {
    const auto origin = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? at : size();
    return at = std::clamp<sf_count_t>(origin + offset, 0, size());
  }
  sf_count_t read(void* to, sf_count_t count) {
    const auto given = std::clamp<sf_count_t>(count, 0, size() - at);
    std::memcpy(to, bytes.data() + at, static_cast<std::size_t>(given));
    at += given;
    return given;
  }
};

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte)
    number = number << 8 | static_cast<unsigned char>(*byte);
  return number;
}

/// A program that could not go back to the header left such a size: the samples go on to the end of the file.
bool is_unknown(std::uint64_t size) { return size == 0 || size >= 0xFFFFFF00; }

/// libsndfile takes a WAV file that was cut for a shorter recording: checks that the chunks up to the samples are
/// there. Source: Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft, 1991: RIFF.
void check_wav(std::string_view contents, const std::string& path) {
  if (!contents.starts_with("RIFF") || contents.size() < 12) return;
  for (std::size_t at = 12; at + 8 <= contents.size();) {
    const auto size = little_endian(contents.substr(at + 4, 4));
    const auto present = contents.size() - at - 8;
    const bool is_data = contents.substr(at, 4) == "data";
    if (is_data && is_unknown(size)) return;
    QUALIA_SNN_CHECK(size <= present, DataError, path, ": byte ", at, ": the chunk announces ", size,
                     " bytes, the file holds ", present, "; is it cut?");
    if (is_data) return;
    at += 8 + static_cast<std::size_t>(size + size % 2);
  }
}

/// An open recording, and what its header says.
struct AudioFile {
  AudioFile(std::string_view contents, const std::string& path) : memory{contents} {
    check_wav(contents, path);
    SF_VIRTUAL_IO io{};
    io.get_filelen = [](void* user) { return Memory::of(user).size(); };
    io.seek = [](sf_count_t offset, int whence, void* user) { return Memory::of(user).seek(offset, whence); };
    io.read = [](void* to, sf_count_t count, void* user) { return Memory::of(user).read(to, count); };
    io.write = [](const void*, sf_count_t, void*) { return sf_count_t{0}; };
    io.tell = [](void* user) { return Memory::of(user).at; };
    file.reset(sf_open_virtual(&io, SFM_READ, &info, &memory));
    QUALIA_SNN_CHECK(file, DataError, path, ": cannot be read as audio: ", sf_strerror(nullptr));
  }
  AudioFile(const AudioFile&) = delete;
  AudioFile& operator=(const AudioFile&) = delete;

  Memory memory;
  SF_INFO info{};
  std::unique_ptr<SNDFILE, Closer> file;
};

/// Reads all frames with `read`, block by block: what a header announces is not allocated before it is there.
template <class Read>
Audio read_all(const AudioFile& audio, const std::string& path, const Read& read) {
  const auto channels = static_cast<std::size_t>(audio.info.channels);
  std::vector<float> samples;
  sf_count_t count = 0;
  do {
    samples.resize(samples.size() + static_cast<std::size_t>(kBlockFrames) * channels);
    count = read(samples.data() + samples.size() - static_cast<std::size_t>(kBlockFrames) * channels);
    samples.resize(samples.size() - static_cast<std::size_t>(kBlockFrames - count) * channels);
  } while (count == kBlockFrames);
  const auto frames = static_cast<std::int64_t>(samples.size() / channels);
  // FLAC from a pipe does not know its length.
  const bool complete = frames == audio.info.frames || audio.info.frames == SF_COUNT_MAX;
  QUALIA_SNN_CHECK(complete && sf_error(audio.file.get()) == SF_ERR_NO_ERROR, DataError, path,
                   ": damaged or cut: frame ", frames, " of ", audio.info.frames, " cannot be read");
  QUALIA_SNN_CHECK(frames > 0, DataError, path, ": holds no samples");
  const auto tensor = at::empty({frames, audio.info.channels}, at::kFloat);
  std::memcpy(tensor.mutable_data_ptr(), samples.data(), samples.size() * sizeof(float));
  const auto bad = tensor.isfinite().logical_not();
  QUALIA_SNN_CHECK(!bad.any().item<bool>(), DataError, path, ": frame ",
                   bad.any(1).to(at::kByte).argmax().item<std::int64_t>(), " is not finite");
  return {tensor, audio.info.samplerate};
}

}  // namespace

Audio read_audio(const std::string& path) {
  const auto contents = read_file(path);
  const AudioFile audio(contents, path);
  return read_all(audio, path, [&](float* to) { return sf_readf_float(audio.file.get(), to, kBlockFrames); });
}

Audio read_audio_int16(const std::string& path) { return decode_audio_int16(read_file(path), path); }

Audio decode_audio_int16(std::string_view contents, const std::string& path) {
  const AudioFile audio(contents, path);
  const bool fits = (audio.info.format & SF_FORMAT_SUBMASK) == SF_FORMAT_PCM_16 && audio.info.channels == 1;
  QUALIA_SNN_CHECK(fits, DataError, path, ": ", audio.info.channels, " channels, format 0x", std::hex,
                   audio.info.format, "; expected one channel of integers of 16 bits");
  std::vector<short> block(static_cast<std::size_t>(kBlockFrames));
  return read_all(audio, path, [&](float* to) {
    const auto count = sf_readf_short(audio.file.get(), block.data(), kBlockFrames);
    for (sf_count_t i = 0; i < count; ++i) to[i] = block[static_cast<std::size_t>(i)];
    return count;
  });
}

}  // namespace qualia_snn::io
