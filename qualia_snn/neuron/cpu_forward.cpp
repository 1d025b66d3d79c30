#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/neuron/block_runner.h"

// Without OpenMP's flag at::parallel_for is a plain loop.
#ifndef _OPENMP
#error "cpu_forward.cpp wants to be compiled with OpenMP"
#endif

namespace qualia_snn::neuron {
namespace engine {
namespace {

template <class E>
class ForwardRunner : BlockRunner<E> {
  using Base = BlockRunner<E>;
  using Base::layer_, Base::scratch_, Base::sink_, Base::states_, Base::common_;
  using typename Base::T;

 public:
  ForwardRunner(const LayerRun& layer, const ForwardResults& results, std::int64_t largest_block)
      : Base(layer, largest_block),
        results_(results),
        pooled_(scratch_.reserve(1)),
        spikes_(scratch_.reserve(1)),
        from_(largest_block) {
    Base::allocate();
  }

  void run(const Block& block, SpikeCounts* counts) {
    Base::begin_source(block);
    if (counts) std::fill_n(scratch_[spikes_], block.size(), T(0));
    if (Base::is_direct() && results_.output && !results_.v_seq && !counts) {
      run_all_steps(block);
    } else {
      for (std::int64_t t = 0; t < layer_.T; ++t) {
        for (int strip = 0; strip < block.strips; ++strip) run_strip(t, block, strip, counts);
        if (layer_.pool_height > 0 && block.pooled > 0) pool(t, block);
      }
    }
    Base::put_states(block, scratch_[states_], results_.final_state);
    if (counts) add_up(block, *counts);
  }

 private:
  void run_all_steps(const Block& block) {
    auto row = Base::forward_row(0, block, 0);
    row.steps = layer_.T;
    row.x = static_cast<const T*>(layer_.x) + block.offset;
    row.output = static_cast<T*>(results_.output) + block.offset;
    row.ahead = Base::ahead(layer_.x, block.offset + (Base::is_long(block) ? Base::step() : block.length));
    Base::run_row(row);
  }

  void run_strip(std::int64_t t, const Block& block, int strip, SpikeCounts* counts) {
    const auto at = strip * block.length;
    const auto from = t * Base::step() + block.offset + strip * block.stride;
    const T* const x = Base::input(t, block, strip);
    T* const buffer = scratch_[sink_] + at;
    const bool stores = layer_.pool_height == 0;
    T* const output = stores && results_.output ? Base::place_of(results_.output, from, buffer) : buffer;
    auto row = Base::forward_row(t, block, strip);
    row.x = x;
    row.output = output;
    row.ahead = Base::ahead(layer_.x, from + (Base::is_long(block) ? Base::step() : block.length));
    Base::run_row(row);
    if (stores && results_.output) Base::put(results_.output, from, block.length, output);
    if (results_.v_seq) std::copy_n(row.states, block.length, static_cast<T*>(results_.v_seq) + from);
    if (counts) {
      common_->count(block.length, output, scratch_[spikes_] + at);
      T* const ignored = scratch_[pooled_];
      const T* const given = Base::as_numbers(layer_.x, from, block.length, scratch_[Base::source_] + at);
      counts->binary_input = common_->count(block.length, given, ignored) && counts->binary_input;
    }
  }

  void pool(std::int64_t t, const Block& block) {
    const auto& places = layer_.places;
    const auto step = places.outer * (places.height / layer_.pool_height) * (places.width / 2) * places.inner;
    const auto to = t * step + block.pooled_offset;
    const T* const first = scratch_[sink_];
    T* const row = Base::place_of(results_.output, to, scratch_[pooled_]);
    common_->pool(block.pooled, places.inner, first, block.strips == 2 ? first + block.length : nullptr, row,
                  from_.data());
    Base::put(results_.output, to, block.pooled, row);
  }

  void add_up(const Block& block, SpikeCounts& counts) const {
    const T* const spikes = scratch_[spikes_];
    for (std::int64_t i = 0; i < block.size(); ++i) {
      counts.spikes += static_cast<std::int64_t>(spikes[i]);
      counts.silent += spikes[i] == 0;
      counts.always_on += spikes[i] == static_cast<T>(layer_.T);
    }
    counts.neurons += block.size();
  }

  const ForwardResults& results_;
  std::int64_t pooled_, spikes_;
  std::vector<std::uint8_t> from_;
};

template <class E>
void forward(const LayerRun& layer, const ForwardResults& results) {
  const Blocks blocks(layer.places, layer.pool_height, block_target(layer));
  std::vector<SpikeCounts> counts(kMostTasks);
  for_each_task(layer, blocks, [&](std::int64_t begin, std::int64_t end, auto first_block) {
    ForwardRunner<E> runner(layer, results, blocks.largest());
    for (auto task = begin; task < end; ++task) {
      for (auto i = first_block(task); i < first_block(task + 1); ++i) {
        runner.run(blocks[i], results.counts ? &counts[task] : nullptr);
      }
    }
  });
  if (!results.counts) return;
  for (const auto& part : counts) {
    results.counts->neurons += part.neurons;
    results.counts->spikes += part.spikes;
    results.counts->silent += part.silent;
    results.counts->always_on += part.always_on;
    results.counts->binary_input = results.counts->binary_input && part.binary_input;
  }
}

}  // namespace
}  // namespace engine

void run_forward(const LayerRun& layer, const ForwardResults& results) {
  switch (layer.storage) {
    case Storage::kFloat32:
      return engine::forward<float>(layer, results);
    case Storage::kFloat64:
      return engine::forward<double>(layer, results);
    case Storage::kBFloat16:
      return engine::forward<engine::BFloat16>(layer, results);
    case Storage::kFloat16:
      break;
  }
  throw ShapeError("the CPU's kernels do not take float16");
}

}  // namespace qualia_snn::neuron
