#include <utility>
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
  using Base::layer_, Base::scratch_, Base::states_, Base::common_, Base::few_steps_;
  using typename Base::T;

 public:
  ForwardRunner(const LayerRun& layer, const ForwardResults& results, std::int64_t largest_block)
      : Base(layer, largest_block),
        results_(results),
        output_(scratch_.reserve(few_steps_)),
        spikes_(scratch_.reserve(1)) {
    Base::allocate();
  }

  void run(const Block& block, SpikeCounts* counts) {
    Base::begin(block);
    if (counts) std::fill_n(scratch_[spikes_], block.size(), T(0));
    const bool in_one_call = Base::is_direct() && results_.output && !results_.v_seq && !counts;
    const auto most = in_one_call ? layer_.T : few_steps_;
    for (std::int64_t t = 0; t < layer_.T; t += most) run_steps(t, std::min(most, layer_.T - t), block, counts);
    Base::put_states(block, scratch_[states_], results_.final_state);
    if (counts) add_up(block, *counts);
  }

 private:
  /// Whether outputs of the neurons go to their place in memory: nothing happens to them on the way.
  bool stores_in_place(const Block& block) const {
    return results_.output && Base::is_in_place(block) && !layer_.mask && !layer_.window.pools();
  }

  StepRows<T> outputs(std::int64_t t, const Block& block) const {
    if (!stores_in_place(block)) return {scratch_[output_], scratch_.row()};
    return {static_cast<T*>(results_.output) + t * Base::step() + block.offset, Base::step()};
  }

  void run_steps(std::int64_t t, std::int64_t steps, const Block& block, SpikeCounts* counts) {
    const auto x = Base::inputs(t, steps, block);
    const auto output = outputs(t, block);
    auto row = Base::forward_row(block, steps, x);
    row.output = output.first;
    row.output_stride = output.stride;
    if (stores_in_place(block) && !layer_.repeated) {
      const auto from = t * Base::step() + block.offset;
      row.ahead = Base::ahead(layer_.x, from + (Base::is_long(block) ? Base::step() : block.length));
    }
    if (!results_.v_seq) {
      Base::run_row(row);
    } else {
      run_step_by_step(t, block, row);
    }
    for (std::int64_t k = 0; k < steps; ++k) {
      if (counts) count(block, x[k], output[k], *counts);
      if (!stores_in_place(block)) through_sink(t + k, block, output[k]);
    }
  }

  void run_step_by_step(std::int64_t t, const Block& block, ForwardRow<T> row) {
    for (const auto end = t + std::exchange(row.steps, 1); t < end; ++t) {
      Base::run_row(row);
      Base::for_each_strip(block, [&](auto at, auto to) {
        std::copy_n(row.states + at, block.length, static_cast<T*>(results_.v_seq) + t * Base::step() + to);
      });
      row.x += row.x_stride;
      row.output += row.output_stride;
    }
  }

  void through_sink(std::int64_t t, const Block& block, T* row) {
    if (layer_.mask) common_->multiply(block.size(), row, scratch_[Base::mask_], row);
    if (!results_.output) return;
    if (!layer_.window.pools()) return Base::put(row, block.size(), results_.output, t * Base::step() + block.offset);
    if (block.pooled == 0) return;
    T* const maxima = scratch_[Base::pooled_];
    common_->pool(Base::windows(block), row, maxima);
    Base::put(maxima, block.pooled, results_.output, t * Base::output_step() + block.pooled_offset);
  }

  void count(const Block& block, const T* x, const T* output, SpikeCounts& counts) const {
    common_->count(block.size(), output, scratch_[spikes_]);
    counts.binary_input = counts.binary_input && common_->is_binary(block.size(), x);
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
  std::int64_t output_;  ///< a row per step
  std::int64_t spikes_;
};

template <class E>
void forward(const LayerRun& layer, const ForwardResults& results) {
  const Blocks blocks(layer.places, layer.window, block_target(layer));
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
      return engine::forward<BFloat16Bits>(layer, results);
    case Storage::kFloat16:
      break;
  }
  throw ShapeError("the CPU's kernels do not take float16");
}

}  // namespace qualia_snn::neuron
