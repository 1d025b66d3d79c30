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

/// Bytes of states that a block's replay may keep: they should stay in a core's second-level cache.
inline constexpr std::int64_t kReplayBytes = 128 * 1024;
/// Bytes of a tensor above which it is read from memory, so that prefetching pays.
inline constexpr std::int64_t kStreamBytes = 1024 * 1024;
/// Parts of the work whose sums are added up in order: a fixed number, whatever the threads.
inline constexpr std::int64_t kMostTasks = 64;
/// Neuron-steps below which a second thread costs more than it brings.
inline constexpr std::int64_t kGrain = 16384;

/// Steps up to which all rows of a small block stay in the first-level cache between replay and way back.
inline constexpr std::int64_t kFewSteps = 8;

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
        sink_(scratch_.reserve(2)) {
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

  /// Sets the rows of states before the first step.
  void begin_states(const Block& block, T* states) const {
    for (int k = 0; k < layer_.states; ++k) {
      T* const row = states + k * scratch_.row();
      if (layer_.initial_state[k]) {
        for (int strip = 0; strip < block.strips; ++strip) {
          std::copy_n(static_cast<const T*>(layer_.initial_state[k]) + block.offset + strip * block.stride,
                      block.length, row + strip * block.length);
        }
      } else {
        std::fill_n(row, block.size(), static_cast<T>(layer_.initial[k]));
      }
    }
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

  ForwardRow<T> forward_row(std::int64_t n, T* states) const {
    ForwardRow<T> row{};
    row.neuron = layer_.neuron;
    row.surrogate = &layer_.surrogate;
    row.learned = layer_.learned_values;
    row.n = n;
    row.steps = 1;
    row.x_stride = step();
    row.state_stride = scratch_.row();
    row.states = states;
    return row;
  }
  void run_row(const ForwardRow<T>& row) const {
    (layer_.surrogate.graded ? rows_->forward_graded : rows_->forward)(row);
  }

  /// Returns a row of the tensor to prefetch, where that pays.
  const T* ahead(const void* values, std::int64_t from) const {
    return streams_ ? reinterpret_cast<const T*>(static_cast<const E*>(values) + from) : nullptr;
  }

  const LayerRun& layer_;
  Scratch<T> scratch_;
  const RowKernels<T>* rows_;
  const CommonKernels<T>* common_;
  std::int64_t source_, scale_, shift_;
  std::int64_t sink_;  ///< two rows
  bool streams_;
};

/// Neurons of a block: the rows of a step should fit the first-level cache, the replay's states the second.
inline std::int64_t block_target(const LayerRun& layer) {
  const auto bytes = static_cast<std::int64_t>(layer.storage == Storage::kFloat64 ? sizeof(double) : sizeof(float));
  if (layer.T <= kFewSteps) return 128;
  const auto fitting = kReplayBytes / (layer.T * layer.states * bytes);
  return std::clamp<std::int64_t>(fitting / 64 * 64, 128, 1024);
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
