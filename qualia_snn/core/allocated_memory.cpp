#include "qualia_snn/core/allocated_memory.h"

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

namespace qualia_snn {

/// What LibTorch's allocators report to.
class AllocatedMemory::Counter final : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void*, std::int64_t size, std::size_t, std::size_t, c10::Device) override { bytes += size; }
  bool memoryProfilingEnabled() const override { return true; }

  std::int64_t bytes = 0;
};

struct AllocatedMemory::Guard {
  explicit Guard(const std::shared_ptr<Counter>& counter) : guard(c10::DebugInfoKind::PROFILER_STATE, counter) {}
  c10::DebugInfoGuard guard;
};

AllocatedMemory::AllocatedMemory() : counter_(std::make_shared<Counter>()), guard_(std::make_unique<Guard>(counter_)) {}

AllocatedMemory::~AllocatedMemory() = default;

std::int64_t AllocatedMemory::bytes() const { return counter_->bytes; }

}  // namespace qualia_snn
