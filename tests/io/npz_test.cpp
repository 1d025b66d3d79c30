#include <random>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/npz.h"
#include "qualia_snn/io/zip.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using testing::TemporaryFolder;

namespace {

const std::string kFixtures = QUALIA_SNN_SOURCE "/tests/dataset/fixtures/";  // see write_fixtures.py there

}  // namespace

TEST_CASE("archives that NumPy wrote give their arrays, stored or deflated, in C or Fortran order", "[io][npz]") {
  for (const char* file : {"arrays.npz", "compressed.npz"}) {
    INFO(file);
    const io::NpzArchive archive(kFixtures + file);
    CHECK(archive.names() == std::vector<std::string>{"fortran", "scalar", "x_test", "x_train", "y_test", "y_train"});
    const auto x = at::arange(24, at::kDouble).view({4, 3, 2});
    CHECK(at::equal(archive.read("x_train"), x));
    CHECK(at::equal(archive.read("fortran"), x));
    CHECK(at::equal(archive.read("x_test"), x.narrow(0, 0, 2).to(at::kByte)));
    CHECK(archive.read("scalar").item<double>() == 2.5);
    CHECK_THROWS_WITH(archive.read("y_valid"), contains("y_valid: no such array"));
  }
}

TEST_CASE("what is no archive, damaged or announces too much is a clear error", "[io][npz]") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(io::NpzArchive(folder / "absent.npz"), contains("absent.npz: cannot be read"));
  CHECK_THROWS_WITH(io::NpzArchive(folder.path().string()), contains("no regular file"));
  CHECK_THROWS_WITH(io::NpzArchive(kFixtures + "blosc2.npz"), contains("preprocessed by Qualia (Blosc2)"));
  const auto write = [&](const std::string& bytes) {
    testing::write_text(folder / "x.npz", bytes);
    return folder / "x.npz";
  };
  CHECK_THROWS_WITH(io::NpzArchive(write("hello")), contains("no zip archive"));
  auto good = testing::read_text(kFixtures + "arrays.npz");
  // The last value of x_train, 23.0: the checksum does not fit any more.
  auto flipped = good;
  flipped[good.find(std::string("\x00\x00\x00\x00\x00\x00\x37\x40", 8)) + 7] ^= 1;
  CHECK_THROWS_WITH(io::NpzArchive(write(flipped)).read("x_train"),
                    contains("x_train.npy: damaged data, the checksum"));
  // The stored size of x_train: 8 bytes less are there than its header of the directory announces.
  auto cut = testing::read_text(kFixtures + "compressed.npz");
  const auto directory = cut.find("PK\x01\x02");
  cut[directory + 24] = static_cast<char>(cut[directory + 24] + 8);
  CHECK_THROWS_WITH(io::ZipArchive(write(cut)).read("x_train.npy"), contains("announces") && contains("it holds"));
  // The sizes of x_train in the archive's directory, 128 + 24 * 8 bytes: 4 GB - 2 instead.
  auto bomb = testing::read_text(kFixtures + "compressed.npz");
  bomb.replace(bomb.find("PK\x01\x02") + 24, 4, "\xfe\xff\xff\xff");
  CHECK_THROWS_WITH(io::NpzArchive(write(bomb)).read("x_train"), contains("announces 4294967294 bytes packed into"));
}

TEST_CASE("truncated and mutated archives end as a DataError or a load", "[io][npz]") {
  const TemporaryFolder folder;
  std::mt19937 draw(1);
  int errors = 0;
  for (const char* file : {"arrays.npz", "compressed.npz"}) {
    const auto good = testing::read_text(kFixtures + file);
    for (int i = 0; i < 750; ++i) {
      auto bytes = good;
      if (i % 3 == 0) {
        bytes.resize(draw() % good.size());
      } else {
        for (unsigned flips = 1 + draw() % 8; flips > 0; --flips)
          bytes[draw() % bytes.size()] ^= static_cast<char>(1 + draw() % 255);
      }
      testing::write_text(folder / "x.npz", bytes);
      try {
        const io::NpzArchive archive(folder / "x.npz");
        for (const auto& name : archive.names()) archive.read(name);
      } catch (const DataError&) {
        ++errors;
      }
    }
  }
  CHECK(errors > 500);
}
