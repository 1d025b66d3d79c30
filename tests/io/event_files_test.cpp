#include "qualia_snn/core/error.h"
#include "qualia_snn/io/aedat.h"
#include "qualia_snn/io/atis.h"
#include "qualia_snn/io/scratch_array.h"
#include "qualia_snn/io/sha256.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using testing::TemporaryFolder;

namespace {

const std::string kSample = QUALIA_SNN_SOURCE "/tests/io/fixtures/nmnist_sample.bin";

std::string bytes(const std::string& hex) {
  std::string result;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    while (i < hex.size() && hex[i] == ' ') ++i;
    if (i + 1 < hex.size()) result += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return result;
}

// AEDAT 3.1 file format, https://docs.inivation.com/software/software-advanced-usage/file-formats/aedat-3.1.html:
// a header of text; packets of 28 bytes (type and source, 2 bytes each; event size, timestamp offset, overflow counter,
// capacity, number, valid number, 4 bytes each) and events. A polarity event: bit 0 valid, bit 1 polarity, bits 2 to 16
// y, bits 17 to 31 x; then the timestamp. Little-endian.
const std::string kHeader = "#!AER-DAT3.1\r\n#Format: RAW\r\n#!END-HEADER\r\n";
// Polarity (type 1), two events of 8 bytes: x 5, y 3, on, at 16 us; x 127, y 127, off, at 256 us.
const std::string kPolarity = bytes(
    "0100 0100 08000000 04000000 00000000 02000000 02000000 02000000 "
    "0F000A00 10000000 FD01FE00 00010000");
// The same after one overflow of the 31 bits: one event at x 0, y 0, on.
const std::string kOverflow =
    bytes("0100 0100 08000000 04000000 01000000 01000000 01000000 01000000 03000000 00000000");
// A special event (type 0) in between.
const std::string kSpecial = bytes("0000 0100 08000000 04000000 00000000 01000000 01000000 01000000 01000000 05000000");

void fails(const std::string& contents, const std::string& message,
           const std::function<io::EventColumns(const std::string&)>& read) {
  const TemporaryFolder folder;
  const auto path = folder / "events";
  testing::write_text(path, contents);
  CHECK_THROWS_AS(read(path), DataError);
  CHECK_THROWS_WITH(read(path), contains(path + ": ") && contains(message));
}

}  // namespace

TEST_CASE("a recording of N-MNIST is read", "[io][events]") {
  const auto events = io::read_atis(kSample, 34, 34);
  REQUIRE(events.t.size(0) == 4325);
  CHECK(events.t[0].item<int>() == 654);
  CHECK(events.t[4324].item<int>() == 311175);
  CHECK((events.x[0].item<int>() == 7 && events.y[0].item<int>() == 15));
  CHECK((events.x[4324].item<int>() == 21 && events.y[4324].item<int>() == 14));
  CHECK(events.p.sum().item<int>() == 2145);
}

TEST_CASE("damaged ATIS files are refused with their offset", "[io][events]") {
  const auto read = [](const std::string& path) { return io::read_atis(path, 34, 34); };
  fails("", "holds no events", read);
  fails(bytes("0102800001 0102"), "holds 7 bytes; expected a multiple of 5: the last event, at byte 5, is cut", read);
  fails(bytes("0102800001 2202800002"), "byte 5: event 1 at row 2, column 34", read);
  fails(bytes("0122800001"), "byte 0: event 0 at row 34", read);
  fails(bytes("0102800002 0102800001"), "byte 5: event 1 at 1 us comes after one at 2 us", read);
  CHECK_THROWS_WITH(io::read_atis("nowhere.bin", 34, 34), contains("nowhere.bin: cannot be read"));
}

TEST_CASE("AEDAT 3.1 gives its polarity events", "[io][events]") {
  const TemporaryFolder folder;
  testing::write_text(folder / "a.aedat", kHeader + kPolarity + kSpecial + kOverflow);
  const auto events = io::read_aedat(folder / "a.aedat", 128, 128);
  CHECK(at::equal(events.t, at::tensor({16L, 256L, 1L << 31}, at::kLong)));
  CHECK(at::equal(events.x, at::tensor({5, 127, 0}, at::kShort)));
  CHECK(at::equal(events.y, at::tensor({3, 127, 0}, at::kShort)));
  CHECK(at::equal(events.p, at::tensor({1, 0, 1}, at::kInt).to(at::kBool)));
  testing::write_text(folder / "none.aedat", kHeader);
  CHECK(io::read_aedat(folder / "none.aedat", 128, 128).t.size(0) == 0);
}

TEST_CASE("damaged AEDAT files are refused with their offset", "[io][events]") {
  const auto read = [](const std::string& path) { return io::read_aedat(path, 128, 128); };
  const auto first = kHeader.size();
  fails("", "byte 0: no AEDAT 3.1 file", read);
  fails("#!AER-DAT2.0\r\n", "byte 0: no AEDAT 3.1 file", read);
  fails("#!AER-DAT3.1\r\n#Format: RAW\r\n", "the header has no end", read);
  fails(kHeader + kPolarity.substr(0, 20), concat("byte ", first, ": the header of a packet is cut"), read);
  fails(kHeader + kPolarity.substr(0, 40),
        concat("byte ", first, ": a packet of 2 events of 8 bytes; the file holds 12"), read);
  auto huge = kPolarity;
  huge.replace(4, 4, "\xff\xff\xff\x7f");
  huge.replace(16, 4, "\xff\xff\xff\x7f");
  fails(kHeader + huge, "a packet of 2147483647 events of 2147483647 bytes", read);
  auto small = kPolarity;
  small[4] = 4;
  fails(kHeader + small, "polarity events of 4 bytes; expected 8", read);
  fails(kHeader + kOverflow + kPolarity, "comes after one at 2147483648 us", read);
  const auto outside = [](const std::string& path) { return io::read_aedat(path, 128, 100); };
  fails(kHeader + kPolarity, concat("byte ", first + 36, ": event 1 at row 127, column 127"), outside);
}

TEST_CASE("rows of unknown number lie in a file without a name", "[io]") {
  const TemporaryFolder folder;
  at::Tensor all;
  {
    io::ScratchArray array(folder.path(), {3}, at::kInt);
    for (int i = 0; i < 100; ++i) {
      const auto rows = array.append(50'000);
      CHECK(rows.sum().item<int>() == 0);
      rows.fill_(i);
    }
    all = array.finish();
  }
  CHECK(testing::files_below(folder.path()).empty());
  CHECK(all.sizes() == at::IntArrayRef({5'000'000, 3}));
  CHECK(all.to(at::kLong).sum().item<std::int64_t>() == 4950L * 150'000);
  CHECK(io::ScratchArray(folder.path(), {2}, at::kFloat).finish().sizes() == at::IntArrayRef({0, 2}));
  CHECK_THROWS_AS(io::ScratchArray("/dev/null/folder", {1}, at::kInt), DataError);
}

TEST_CASE("SHA-256 gives the sums of FIPS 180-4", "[io]") {
  io::Sha256 abc;
  abc.update("ab");
  abc.update("c");
  CHECK(abc.finish() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const TemporaryFolder folder;
  testing::write_text(folder / "empty", "");
  CHECK(io::sha256_of_file(folder / "empty") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK_THROWS_AS(io::sha256_of_file(folder / "none"), DataError);
}
