#include "qualia_snn/io/tfrecord.h"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/append.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using testing::hex;
using testing::TemporaryFolder;

TEST_CASE("CRC-32C is that of the specification", "[io][tfrecord]") {
  // The check value of CRC-32/ISCSI, and the examples of RFC 3720, appendix B.4.
  CHECK(io::crc32c("123456789") == 0xE3069283);
  CHECK(io::crc32c("") == 0);
  CHECK(io::crc32c(std::string(32, '\0')) == 0x8A9136AA);
  CHECK(io::crc32c(std::string(32, '\xFF')) == 0x62A8AB43);
}

TEST_CASE("a record is framed as TensorBoard's writer does", "[io][tfrecord]") {
  // Written by tensorboard.summary.writer.record_writer.RecordWriter, tensorboard 2.21.
  CHECK(hex(io::tfrecord("")) == "000000000000000029039807d8ea82a2");
  CHECK(hex(io::tfrecord("123456789")) == "090000000000000037f97139313233343536373839e5b08ac7");
}

TEST_CASE("a file grows, and what lies behind the known part is cut off", "[io][append]") {
  const TemporaryFolder folder;
  const auto path = folder / "log";
  testing::write_text(path, "known");
  io::append_at(path, 5, " and new");
  CHECK(testing::read_text(path) == "known and new");
  io::append_at(path, 5, "!");
  CHECK(testing::read_text(path) == "known!");
  io::append_at(path, 6, "");
  CHECK(testing::read_text(path) == "known!");
  io::append_at(path, 0, "");
  CHECK(testing::read_text(path).empty());
}

TEST_CASE("a file that is missing, shorter or no file is not appended to", "[io][append]") {
  const TemporaryFolder folder;
  const auto path = folder / "log";
  CHECK_THROWS_AS(io::append_at(path, 0, "x"), DataError);
  CHECK_THROWS_WITH(io::append_at(path, 0, "x"), contains(path + ": cannot be opened: No such file"));
  CHECK_FALSE(std::filesystem::exists(path));
  testing::write_text(path, "four");
  CHECK_THROWS_WITH(io::append_at(path, 5, "x"), contains(path + ": has 4 bytes; expected 5 or more"));
  CHECK(testing::read_text(path) == "four");
  CHECK_THROWS_AS(io::append_at(folder.path().string(), 0, "x"), DataError);
}

TEST_CASE("a file that there is no room for stays as it was", "[io][append]") {
  const TemporaryFolder folder;
  const auto path = folder / "log";
  testing::write_text(path, "known and later");
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{8, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  std::string message;
  try {
    io::append_at(path, 5, " and more than there is room for");
  } catch (const DataError& error) {
    message = error.what();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(message == path + ": cannot be written: File too large");
  CHECK(testing::read_text(path) == "known");
}
