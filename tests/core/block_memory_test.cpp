#include "qualia_snn/core/block_memory.h"

#include <ATen/ATen.h>

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
std::string churn(BlockMemory& memory, unsigned seed, std::size_t& most, bool alone) {
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
    most = std::max(most, memory.in_use());
    if (alone && memory.held() > most + std::max(most / BlockMemory::kSlackShare, BlockMemory::kSlack)) return "more is kept than promised";
  }
  for (const auto& b : blocks) memory.give_back(b.bytes);
  return "";
}

}  // namespace

TEST_CASE("blocks do not overlap, and what is kept is bounded", "[core][memory]") {
  BlockMemory memory;
  std::size_t most = 0;
  CHECK(churn(memory, 1, most, /*alone=*/true) == "");
  CHECK(memory.in_use() == 0);
  CHECK(memory.held() > 0);
}

TEST_CASE("a block that was given back is used again for a request of nearly its size", "[core][memory]") {
  BlockMemory memory;
  void* const first = memory.take(8 * kMiB);
  CHECK(memory.give_back(first));
  CHECK_FALSE(memory.give_back(first));
  CHECK(memory.take(8 * kMiB - kMiB / 2) == first);
  void* const second = memory.take(3 * kMiB);
  CHECK(second != first);
  CHECK_FALSE(memory.give_back(static_cast<char*>(second) + 1));
  CHECK(memory.give_back(first));
  CHECK(memory.take(4 * kMiB) != first);  // half of it would be wasted
  CHECK(memory.take(std::size_t{1} << 60) == nullptr);
}

TEST_CASE("several threads take and give back blocks", "[core][memory]") {
  BlockMemory memory;
  std::vector<std::string> wrong(3);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < wrong.size(); ++i) {
    threads.emplace_back([&memory, &wrong, i] {
      std::size_t most = 0;
      wrong[i] = churn(memory, i, most, /*alone=*/false);
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& text : wrong) CHECK(text == "");
  CHECK(memory.in_use() == 0);
}

TEST_CASE("large tensors come from blocks that are kept, and are counted", "[core][memory]") {
  const auto before = at::ones({1 << 20});
  keep_freed_memory();
  const AllocatedMemory counted;
  auto large = at::ones({1 << 20});
  const void* const address = large.const_data_ptr();
  CHECK(reinterpret_cast<std::uintptr_t>(address) % 4096 == 0);
  CHECK(counted.bytes() == 4 << 20);
  CHECK(at::equal(large, before));
  large = at::Tensor();
  CHECK(counted.bytes() == 0);
  CHECK(at::empty({1 << 20}).const_data_ptr() == address);
  CHECK(at::zeros({3}).sum().item<float>() == 0);  // small ones are LibTorch's
}
