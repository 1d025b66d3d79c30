// States on disk: every bit comes back, and damage costs one generation.
#include "qualia_snn/io/state_file.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <limits>

#include "qualia_snn/core/error.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

State state_of(std::int64_t number) {
  State state;
  state.set("weights", at::full({2, 3}, static_cast<double>(number), at::kFloat));
  state.set("none", at::empty({0, 4}, at::kByte));
  state.set_integer("number", number);
  state.set_real("real", std::numeric_limits<double>::denorm_min());
  state.set_text("text", "two\nlines \"and\" quotes");
  return state;
}

}  // namespace

TEST_CASE("a state comes back bit for bit, with its parts", "[io]") {
  const TemporaryFolder folder;
  State whole;
  whole.set_part("a.b", state_of(7));
  io::StateFile(folder / "x").write(whole);
  const auto read = io::StateFile(folder / "x").read();
  REQUIRE(read);
  const auto part = read->part("a").part("b");
  CHECK(part.integer("number") == 7);
  CHECK(part.real("real") == std::numeric_limits<double>::denorm_min());
  CHECK(part.text("text") == "two\nlines \"and\" quotes");
  CHECK(at::equal(part.tensor("weights"), at::full({2, 3}, 7, at::kFloat)));
  CHECK(part.tensor("none").sizes() == at::IntArrayRef({0, 4}));
  CHECK_THROWS_AS(part.integer("real"), DataError);
  CHECK_THROWS_AS(part.text("nothing"), DataError);
  CHECK_FALSE(io::StateFile(folder / "y").read());
}

TEST_CASE("each damaged byte of a state is noticed, and the generation before it is read", "[io]") {
  const TemporaryFolder folder;
  io::StateFile file(folder / "x");
  file.write(state_of(1));
  file.write(state_of(2));
  const auto newest = folder / "x.safetensors";
  const auto content = testing::read_text(newest);
  const auto damaged = [&](const std::string& bytes) {
    testing::write_text(newest, bytes);
    io::StateFile again(folder / "x");
    const auto read = again.read();
    REQUIRE(read);
    return read->integer("number");
  };
  CHECK(damaged(content) == 2);
  // What is not whole is noticed wherever it is cut; spaces that align the header carry nothing.
  for (std::size_t size = 0; size < content.size(); size += 7) CHECK(damaged(content.substr(0, size)) == 1);
  for (std::size_t i = content.size() - 40; i < content.size(); ++i) {
    auto bytes = content;
    bytes[i] = static_cast<char>(bytes[i] ^ 4);
    CHECK(damaged(bytes) == 1);
  }
  // A damaged newest one does not push out the whole one before it.
  testing::write_text(newest, "damage");
  io::StateFile again(folder / "x");
  REQUIRE(again.read());
  again.write(state_of(3));
  testing::write_text(newest, "damage");
  CHECK(io::StateFile(folder / "x").read()->integer("number") == 1);
  testing::write_text(folder / "x.previous.safetensors", "damage");
  CHECK_THROWS_AS(io::StateFile(folder / "x").read(), DataError);
}
