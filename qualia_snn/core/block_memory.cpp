#include "qualia_snn/core/block_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>

namespace qualia_snn {
namespace {

/// Sizes are multiples of the first. Not a power of two: blocks that are used together begin at different sets of the
/// cache. Memory becomes usable by the second at a time, which is a huge page: one page fault, not 512.
constexpr std::size_t kUnit = 65 * 64, kHugePage = std::size_t{2} << 20;

constexpr std::size_t rounded_up(std::size_t bytes, std::size_t unit) { return (bytes + unit - 1) / unit * unit; }

}  // namespace

BlockMemory::BlockMemory(std::size_t most) {
  const auto size = rounded_up(most, kHugePage) + kHugePage;
  void* const range = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (range == MAP_FAILED) return;
  auto* const bytes = static_cast<char*>(range);
  const auto before = rounded_up(reinterpret_cast<std::uintptr_t>(range), kHugePage) -  //
                      reinterpret_cast<std::uintptr_t>(range);
  if (before > 0) munmap(bytes, before);
  start_ = bytes + before;
  most_ = size - kHugePage;
  munmap(start_ + most_, kHugePage - before);
  madvise(start_, most_, MADV_HUGEPAGE);  // where the system has none, it works without
}

BlockMemory::~BlockMemory() {
  if (start_) munmap(start_, most_);
}

void* BlockMemory::take(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes > most_) return nullptr;
  const auto size = rounded_up(std::max<std::size_t>(bytes, 1), kUnit);
  auto best = gaps_.end();
  for (auto gap = gaps_.begin(); gap != gaps_.end(); ++gap) {
    if (gap->second >= size && (best == gaps_.end() || gap->second < best->second)) best = gap;
  }
  auto place = held_;
  if (best != gaps_.end()) {
    place = best->first;
    if (best->second > size) gaps_.emplace(place + size, best->second - size);
    gaps_.erase(best);
  } else {
    // The last gap may reach the end.
    const auto last = gaps_.empty() ? gaps_.end() : std::prev(gaps_.end());
    const bool extends = last != gaps_.end() && last->first + last->second == held_;
    if (extends) place = last->first;
    const auto end = place + size;
    if (end > most_) return nullptr;
    if (const auto usable = rounded_up(end, kHugePage); usable > usable_) {
      if (mprotect(start_ + usable_, usable - usable_, PROT_READ | PROT_WRITE) != 0) return nullptr;
      usable_ = usable;
    }
    if (extends) gaps_.erase(last);
    held_ = end;
  }
  taken_.emplace(place, size);
  in_use_ += size;
  return start_ + place;
}

bool BlockMemory::give_back(void* block) {
  const std::lock_guard lock(mutex_);
  const auto address = reinterpret_cast<std::uintptr_t>(block) - reinterpret_cast<std::uintptr_t>(start_);
  const auto found = taken_.find(address);
  if (found == taken_.end()) return false;
  std::size_t place = address, size = found->second;
  taken_.erase(found);
  in_use_ -= size;
  const auto after = gaps_.upper_bound(place);
  if (after != gaps_.begin()) {
    const auto before = std::prev(after);
    if (before->first + before->second == place) {
      place = before->first;
      size += before->second;
      gaps_.erase(before);
    }
  }
  if (after != gaps_.end() && after->first == place + size) {
    size += after->second;
    gaps_.erase(after);
  }
  gaps_.emplace(place, size);
  return true;
}

bool BlockMemory::contains(const void* address) const {
  // A smaller address becomes a larger difference.
  return reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(start_) < most_;
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
