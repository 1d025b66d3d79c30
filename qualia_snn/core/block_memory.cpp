#include "qualia_snn/core/block_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>

namespace qualia_snn {
namespace {

/// Blocks are multiples of the first; the second is a huge page, at which large ones begin: one page fault, not 512.
constexpr std::size_t kUnit = std::size_t{64} << 10, kHugePage = std::size_t{2} << 20;

/// Share of a request that a kept block may be larger.
constexpr std::size_t kWaste = 8;

std::size_t rounded(std::size_t bytes) { return (std::max<std::size_t>(bytes, 1) + kUnit - 1) / kUnit * kUnit; }

void* from_system(std::size_t size) {
  const auto more = size >= kHugePage ? kHugePage : 0;
  void* const start =
      mmap(nullptr, size + more, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) return nullptr;
  if (more == 0) return start;
  auto* const bytes = static_cast<char*>(start);
  const auto before = (kHugePage - reinterpret_cast<std::uintptr_t>(start) % kHugePage) % kHugePage;
  if (before > 0) munmap(bytes, before);
  if (before < more) munmap(bytes + before + size, more - before);
  madvise(bytes + before, size, MADV_HUGEPAGE);  // where the system has none, it works without
  return bytes + before;
}

}  // namespace

BlockMemory::~BlockMemory() {
  for (const auto& [size, block] : kept_) munmap(block, size);
  for (const auto& [block, size] : taken_) munmap(block, size);
}

void* BlockMemory::take(std::size_t bytes) {
  const auto size = rounded(bytes);
  const std::lock_guard lock(mutex_);
  auto* block = take_kept(size);
  if (block == nullptr) {
    const auto limit = std::max(most_in_use_, in_use_ + size);
    const auto most = limit + std::max(limit / kSlackShare, kSlack);
    release_down_to(most > size ? most - size : 0);
    block = from_system(size);
    if (block == nullptr) {
      release_down_to(0);
      block = from_system(size);
    }
    if (block == nullptr) return nullptr;
    held_ += size;
    taken_.emplace(block, size);
  }
  in_use_ += taken_.at(block);
  most_in_use_ = std::max(most_in_use_, in_use_);
  return block;
}

void* BlockMemory::take_kept(std::size_t size) {
  const auto found = kept_.lower_bound(size);
  if (found == kept_.end() || found->first > size + size / kWaste) return nullptr;
  auto* const block = found->second;
  taken_.emplace(block, found->first);
  kept_.erase(found);
  return block;
}

void BlockMemory::release_down_to(std::size_t bytes) {
  while (held_ > bytes && !kept_.empty()) {
    const auto largest = std::prev(kept_.end());
    munmap(largest->second, largest->first);
    held_ -= largest->first;
    kept_.erase(largest);
  }
}

bool BlockMemory::give_back(void* block) {
  const std::lock_guard lock(mutex_);
  const auto found = taken_.find(block);
  if (found == taken_.end()) return false;
  in_use_ -= found->second;
  kept_.emplace(found->second, block);
  taken_.erase(found);
  return true;
}

std::size_t BlockMemory::in_use() const {
  const std::lock_guard lock(mutex_);
  return in_use_;
}

std::size_t BlockMemory::held() const {
  const std::lock_guard lock(mutex_);
  return held_;
}

}  // namespace qualia_snn
