#include <caffe2/serialize/inline_container.h>

#include <random>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/pth.h"
#include "qualia_snn/io/safetensors.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using namespace std::string_literals;
using testing::TemporaryFolder;

namespace {

const std::string kGolden = QUALIA_SNN_SOURCE "/tests/golden/";

/// A .pth archive around a pickle that torch.save() would not write.
std::string archive(const std::string& pickle, const std::string& storage = std::string(16, '\0')) {
  std::string bytes;
  caffe2::serialize::PyTorchStreamWriter zip([&](const void* data, std::size_t size) {
    bytes.append(static_cast<const char*>(data), size);
    return size;
  });
  zip.writeRecord("data.pkl", pickle.data(), pickle.size());
  zip.writeRecord("data/0", storage.data(), storage.size());
  zip.writeEndOfFile();
  return bytes;
}

io::StateDict read_bytes(const TemporaryFolder& folder, const std::string& bytes) {
  testing::write_text(folder / "x.pth", bytes);
  return io::read_pth(folder / "x.pth");
}

}  // namespace

TEST_CASE("a .pth file that the original Qualia wrote gives its weights in order", "[io][pth]") {
  const auto state = io::read_pth(kGolden + "seed_run_scnn2d/r1.pth");
  const auto reference = io::read_safetensors(kGolden + "seed_run_scnn2d/tensors.safetensors").tensors;
  REQUIRE(state.size() == 14);
  CHECK(state[0].first == "layers.conv1.weight");
  CHECK(state[3].first == "layers.bn1.running_mean");
  CHECK(state[5].first == "layers.bn1.num_batches_tracked");
  CHECK(state[5].second.scalar_type() == at::kLong);
  for (const auto& [name, tensor] : state) {
    INFO(name);
    CHECK(at::equal(tensor, reference.at("run1.final." + name)));
  }
}

TEST_CASE("what is written is read back bit for bit, shared memory and strides included", "[io][pth]") {
  const TemporaryFolder folder;
  const auto base = at::rand({4, 6});
  const io::StateDict state = {{"base", base},
                               {"transposed", base.t()},
                               {"slice", base.narrow(0, 1, 2)},
                               {"scalar", at::full({}, 7, at::kLong)},
                               {"empty", at::empty({0, 3})},
                               {"half", at::rand({3}).to(at::kHalf)},
                               {"bfloat", at::rand({3}).to(at::kBFloat16)},
                               {"flags", at::rand({5}).gt(0.5)}};
  io::write_pth(folder / "a.pth", state);
  const auto read = io::read_pth(folder / "a.pth");
  REQUIRE(read.size() == state.size());
  for (std::size_t i = 0; i < state.size(); ++i) {
    CHECK(read[i].first == state[i].first);
    CHECK(read[i].second.scalar_type() == state[i].second.scalar_type());
    CHECK(read[i].second.strides() == state[i].second.strides());
    CHECK(at::equal(read[i].second, state[i].second));
  }
  read[0].second.fill_(1);
  CHECK(read[2].second.sum().item<float>() == 12);
  io::write_pth(folder / "b.pth", state);
  CHECK(testing::read_text(folder / "a.pth") == testing::read_text(folder / "b.pth"));
}

TEST_CASE("nothing in a file is executed, and what is not a state dict is refused by name", "[io][pth]") {
  const TemporaryFolder folder;
  // A dict {"a": <tensor of 4 floats>}, with size and stride to be filled in.
  const auto tensor = [](const std::string& size, const std::string& stride, const std::string& offset = "K\x00"s) {
    return "\x80\x02}X\x01\x00\x00\x00"s + "actorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storage"s +
           "ctorch\nFloatStorage\nX\x01\x00\x00\x00"s + "0X\x03\x00\x00\x00"s + "cpuK\x04tQ" + offset + "(" + size +
           "t(" + stride + "t\x89)tRs.";
  };
  CHECK(read_bytes(folder, archive(tensor("K\x04", "K\x01")))[0].second.numel() == 4);

  std::string deep = "\x80\x02";
  for (int i = 0; i < 300000; ++i) deep += "](";  // lists inside lists, to exhaust the stack of a careless destructor
  const std::pair<std::string, const char*> hostile[] = {
      {"\x80\x02"
       "cposix\nsystem\nX\x04\x00\x00\x00true\x85R."s,
       "asks for 'posix system', which is not allowed"},
      {"\x80\x02"
       "c__builtin__\neval\nX\x01\x00\x00\x00"
       "1\x85R."s,
       "asks for '__builtin__ eval'"},
      {tensor("K\x05", "K\x01"), "a tensor of size [5] reaches beyond its storage of 4 elements"},
      {tensor("K\x02", "K\x01", "K\x03"), "reaches beyond"},
      {tensor("J\xff\xff\xff\x7fJ\xff\xff\xff\x7f", "J\xff\xff\xff\x7fK\x01"), "reaches beyond"},
      {tensor("J\xff\xff\xff\xff", "K\x01"), "negative size"},
      {deep, "ends early"},
      {"\x80\x02}q\x00X\x0a\x00\x00\x00state_dicth\x00s."s, "entry \"state_dict\" is no tensor"},
      {"\x80\x02]."s, "it holds no dict"},
      {"\x80\x02}K\x01K\x02s."s, "a key of the state_dict is no string"},
      {"\x80\x02}X\x01\x00\x00\x00"
       "aK\x02s."s,
       "entry \"a\" is no tensor"},
      {"\x80\x02\x8f."s, "opcode 143 at byte 2 is not accepted"},
      {"\x80\x02R."s, "the stack is empty"},
      {"\x80\x02h\x07."s, "unknown memo 7"},
      {""s, "ends early"},
  };
  for (const auto& [pickle, message] : hostile) {
    INFO(message);
    CHECK_THROWS_WITH(read_bytes(folder, archive(pickle)), contains(message));
    CHECK_THROWS_AS(io::read_pth(folder / "x.pth"), DataError);
  }
}

TEST_CASE("files that are no archives are clear errors", "[io][pth]") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(io::read_pth(folder / "absent.pth"), contains("absent.pth: cannot be read"));
  CHECK_THROWS_WITH(io::read_pth(folder.path().string()), contains("no regular file"));
  CHECK_THROWS_WITH(read_bytes(folder, ""), contains("x.pth: not a .pth file that can be loaded"));
  CHECK_THROWS_WITH(read_bytes(folder, "hello"), contains("x.pth: not a .pth file that can be loaded"));
  CHECK_THROWS_WITH(read_bytes(folder, "\x80\x02}q\x00."s), contains("not a .pth file"));
}

TEST_CASE("truncated and mutated files end as a DataError or a load", "[io][pth]") {
  const TemporaryFolder folder;
  const auto good = testing::read_text(kGolden + "seed_run_scnn2d/r1.pth");
  std::mt19937 draw(1);
  int errors = 0;
  for (int i = 0; i < 1500; ++i) {
    auto bytes = good;
    if (i % 3 == 0) {
      bytes.resize(draw() % good.size());
    } else {
      for (unsigned flips = 1 + draw() % 8; flips > 0; --flips)
        bytes[draw() % bytes.size()] ^= static_cast<char>(1 + draw() % 255);
    }
    try {
      read_bytes(folder, bytes);
    } catch (const DataError&) {
      ++errors;
    }
  }
  CHECK(errors > 500);
}
