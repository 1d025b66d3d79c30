#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "qualia_snn/neuron/block.h"
#include "qualia_snn/neuron/channel_rows.h"
#include "qualia_snn/neuron/cpu_engine.h"
#include "qualia_snn/neuron/row_access.h"

/// What the engine's two directions share. Not for other sources.
namespace qualia_snn::neuron::engine {

/// Bytes of a tensor above which it is read from memory, so that prefetching pays.
inline constexpr std::int64_t kStreamBytes = 1024 * 1024;
/// Bytes of rows that one pass over a block leaves in a core's caches for the next.
inline constexpr std::int64_t kCacheBytes = 128 * 1024;
/// Parts of the work whose sums are added up in order: a fixed number, whatever the threads.
inline constexpr std::int64_t kMostTasks = 64;
/// Neuron-steps below which a second thread costs more than it brings.
inline constexpr std::int64_t kGrain = 16384;

/// Steps up to which all rows of a small block stay in the first-level cache between replay and way back; steps whose
/// rows are prepared together where a source or sink is between memory and neuron.
inline constexpr std::int64_t kFewSteps = 8;
inline constexpr std::int64_t kSmallBlock = 128;
/// Neuron-steps of a block between source and sink: its rows stay in the second-level cache, and are long enough for
/// what a call of a kernel costs.
inline constexpr std::int64_t kBlockSteps = 4096;
/// The same for more than a few steps: rows of different steps are far apart in memory, and short ones are read no
/// faster than they are found.
inline constexpr std::int64_t kLongBlockSteps = 16384;
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

/// Rows of consecutive steps: in memory where the caller has them, or in scratch memory.
template <class T>
struct StepRows {
  T* first;
  std::int64_t stride;
  T* operator[](std::int64_t k) const { return first + k * stride; }
};

/// One thread's work on blocks of a layer, in one storage type.
///
/// A row of scratch memory has the neurons of a block, strip after strip.
template <class E>
class BlockRunner {
 public:
  using T = NumberOf<E>;

  BlockRunner(const LayerRun& layer, std::int64_t largest_block)
      : layer_(layer),
        access_(*layer.common),
        scales_(layer, layer.scale, largest_block),
        shifts_(layer, layer.shift, largest_block),
        common_(&access_.kernels()),
        scratch_(largest_block),
        few_steps_(std::min(layer.T, kFewSteps)),
        x_(scratch_.reserve(few_steps_)),
        source_(scratch_.reserve(2)),
        mask_(scratch_.reserve(1)),
        pooled_(scratch_.reserve(1)),
        states_(scratch_.reserve(layer.states)) {
    if constexpr (std::is_same_v<T, double>) {
      rows_ = &layer.kernels->f64;
    } else {
      rows_ = &layer.kernels->f32;
    }
    streams_ = layer.T * layer.places.size() * static_cast<std::int64_t>(sizeof(E)) > kStreamBytes;
  }

 protected:
  static constexpr bool kConverts = RowAccess<E>::kConverts;

  std::int64_t step() const { return layer_.places.size(); }
  /// Neurons of a step of the output.
  std::int64_t output_step() const {
    const auto& [outer, height, width, inner] = layer_.places;
    const auto& window = layer_.window;
    return window.pools() ? outer * (height / window.height) * (width / window.width) * inner : step();
  }

  const T* as_numbers(const void* values, std::int64_t from, std::int64_t n, T* buffer) const {
    return access_.as_numbers(values, from, n, buffer);
  }
  void put(const T* row, std::int64_t n, void* values, std::int64_t to) const { access_.put(row, n, values, to); }

  /// Calls f(place in a row of scratch memory, place in a step) for every strip.
  template <class F>
  static void for_each_strip(const Block& block, const F& f) {
    for (int strip = 0; strip < block.strips; ++strip) f(strip * block.length, block.offset + strip * block.stride);
  }

  std::int64_t group(std::int64_t t) const { return layer_.groups == 1 ? 0 : t; }

  void allocate() { scratch_.allocate(); }

  /// Fills a row per state with those before the first step, and the row of the sink's factors.
  void begin(const Block& block) const {
    for (int k = 0; k < layer_.states; ++k) {
      T* const row = scratch_[states_] + k * scratch_.row();
      const auto* const given = static_cast<const T*>(layer_.initial_state[k]);
      if (!given) {
        std::fill_n(row, block.size(), static_cast<T>(layer_.initial[k]));
        continue;
      }
      for_each_strip(block, [&](auto at, auto from) { std::copy_n(given + from, block.length, row + at); });
    }
    if (!layer_.mask) return;
    for_each_strip(block, [&](auto at, auto from) {
      T* const row = scratch_[mask_] + at;
      const T* const given = as_numbers(layer_.mask, from, block.length, row);
      if (given != row) std::copy_n(given, block.length, row);
    });
  }

  /// Whether the rows of one tensor of neurons are used where the caller has them.
  bool is_in_place(const Block& block) const { return !kConverts && block.strips == 1; }
  /// Whether rows are read and written where the caller has them, so that one call runs all steps of a block.
  bool is_direct() const {
    return !kConverts && !layer_.repeated && !layer_.scale && !layer_.mask && !layer_.window.pools();
  }

  /// Returns what the neurons of a block get at `steps` steps from t on.
  StepRows<const T> inputs(std::int64_t t, std::int64_t steps, const Block& block) const {
    const auto stride = layer_.repeated ? 0 : step();
    if (is_in_place(block) && !layer_.scale) {
      return {static_cast<const T*>(layer_.x) + t * stride + block.offset, stride};
    }
    for (std::int64_t k = 0; k < (layer_.repeated ? 1 : steps); ++k) {
      T* const row = scratch_[x_] + k * scratch_.row();
      for_each_strip(block, [&](auto at, auto from) {
        const T* const given = as_numbers(layer_.x, (t + k) * stride + from, block.length, row + at);
        if (layer_.scale) {
          const auto g = group(t + k);
          const T* const scale = scales_.row(g, from, block.length, scratch_[source_]);
          const T* const shift = shifts_.row(g, from, block.length, scratch_[source_] + scratch_.row());
          common_->affine(block.length, given, scale, shift, row + at);
        } else if (given != row + at) {
          std::copy_n(given, block.length, row + at);
        }
      });
    }
    return {scratch_[x_], layer_.repeated ? 0 : scratch_.row()};
  }

  WindowRow windows(const Block& block) const {
    return {block.pooled, layer_.places.inner, block.length, layer_.window};
  }

  /// Copies rows of states, one row each, to one step of a tensor each.
  void put_states(const Block& block, const T* states, void* const* tensors) const {
    for (int k = 0; k < layer_.states; ++k) {
      if (!tensors[k]) continue;
      for_each_strip(block, [&](auto at, auto to) {
        std::copy_n(states + k * scratch_.row() + at, block.length, static_cast<T*>(tensors[k]) + to);
      });
    }
  }

  /// Some steps of a block, from where the states are now.
  ForwardRow<T> forward_row(const Block& block, std::int64_t steps, StepRows<const T> x) const {
    ForwardRow<T> row{};
    row.neuron = layer_.neuron;
    row.surrogate = &layer_.surrogate;
    row.learned = layer_.learned_values;
    row.n = block.size();
    row.steps = steps;
    row.x = x.first;
    row.x_stride = x.stride;
    row.output_stride = step();
    row.state_stride = scratch_.row();
    row.states = scratch_[states_];
    for (int k = 0; k < layer_.states; ++k) row.before[k] = row.states + k * scratch_.row();
    return row;
  }
  void run_row(const ForwardRow<T>& row) const {
    (layer_.surrogate.graded ? rows_->forward_graded : rows_->forward)(row);
  }

  /// Returns a row of the tensor to prefetch, where that pays.
  const T* ahead(const void* values, std::int64_t from) const {
    // The kernels step through it as through the output.
    return streams_ && !kConverts ? reinterpret_cast<const T*>(static_cast<const E*>(values) + from) : nullptr;
  }
  /// Whether all steps of a block leave the cache before they are read again: only the next step's row is worth a
  /// prefetch then, not the next pass's or block's.
  bool is_long(const Block& block) const {
    return layer_.T * block.size() * static_cast<std::int64_t>(sizeof(T)) > kCacheBytes;
  }

  const LayerRun& layer_;
  RowAccess<E> access_;
  ChannelRows<T> scales_, shifts_;
  const CommonKernels<T>* common_;
  Scratch<T> scratch_;
  std::int64_t few_steps_;
  const RowKernels<T>* rows_;
  std::int64_t x_;       ///< a row per step
  std::int64_t source_;  ///< two rows of numbers per channel
  std::int64_t mask_, pooled_;
  std::int64_t states_;  ///< a row per state
  bool streams_;
};

/// Neurons of a block. It depends on the layer only: so do the bits of sums over neurons.
inline std::int64_t block_target(const LayerRun& layer) {
  if (layer.scale || layer.mask || layer.window.pools()) {
    const auto steps = layer.T <= kFewSteps ? kBlockSteps : kLongBlockSteps;
    return std::max(kSmallBlock, steps / layer.T / 64 * 64);
  }
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
