#include <random>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/pickle.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using namespace std::string_literals;
namespace pickle = io::pickle;

namespace {

const std::string kFixtures = QUALIA_SNN_SOURCE "/tests/dataset/fixtures/";  // see write_fixtures.py there

const at::Tensor& array(const pickle::Document& document, const std::string& key) {
  for (const auto& [name, value] : std::get<pickle::Dict*>(document.root.data)->items) {
    const auto* text = std::get_if<std::string>(&name.data);
    if (text && *text == key) return std::get<pickle::Array*>(value.data)->tensor;
  }
  throw std::runtime_error("no " + key);
}

/// One array of two bytes as NumPy pickles it, with parts to be filled in.
std::string array_pickle(const std::string& shape, const std::string& type = "U\x02u1",
                         const std::string& order = "U\x01|", const std::string& bytes = "U\x02xy",
                         const std::string& kind = "cnumpy\nndarray\n") {
  return "\x80\x02"s + "cnumpy.core.multiarray\n_reconstruct\n(" + kind + "K\x00"s + "\x85U\x01"s + "btR(K\x01(" +
         shape + "tcnumpy\ndtype\n" + type + "\x85R(K\x03"s + order + "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"s +
         "\x89" + bytes + "tb.";
}

}  // namespace

TEST_CASE("arrays in a pickle of Python 3 become tensors, Fortran order included", "[io][pickle]") {
  const auto bytes = testing::read_text(kFixtures + "python3.pickle");
  const auto document = pickle::decode(bytes);
  CHECK(at::equal(array(document, "f"), at::arange(6, at::kFloat).view({2, 3})));
  CHECK(at::equal(array(document, "t"), at::arange(6, at::kLong).view({2, 3}).t()));
}

TEST_CASE("integers are read however Python wrote them", "[io][pickle]") {
  const auto value = [](const std::string& bytes) {
    return std::get<std::int64_t>(pickle::decode("\x80\x02" + bytes + ".").root.data);
  };
  CHECK(value("I-12\n") == -12);
  CHECK(value("L5000000000L\n") == 5000000000);
  CHECK(value("\x8a\x01\xff"s) == -1);
  CHECK(value("\x8b\x02\x00\x00\x00\x00\x01"s) == 256);
  CHECK(std::get<bool>(pickle::decode("\x80\x02I01\n.").root.data));
  CHECK_THROWS_WITH(value("I12x\n"), contains("'12x' is no 64-bit integer"));
  CHECK_THROWS_WITH(value("L99999999999999999999L\n"), contains("no 64-bit integer"));
  CHECK_THROWS_WITH(value("\x8b\xff\xff\xff\xff"s), contains("negative size"));
}

TEST_CASE("arrays that are not what they seem are refused by name", "[io][pickle]") {
  REQUIRE_NOTHROW(pickle::decode(array_pickle("K\x02")));
  const std::pair<std::string, const char*> wrong[] = {
      {array_pickle("K\x03"), "a NumPy array of size [3] with 2 bytes"},
      {array_pickle("J\xff\xff\xff\xff"), "negative size"},
      {array_pickle("\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7fK\x04"), "a NumPy array of size [9223372036854775807, 4]"},
      {array_pickle("K\x02", "U\x02O8"), "type 'O8' is not accepted"},
      {array_pickle("K\x01", "U\x02i2", "U\x01>"), "byte order '>' is not accepted"},
      {array_pickle("K\x02", "U\x02u1", "U\x01|", "K\x07"), "expected a string"},
      {array_pickle("K\x02", "U\x02u1", "U\x01|", "U\x02xy", "cmine\nndarray\n"), "class 'mine ndarray'"},
      {"\x80\x02"
       "cnumpy\nload\nU\x01x\x85R.",
       "asks for 'numpy load', which is not allowed"},
      {"\x80\x02"
       "ccPickle\nloads\nU\x01x\x85R.",
       "asks for 'cPickle loads'"},
      {"\x80\x02"
       "c_codecs\nencode\nX\x01\x00\x00\x00xX\x05\x00\x00\x00rot13\x86R."s,
       "not written as latin1"},
      {"\x80\x02"
       "c_codecs\nencode\nX\x02\x00\x00\x00\xc4\x80X\x06\x00\x00\x00latin1\x86R."s,
       "a character that is no byte"},
      {"\x80\x02"
       "ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storage"
       "ctorch\nByteStorage\nX\x01\x00\x00\x00"
       "0NK\x02tQK\x00K\x02\x85K\x01\x85tR."s,
       "refers to the storage \"0\" of an archive"},
  };
  for (const auto& [bytes, message] : wrong) {
    INFO(message);
    CHECK_THROWS_WITH(pickle::decode(bytes), contains(message));
    CHECK_THROWS_AS(pickle::decode(bytes), DataError);
  }
}

TEST_CASE("a small pickle cannot fill the memory", "[io][pickle]") {
  // A string of 1 MB that goes into the memo and comes back without end.
  auto bytes = "\x80\x02X\x00\x00\x10\x00"s + std::string(1 << 20, 'x') + "q\x01";
  for (int i = 0; i < 100000; ++i) bytes += "h\x01";
  CHECK_THROWS_WITH(pickle::decode(bytes), contains("repeats its contents without end"));
}

TEST_CASE("truncated and mutated pickles end as a DataError or a load", "[io][pickle]") {
  std::mt19937 draw(1);
  int errors = 0;
  for (const char* file : {"cifar-10-batches-py/test_batch", "cifar-100-python/train", "python3.pickle"}) {
    const auto good = testing::read_text(kFixtures + file);
    for (int i = 0; i < 1500; ++i) {
      auto bytes = good;
      if (i % 3 == 0) {
        bytes.resize(draw() % good.size());
      } else {
        // Pixels are most of the bytes and can be anything: mutate what stands before and after them.
        for (unsigned flips = 1 + draw() % 4; flips > 0; --flips) {
          const auto at = draw() % std::min<std::size_t>(good.size(), 400);
          bytes[draw() % 2 ? at : good.size() - 1 - at] ^= static_cast<char>(1 + draw() % 255);
        }
      }
      try {
        pickle::decode(bytes);
      } catch (const DataError&) {
        ++errors;
      }
    }
  }
  CHECK(errors > 1500);
}
