#include "qualia_snn/core/freed_memory.h"

#include <c10/core/CPUAllocator.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "qualia_snn/core/block_memory.h"

namespace qualia_snn {
namespace {

/// Tensors from this size on have blocks of their own; smaller ones, among them, would make the gaps too short.
constexpr std::size_t kLarge = std::size_t{4} << 20;

/// Returns the addresses that are set aside, bytes: gaps take some, and a system may lend more memory than it has.
/// Where addresses are limited, half of them.
std::size_t addresses() {
  const auto memory =
      static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 2 * memory;
  return std::min<std::size_t>(2 * memory, limit.rlim_cur / 2);
}

/// Never destroyed: tensors of static objects may outlive everything.
BlockMemory& blocks() {
  static auto* const memory = new BlockMemory(addresses());
  return *memory;
}

/// LibTorch's allocator, but for large tensors.
class TensorMemory final : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t bytes) override {
    void* const block = bytes >= kLarge ? blocks().take(bytes) : nullptr;
    if (block == nullptr) return c10::GetDefaultCPUAllocator()->allocate(bytes);  // or fails as it does
    c10::profiledCPUMemoryReporter().New(block, bytes);
    return {block, block, &free, c10::Device(c10::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &free; }
  void copy_data(void* to, const void* from, std::size_t bytes) const override { std::memcpy(to, from, bytes); }

 private:
  /// Of either: oneDNN gives memory back by its address alone.
  static void free(void* memory) {
    if (!blocks().contains(memory)) return c10::GetDefaultCPUAllocator()->raw_deallocate(memory);
    // Told before another thread can get the same block.
    c10::profiledCPUMemoryReporter().Delete(memory);
    blocks().give_back(memory);
  }
};

}  // namespace

void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2147483647);
  static auto* const memory = new TensorMemory;  // never destroyed either
  c10::SetCPUAllocator(memory);
}

}  // namespace qualia_snn
