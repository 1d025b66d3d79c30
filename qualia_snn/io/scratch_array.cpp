#include "qualia_snn/io/scratch_array.h"

#include <ATen/ATen.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "qualia_snn/core/error.h"

namespace qualia_snn::io {
namespace {

constexpr std::size_t kSmallest = std::size_t{1} << 24;  // bytes; later sizes are at least 1.5 times the one before

}  // namespace

ScratchArray::ScratchArray(const std::string& folder, std::vector<std::int64_t> row, at::ScalarType type)
    : file_(folder), row_(std::move(row)), type_(type) {}

ScratchArray::~ScratchArray() {
  if (memory_) munmap(memory_, capacity_);
}

void ScratchArray::grow(std::size_t size) {
  if (size <= capacity_) return;
  const auto capacity = std::max({size, kSmallest, capacity_ + capacity_ / 2});
  // Space is taken now: a page that finds none when it is touched would end the process.
  file_.reserve(capacity);
  void* const memory = memory_ ? mremap(memory_, capacity_, capacity, MREMAP_MAYMOVE)
                               : mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_SHARED, file_.descriptor(), 0);
  QUALIA_SNN_CHECK(memory != MAP_FAILED, DataError, "cannot map ", capacity >> 20,
                   " MiB of intermediate data: ", std::strerror(errno));
  memory_ = static_cast<char*>(memory);
  capacity_ = capacity;
}

at::Tensor ScratchArray::append(std::int64_t count) {
  auto sizes = row_;
  sizes.insert(sizes.begin(), count);
  const auto row = static_cast<std::size_t>(c10::multiply_integers(row_)) * c10::elementSize(type_);
  const auto first = static_cast<std::size_t>(rows_) * row;
  grow(first + static_cast<std::size_t>(count) * row);
  rows_ += count;
  return at::from_blob(memory_ + first, sizes, at::TensorOptions().dtype(type_));
}

at::Tensor ScratchArray::finish() {
  auto sizes = row_;
  sizes.insert(sizes.begin(), std::exchange(rows_, 0));
  const auto capacity = std::exchange(capacity_, 0);
  char* const memory = std::exchange(memory_, nullptr);
  if (!memory) return at::empty(sizes, at::TensorOptions().dtype(type_));
  return at::from_blob(
      memory, sizes, [capacity](void* data) { munmap(data, capacity); }, at::TensorOptions().dtype(type_));
}

}  // namespace qualia_snn::io
