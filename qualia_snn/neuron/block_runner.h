#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "qualia_snn/neuron/block.h"
#include "qualia_snn/neuron/cpu_engine.h"

/// What the engine's two directions share. Not for other sources.
namespace qualia_snn::neuron::engine {

struct BFloat16 {
  std::uint16_t bits;
};

template <class E>
using ComputeOf = std::conditional_t<std::is_same_v<E, BFloat16>, float, E>;

/// Bytes of a tensor above which it is read from memory, so that prefetching pays.
inline constexpr std::int64_t kStreamBytes = 1024 * 1024;
/// Bytes of rows that one pass over a block leaves in a core's caches for the next.
inline constexpr std::int64_t kCacheBytes = 128 * 1024;
/// Parts of the work whose sums are added up in order: a fixed number, whatever the threads.
inline constexpr std::int64_t kMostTasks = 64;
/// Neuron-steps below which a second thread costs more than it brings.
inline constexpr std::int64_t kGrain = 16384;

/// Steps up to which all rows of a small block stay in the first-level cache between replay and way back.
inline constexpr std::int64_t kFewSteps = 8;
inline constexpr std::int64_t kSmallBlock = 128;
/// With more steps long rows count: they are read from memory one after the other, whatever the replay's rows take.
inline constexpr std::int64_t kLargeBlock = 1024;
/// Blocks that a layer should have for its threads.
inline constexpr std::int64_t kFewBlocks = 8;

/// Rows of numbers for one thread.
template <class T>
class Scratch {
 public:
  /// @param row  numbers of a row. Rows are a quarter longer: where all began at the same place of a page, or a little
  ///             later, a load would wait for an unrelated store.
  explicit Scratch(std::int64_t row) : row_((row + row / 4 + kAlign) / kAlign * kAlign) {}

  /// Reserves rows before `allocate()`; returns their place for `operator[]`.
  std::int64_t reserve(std::int64_t rows) {
    const auto place = used_;
    used_ += rows * row_;
    return place;
  }
  void allocate() { memory_.reset(static_cast<T*>(::operator new (used_ * sizeof(T), std::align_val_t{64}))); }
  T* operator[](std::int64_t place) const { return memory_.get() + place; }
  std::int64_t row() const { return row_; }

 private:
  static constexpr std::int64_t kAlign = 64 / sizeof(T);
  struct Free {
    void operator()(T* p) const { ::operator delete (p, std::align_val_t{64}); }
  };
  std::int64_t row_, used_ = 0;
  std::unique_ptr<T, Free> memory_;
};

/// One thread's work on blocks of a layer, in one storage type.
template <class E>
class BlockRunner {
 public:
  using T = ComputeOf<E>;

  BlockRunner(const LayerRun& layer, std::int64_t largest_block)
      : layer_(layer),
        scratch_(largest_block),
        source_(scratch_.reserve(1)),
        scale_(scratch_.reserve(1)),
        shift_(scratch_.reserve(1)),
        sink_(scratch_.reserve(2)),
        initial_(scratch_.reserve(layer.states)),
        states_(scratch_.reserve(layer.states)) {
    if constexpr (std::is_same_v<T, double>) {
      rows_ = &layer.kernels->f64;
      common_ = &layer.common->f64;
    } else {
      rows_ = &layer.kernels->f32;
      common_ = &layer.common->f32;
    }
    streams_ = layer.T * layer.places.size() * static_cast<std::int64_t>(sizeof(E)) > kStreamBytes;
  }

 protected:
  std::int64_t step() const { return layer_.places.size(); }

  /// Returns a row of the layer's storage as numbers, in `buffer` where they have to be converted.
  const T* as_numbers(const void* values, std::int64_t from, std::int64_t n, T* buffer) const {
    const auto* const p = static_cast<const E*>(values) + from;
    if constexpr (std::is_same_v<E, BFloat16>) {
      layer_.common->from_bfloat16(n, &p->bits, buffer);
      return buffer;
    } else {
      return p;
    }
  }

  /// Returns where a row of results is computed: its place in memory, or `buffer` where it will be converted.
  T* place_of(void* values, std::int64_t from, T* buffer) const {
    if constexpr (std::is_same_v<E, BFloat16>) {
      return buffer;
    } else {
      return static_cast<E*>(values) + from;
    }
  }
  void put(void* values, std::int64_t from, std::int64_t n, const T* row) const {
    if constexpr (std::is_same_v<E, BFloat16>) {
      layer_.common->to_bfloat16(n, row, &(static_cast<E*>(values) + from)->bits);
    }
  }

  /// Spreads scale and shift of the channels over the neurons of a block.
  void begin_source(const Block& block) {
    if (!layer_.scale) return;
    for_each_neuron(block, [&](std::int64_t i, std::int64_t channel) {
      scratch_[scale_][i] = static_cast<const T*>(layer_.scale)[channel];
      scratch_[shift_][i] = static_cast<const T*>(layer_.shift)[channel];
    });
  }

  template <class F>
  void for_each_neuron(const Block& block, F f) const {
    for (int strip = 0; strip < block.strips; ++strip) {
      const auto from = block.offset + strip * block.stride;
      for (std::int64_t i = 0; i < block.length; ++i) {
        f(strip * block.length + i, (from + i) / layer_.channel_size % layer_.channels);
      }
    }
  }

  /// Returns what the neurons of a strip get at step t.
  const T* input(std::int64_t t, const Block& block, int strip) const {
    const auto at = strip * block.length;
    T* const buffer = scratch_[source_] + at;
    const T* const x = as_numbers(layer_.x, t * step() + block.offset + strip * block.stride, block.length, buffer);
    if (!layer_.scale) return x;
    common_->affine(block.length, x, scratch_[scale_] + at, scratch_[shift_] + at, buffer);
    return buffer;
  }

  /// Fills the rows that stand for states no tensor gives: once, for all blocks.
  void allocate() {
    scratch_.allocate();
    for (int k = 0; k < layer_.states; ++k) {
      std::fill_n(scratch_[initial_] + k * scratch_.row(), scratch_.row(), static_cast<T>(layer_.initial[k]));
    }
  }

  /// Returns a row of one step of a tensor, or `otherwise` where there is none.
  const T* row_of(const void* tensor, const Block& block, int strip, const T* otherwise) const {
    return tensor ? static_cast<const T*>(tensor) + block.offset + strip * block.stride : otherwise;
  }

  /// Copies rows of states, one row each, to one step of a tensor each.
  void put_states(const Block& block, const T* states, void* const* tensors) const {
    for (int k = 0; k < layer_.states; ++k) {
      if (!tensors[k]) continue;
      for (int strip = 0; strip < block.strips; ++strip) {
        std::copy_n(states + k * scratch_.row() + strip * block.length, block.length,
                    static_cast<T*>(tensors[k]) + block.offset + strip * block.stride);
      }
    }
  }

  /// Whether rows are read and written where the caller has them, so that one call runs all steps of a block.
  bool is_direct() const { return std::is_same_v<E, T> && !layer_.scale && layer_.pool_height == 0; }

  /// Step t of a strip; `states_` has the states before, unless it is the first.
  ForwardRow<T> forward_row(std::int64_t t, const Block& block, int strip) const {
    const auto at = strip * block.length;
    ForwardRow<T> row{};
    row.neuron = layer_.neuron;
    row.surrogate = &layer_.surrogate;
    row.learned = layer_.learned_values;
    row.n = block.length;
    row.steps = 1;
    row.x_stride = step();
    row.state_stride = scratch_.row();
    row.states = scratch_[states_] + at;
    for (int k = 0; k < layer_.states; ++k) {
      const auto from = k * scratch_.row();
      row.before[k] =
          t > 0 ? row.states + from : row_of(layer_.initial_state[k], block, strip, scratch_[initial_] + from);
    }
    return row;
  }
  void run_row(const ForwardRow<T>& row) const {
    (layer_.surrogate.graded ? rows_->forward_graded : rows_->forward)(row);
  }

  /// Returns a row of the tensor to prefetch, where that pays.
  const T* ahead(const void* values, std::int64_t from) const {
    // The kernels step through it as through x.
    return streams_ && std::is_same_v<E, T> ? reinterpret_cast<const T*>(static_cast<const E*>(values) + from)
                                            : nullptr;
  }
  /// Whether all steps of a block leave the cache before they are read again: only the next step's row is worth a
  /// prefetch then, not the next pass's or block's.
  bool is_long(const Block& block) const {
    return layer_.T * block.size() * static_cast<std::int64_t>(sizeof(T)) > kCacheBytes;
  }

  const LayerRun& layer_;
  Scratch<T> scratch_;
  const RowKernels<T>* rows_;
  const CommonKernels<T>* common_;
  std::int64_t source_, scale_, shift_;
  std::int64_t sink_;              ///< two rows
  std::int64_t initial_, states_;  ///< a row per state
  bool streams_;
};

/// Neurons of a block. It depends on the layer only: so do the bits of sums over neurons.
inline std::int64_t block_target(const LayerRun& layer) {
  if (layer.T <= kFewSteps) return kSmallBlock;
  return std::clamp(layer.places.size() / kFewBlocks / 64 * 64, kSmallBlock, kLargeBlock);
}

/// Calls f(task, first block, last block) for every task, on LibTorch's threads.
template <class F>
void for_each_task(const LayerRun& layer, const Blocks& blocks, F f) {
  const auto tasks = std::min(blocks.count(), kMostTasks);
  if (tasks == 0) return;
  const auto work = layer.T * layer.places.size() / tasks + 1;
  at::parallel_for(0, tasks, (kGrain + work - 1) / work, [&](std::int64_t begin, std::int64_t end) {
    f(begin, end, [&](std::int64_t task) { return task * blocks.count() / tasks; });
  });
}

}  // namespace qualia_snn::neuron::engine
