#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <unordered_map>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Large blocks of memory, which are kept when they are given back, and used again.
///
/// What it holds is bounded: a little more than was ever in use at once, whatever the order of requests. A heap, into
/// which small objects are strewn, grew to one and a half times that. Safe to be called by several threads.
class QUALIA_SNN_API BlockMemory {
 public:
  /// Bytes that it may hold beyond the most that were in use, at least; and as a share of those.
  static constexpr std::size_t kSlack = std::size_t{64} << 20, kSlackShare = 16;

  BlockMemory() = default;
  ~BlockMemory();
  BlockMemory(const BlockMemory&) = delete;
  BlockMemory& operator=(const BlockMemory&) = delete;

  /// Returns a block of at least `bytes`, aligned to a page; null if the system has none.
  void* take(std::size_t bytes);
  /// Takes a block back. Returns false, and does nothing, if it did not come from here.
  bool give_back(void* block);

  std::size_t in_use() const;  ///< bytes of blocks that were taken and not given back
  std::size_t held() const;    ///< bytes that it has from the system

 private:
  void* take_kept(std::size_t size);
  void release_down_to(std::size_t bytes);

  mutable std::mutex mutex_;
  std::multimap<std::size_t, void*> kept_;
  std::unordered_map<void*, std::size_t> taken_;
  std::size_t in_use_ = 0, most_in_use_ = 0, held_ = 0;
};

}  // namespace qualia_snn
