#include "qualia_snn/core/error.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/csv.h"
#include "qualia_snn/io/gzip.h"
#include "qualia_snn/io/idx.h"
#include "qualia_snn/io/npy.h"
#include "qualia_snn/io/safetensors.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using namespace std::string_literals;
using testing::TemporaryFolder;

TEST_CASE("an atomic file appears only when it is committed", "[io][atomic_file]") {
  const TemporaryFolder folder;
  const auto path = folder / "a/b/file";
  {
    io::AtomicFile abandoned(path);
    abandoned.write("half");
  }
  CHECK(testing::files_below(folder.path()).empty());
  io::write_file(path, "first");
  {
    io::AtomicFile replaced(path);
    replaced.write("second");
    CHECK(testing::read_text(path) == "first");
    replaced.commit();
  }
  CHECK(testing::read_text(path) == "second");
  CHECK(testing::files_below(folder.path()).size() == 1);
}

TEST_CASE("a target that is no regular file is refused before anything is written", "[io][atomic_file]") {
  const TemporaryFolder folder;
  testing::write_text(folder / "file", "x");
  std::filesystem::create_directory(folder / "dir");
  CHECK_THROWS_WITH(io::AtomicFile(folder / "dir"), contains("no regular file"));
  CHECK_THROWS_WITH(io::AtomicFile(folder / "file/below"), contains("is no folder"));
  CHECK_THROWS_AS(io::AtomicFile("/dev/null"), DataError);
  CHECK(testing::files_below(folder.path()) == std::vector<std::string>{"file"});
}

TEST_CASE("a CSV table is complete after every row", "[io][csv]") {
  const TemporaryFolder folder;
  io::CsvTable table(folder / "t.csv", {"name", "value"});
  CHECK(testing::files_below(folder.path()).empty());
  table.add_row({"a", "1"});
  CHECK(testing::read_text(folder / "t.csv") == "name,value\na,1\n");
  table.add_row({"b,\"c\"", ""});
  CHECK(testing::read_text(folder / "t.csv") == "name,value\na,1\n\"b,\"\"c\"\"\",\n");
}

// gzip.compress(b'hello\n', mtime=0) of Python 3.11
const std::string kHelloGz =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x20\x30\x3a\x36\x06\x00\x00\x00"s;

TEST_CASE("files are read gzipped or not, and damage is noticed", "[io][gzip]") {
  const TemporaryFolder folder;
  testing::write_text(folder / "plain", "hello\n");
  testing::write_text(folder / "packed", kHelloGz);
  testing::write_text(folder / "short", kHelloGz.substr(0, kHelloGz.size() - 6));
  auto flipped = kHelloGz;
  flipped[20] = '\x21';  // of the checksum
  testing::write_text(folder / "flipped", flipped);
  CHECK(io::read_maybe_gzipped(folder / "plain") == "hello\n");
  CHECK(io::read_maybe_gzipped(folder / "packed") == "hello\n");
  CHECK_THROWS_WITH(io::read_maybe_gzipped(folder / "short"), contains("damaged gzip file: it ends early"));
  CHECK_THROWS_WITH(io::read_maybe_gzipped(folder / "flipped"), contains("damaged gzip file"));
  CHECK_THROWS_WITH(io::read_maybe_gzipped(folder / "absent"), contains("absent: cannot be read"));
  CHECK_THROWS_WITH(io::find_maybe_gzipped(folder / "absent"), contains("not found, nor"));
}

TEST_CASE("IDX files are read as their header says", "[io][idx]") {
  const TemporaryFolder folder;
  // Magic 0, 0, type 8 (unsigned byte), 2 axes; big-endian sizes 2 and 3; data.
  const auto good = "\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x03\x01\x02\x03\x04\x05\xff"s;
  const auto read = [&](const std::string& bytes) {
    testing::write_text(folder / "idx", bytes);
    return io::read_idx(folder / "idx");
  };
  CHECK(at::equal(read(good), at::tensor({1, 2, 3, 4, 5, 255}, at::kByte).view({2, 3})));
  CHECK(read("\x00\x00\x08\x01\x00\x00\x00\x00"s).numel() == 0);
  CHECK_THROWS_WITH(read(good.substr(0, 17)),
                    contains("announces [2, 3] = 6 bytes, the file holds 5; it is truncated"));
  CHECK_THROWS_WITH(read(good + "x"), contains("something after the data"));
  CHECK_THROWS_WITH(read("\x00\x00\x0d\x01\x00\x00\x00\x00"s), contains("IDX type 13; expected 8"));
  CHECK_THROWS_WITH(read("PK\x03\x04"s), contains("no IDX file"));
  // No entries, but axes whose product no number holds.
  CHECK_THROWS_WITH(read("\x00\x00\x08\x04\x00\x00\x00\x00"s + std::string(12, '\xff')),
                    contains("the header announces"));
  CHECK_THROWS_WITH(read("\x00\x00\x08\x02\x00"s), contains("truncated IDX header"));
  CHECK_THROWS_WITH(read("\x00\x00\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s), contains("truncated"));
}

namespace {

// What numpy 1.26 writes for np.save(f, np.array([[1, 2, 3]], dtype='<f4')), header padded to 128 bytes.
std::string numpy_file(const std::string& dictionary, const std::string& data) {
  std::string text = dictionary;
  text.resize(117, ' ');
  return "\x93NUMPY\x01\x00\x76\x00"s + text + "\n" + data;
}
const auto kFloats = "\x00\x00\x80\x3f\x00\x00\x00\x40\x00\x00\x40\x40"s;

}  // namespace

TEST_CASE("arrays that NumPy wrote are read", "[io][npy]") {
  const TemporaryFolder folder;
  testing::write_text(folder / "a.npy",
                      numpy_file("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }", kFloats));
  CHECK(at::equal(io::read_npy(folder / "a.npy"), at::tensor({1.f, 2.f, 3.f}).view({1, 3})));
  // np.array([[1, 2, 3], [4, 5, 6]], dtype='u2', order='F')
  testing::write_text(folder / "f.npy", numpy_file("{'descr': '<u2', 'fortran_order': True, 'shape': (2, 3), }",
                                                   "\x01\x00\x04\x00\x02\x00\x05\x00\x03\x00\x06\x00"s));
  CHECK(at::equal(io::read_npy(folder / "f.npy").to(at::kLong), at::arange(1, 7, at::kLong).view({2, 3})));
}

TEST_CASE("arrays are written as NumPy does, for every type and rank", "[io][npy]") {
  const TemporaryFolder folder;
  io::write_npy(folder / "a.npy", at::tensor({1.f, 2.f, 3.f}).view({1, 3}));
  CHECK(testing::read_text(folder / "a.npy") ==
        numpy_file("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }", kFloats));
  for (const auto type :
       {at::kBool, at::kByte, at::kChar, at::kShort, at::kInt, at::kLong, at::kHalf, at::kFloat, at::kDouble}) {
    const auto x = at::arange(24, at::kLong).view({2, 3, 4}).to(type).transpose(0, 2);
    io::write_npy(folder / "x.npy", x);
    const auto y = io::read_npy(folder / "x.npy");
    CHECK(y.scalar_type() == type);
    CHECK(at::equal(x, y));
  }
  for (const auto& sizes : {std::vector<std::int64_t>{}, {0, 5}, {1}}) {
    io::write_npy(folder / "x.npy", at::zeros(sizes));
    CHECK(io::read_npy(folder / "x.npy").sizes() == at::IntArrayRef(sizes));
  }
}

TEST_CASE("damaged arrays are clear errors", "[io][npy]") {
  const TemporaryFolder folder;
  const auto good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }"s;
  const std::pair<std::string, const char*> wrong[] = {
      {numpy_file(good, kFloats.substr(1)), "announces [1, 3] = 12 bytes, the file holds 11"},
      {numpy_file(good, kFloats + "x"), "the file holds 13"},
      {numpy_file("{'descr': '>f4', 'fortran_order': False, 'shape': (1, 3), }", kFloats), "array type '>f4'"},
      {numpy_file("{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 3), }", kFloats), "neither True nor False"},
      {numpy_file("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 3), }", kFloats), "damaged .npy shape"},
      {numpy_file("{'descr': '<f4', 'fortran_order': False, }", kFloats), "no 'shape'"},
      {numpy_file("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9), }", kFloats),
       "-1 bytes"},
      {"\x93NUMPY\x01\x00\x76\x00{'descr"s, "truncated .npy header"},
      {"PK\x03\x04 and more bytes"s, "no .npy file"},
      {"", "no .npy file"},
  };
  for (const auto& [bytes, message] : wrong) {
    testing::write_text(folder / "x.npy", bytes);
    CHECK_THROWS_WITH(io::read_npy(folder / "x.npy"), contains(message));
  }
  CHECK_THROWS_AS(io::read_npy(folder / "absent.npy"), DataError);
}

TEST_CASE("damaged safetensors files are clear errors", "[io][safetensors]") {
  const TemporaryFolder folder;
  const auto file = [](const std::string& header, const std::string& data) {
    std::string bytes(8, '\0');
    bytes[0] = static_cast<char>(header.size());
    return bytes + header + data;
  };
  const auto read = [&](const std::string& bytes) {
    testing::write_text(folder / "x", bytes);
    return io::read_safetensors(folder / "x").tensors;
  };
  const auto header = R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}})"s;
  CHECK(at::equal(read(file(header, kFloats)).at("a"), at::tensor({1.f, 2.f, 3.f})));
  CHECK_THROWS_WITH(read(file(header, "short")), contains("do not fit"));
  CHECK_THROWS_WITH(read("abc"), contains("truncated"));
  CHECK_THROWS_WITH(read("\xff\xff\xff\xff\xff\xff\xff\xff{}"s), contains("truncated"));
  CHECK_THROWS_WITH(read(file("{nonsense", "")), contains("damaged safetensors header"));
  CHECK_THROWS_WITH(read(file(R"({"a":{"dtype":"Q7","shape":[],"data_offsets":[0,0]}})", "")), contains("Q7"));
}
