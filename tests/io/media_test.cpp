// Readers of audio, images and HDF5; damage that data sets notice is tested with them.
#include <filesystem>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/audio.h"
#include "qualia_snn/io/hdf5.h"
#include "qualia_snn/io/ppm.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

namespace fs = std::filesystem;
using namespace qualia_snn;
using testing::TemporaryFolder;

namespace {

const std::string kMedia = QUALIA_SNN_SOURCE "/tests/dataset/fixtures/media";

}  // namespace

TEST_CASE("HDF5 that announces sizes which cannot be is refused before they are allocated", "[io][hdf5]") {
  const TemporaryFolder folder;
  const auto file = folder / "shd_train.h5";
  const auto good = testing::read_text(kMedia + "/shd/shd_train.h5");
  // HDF5 File Format Specification 3.0, IV.A.2.d: unsigned integers of 2 bytes, without offset, of 16 bits; 0 bytes
  // here.
  auto bytes = good;
  const std::string type("\x10\0\0\0\2\0\0\0\0\0\x10\0", 12);
  int found = 0;
  for (auto at = bytes.find(type); at != std::string::npos; at = bytes.find(type, at + 1)) {
    bytes[at + 4] = '\0';
    ++found;
  }
  REQUIRE(found == 2);  // labels and units
  testing::write_text(file, bytes);
  const io::Hdf5File empty_type(file, folder.path());
  CHECK_THROWS_AS(empty_type.integers("labels"), DataError);
  CHECK_THROWS_AS(empty_type.list("spikes/units", 0), DataError);
  // III.E: the first list lies before the heap, as length, address and index; 2^26 numbers here.
  bytes = good;
  const auto heap = bytes.find("GCOL");
  REQUIRE(heap != std::string::npos);
  bytes.replace(heap - 32, 4, std::string("\0\0\0\4", 4));
  testing::write_text(file, bytes);
  const io::Hdf5File long_list(file, folder.path());
  CHECK_THROWS_WITH(long_list.list("spikes/times", 0), contains("shd_train.h5"));
  CHECK(long_list.list("spikes/times", 1).numel() == 1);
}

TEST_CASE("recordings that came through a pipe are read, cut ones refused", "[io][audio]") {
  // What comes through a pipe does not know its length.
  const TemporaryFolder folder;
  const auto whole = io::read_audio(kMedia + "/fsdd/3_ann_5.wav").samples;
  auto wav = testing::read_text(kMedia + "/fsdd/3_ann_5.wav");
  wav.replace(4, 4, 4, '\xff').replace(40, 4, 4, '\xff');
  testing::write_text(folder / "pipe.wav", wav);
  CHECK(at::equal(io::read_audio(folder / "pipe.wav").samples, whole));
  const auto flac_file = (fs::directory_iterator(kMedia + "/hd/audio"))->path().string();
  auto flac = testing::read_text(flac_file);
  REQUIRE(flac.starts_with("fLaC"));
  // STREAMINFO of RFC 9639: the last 36 bits of the 8 bytes from 18 on are the number of samples, 0 if unknown.
  const auto samples = io::read_audio(flac_file).samples;
  flac[21] = static_cast<char>(flac[21] & 0xf0);
  flac.replace(22, 4, 4, '\0');
  testing::write_text(folder / "pipe.flac", flac);
  CHECK(at::equal(io::read_audio(folder / "pipe.flac").samples, samples));
  testing::write_text(folder / "cut.flac", testing::read_text(flac_file).substr(0, flac.size() / 2));
  CHECK_THROWS_WITH(io::read_audio(folder / "cut.flac"), contains("cut.flac: "));
}

TEST_CASE("pixels of fewer than 256 levels are scaled", "[io][ppm]") {
  // As Pillow reads it: round(value / 3 * 255).
  const TemporaryFolder folder;
  testing::write_text(folder / "small.ppm", std::string("P6 2 1 3\n\0\1\2\3\3\0", 15));
  CHECK(at::equal(io::read_ppm(folder / "small.ppm").flatten(), at::tensor({0, 85, 170, 255, 255, 0}, at::kByte)));
}
