#pragma once

#include <cstddef>
#include <map>
#include <mutex>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Large blocks of memory side by side, whose place is used again when they are given back.
///
/// A request gets the smallest gap that it fits into; neighbouring gaps become one. Without small objects strewn among
/// the blocks, what training asks for leaves few gaps: a heap grew to one and a half times what was in use at once,
/// this to 1.02 to 1.15 times (compare.py's networks). Nothing is given back to the system, so that every page is
/// cleared once. Safe to be called by several threads.
class QUALIA_SNN_API BlockMemory {
 public:
  /// Reserves addresses, not memory.
  /// @param most  bytes that it can hold
  explicit BlockMemory(std::size_t most);
  ~BlockMemory();
  BlockMemory(const BlockMemory&) = delete;
  BlockMemory& operator=(const BlockMemory&) = delete;

  /// Returns a block of at least `bytes`, aligned to 64 bytes; null if there is no room.
  void* take(std::size_t bytes);
  /// Takes a block back. Returns false, and does nothing, if it did not come from here.
  bool give_back(void* block);

  /// Returns whether an address lies in its range.
  bool contains(const void* address) const;

  std::size_t in_use() const;  ///< bytes of blocks that were taken and not given back
  std::size_t held() const;    ///< bytes from the first block to the end of the last one so far

 private:
  char* start_ = nullptr;  ///< null: the system has no such range of addresses
  std::size_t most_ = 0, held_ = 0, usable_ = 0, in_use_ = 0;
  mutable std::mutex mutex_;
  std::map<std::size_t, std::size_t> gaps_, taken_;  ///< sizes by place; all of held_ is one or the other
};

}  // namespace qualia_snn
