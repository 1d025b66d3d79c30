#include "qualia_snn/core/block_memory.h"

#include <ATen/ATen.h>
#include <c10/core/CPUAllocator.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "qualia_snn/core/allocated_memory.h"
#include "qualia_snn/core/freed_memory.h"
#include "tests/support/testing.h"

using namespace qualia_snn;

namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

/// Takes and gives back blocks in no order, each with its own contents; returns what was wrong.
std::string churn(BlockMemory& memory, unsigned seed) {
  struct Block {
    unsigned char* bytes;
    std::size_t size;
    unsigned char mark;
  };
  std::mt19937 draw(seed);
  std::vector<Block> blocks;
  for (int i = 0; i < 400; ++i) {
    if (blocks.size() < 12 && draw() % 2 == 0) {
      const auto size = (1 + draw() % 40) * kMiB + draw() % 1000;
      auto* const bytes = static_cast<unsigned char*>(memory.take(size));
      if (bytes == nullptr) return "no memory";
      const auto mark = static_cast<unsigned char>(draw());
      std::memset(bytes, mark, size);
      blocks.push_back({bytes, size, mark});
    } else if (!blocks.empty()) {
      std::swap(blocks[draw() % blocks.size()], blocks.back());
      const auto& b = blocks.back();
      for (std::size_t k = 0; k < b.size; k += 4096) {
        if (b.bytes[k] != b.mark) return "two blocks overlap";
      }
      if (b.bytes[b.size - 1] != b.mark) return "a block is too short";
      if (!memory.give_back(b.bytes)) return "a block is not known";
      blocks.pop_back();
    }
  }
  for (const auto& b : blocks) memory.give_back(b.bytes);
  return "";
}

}  // namespace

TEST_CASE("blocks do not overlap, and gaps become one", "[core][memory]") {
  BlockMemory memory(512 * kMiB);
  CHECK(churn(memory, 1) == "");
  CHECK(memory.in_use() == 0);
  const auto held = memory.held();
  CHECK(held < 512 * kMiB);
  void* const all = memory.take(held);
  CHECK(all != nullptr);
  CHECK(memory.held() == held);
  CHECK(memory.give_back(all));
}

TEST_CASE("a block gets the smallest gap that it fits into, and the end grows only where none does", "[core][memory]") {
  BlockMemory memory(64 * kMiB);
  std::vector<char*> blocks;
  for (const std::size_t size : {8, 1, 4, 1, 6, 1}) blocks.push_back(static_cast<char*>(memory.take(size * kMiB)));
  for (const std::size_t i : {0, 2, 4}) CHECK(memory.give_back(blocks[i]));
  const auto held = memory.held();
  CHECK(memory.take(3 * kMiB) == blocks[2]);
  CHECK(memory.take(5 * kMiB) == blocks[4]);
  CHECK(memory.take(8 * kMiB) == blocks[0]);
  CHECK(memory.held() == held);
  CHECK(memory.take(2 * kMiB) != nullptr);
  CHECK(memory.held() > held);
}

TEST_CASE("memory that is not there is refused, and what is not a block too", "[core][memory]") {
  BlockMemory memory(8 * kMiB);
  CHECK(memory.take(9 * kMiB) == nullptr);
  CHECK(memory.take(std::size_t{1} << 60) == nullptr);
  void* const block = memory.take(5 * kMiB);
  REQUIRE(block != nullptr);
  CHECK(reinterpret_cast<std::uintptr_t>(block) % 64 == 0);
  CHECK(memory.contains(block));
  CHECK_FALSE(memory.contains(static_cast<char*>(block) - 1));
  CHECK_FALSE(memory.contains(static_cast<char*>(block) + 8 * kMiB));
  CHECK_FALSE(memory.contains(nullptr));
  CHECK(memory.take(5 * kMiB) == nullptr);
  int other = 0;
  CHECK_FALSE(memory.give_back(&other));
  CHECK_FALSE(memory.give_back(nullptr));
  CHECK_FALSE(memory.give_back(static_cast<char*>(block) + 64));
  CHECK(memory.give_back(block));
  CHECK_FALSE(memory.give_back(block));
  CHECK(memory.take(6 * kMiB) == block);

  BlockMemory none(std::size_t{1} << 62);  // more addresses than there are
  CHECK(none.take(1) == nullptr);
  CHECK_FALSE(none.give_back(nullptr));
}

TEST_CASE("several threads take and give back blocks", "[core][memory]") {
  BlockMemory memory(std::size_t{2} << 30);
  std::vector<std::string> wrong(3);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < wrong.size(); ++i) {
    threads.emplace_back([&memory, &wrong, i] { wrong[i] = churn(memory, i); });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& text : wrong) CHECK(text == "");
  CHECK(memory.in_use() == 0);
}

TEST_CASE("large tensors come from blocks that are kept, and are counted", "[core][memory]") {
  const auto before = at::ones({2 << 20});
  keep_freed_memory();
  const AllocatedMemory counted;
  auto large = at::ones({2 << 20});
  const void* const address = large.const_data_ptr();
  CHECK(reinterpret_cast<std::uintptr_t>(address) % 64 == 0);
  CHECK(counted.bytes() == 8 << 20);
  CHECK(at::equal(large, before));
  large = at::Tensor();
  CHECK(counted.bytes() == 0);
  CHECK(at::empty({2 << 20}).const_data_ptr() == address);
  CHECK(at::zeros({3}).sum().item<float>() == 0);                                 // small ones are LibTorch's
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{100}, 5 * kMiB}) {  // as oneDNN asks for memory
    void* const raw = c10::GetCPUAllocator()->raw_allocate(bytes);
    if (bytes > 0) std::memset(raw, 1, bytes);
    c10::GetCPUAllocator()->raw_deallocate(raw);
  }
  CHECK(counted.bytes() == 0);
}
