#pragma once

#include <cstdint>
#include <memory>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Counts the memory of tensors that this thread makes, while it lives; one at a time, and no profiler beside it.
class QUALIA_SNN_API AllocatedMemory {
 public:
  AllocatedMemory();
  ~AllocatedMemory();
  AllocatedMemory(const AllocatedMemory&) = delete;
  AllocatedMemory& operator=(const AllocatedMemory&) = delete;

  /// Returns the bytes that were asked for and not given back since it was made.
  std::int64_t bytes() const;

 private:
  class Counter;
  struct Guard;
  std::shared_ptr<Counter> counter_;
  std::unique_ptr<Guard> guard_;
};

}  // namespace qualia_snn
