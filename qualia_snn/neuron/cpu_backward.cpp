#include <utility>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/neuron/block_runner.h"

// Without OpenMP's flag at::parallel_for is a plain loop.
#ifndef _OPENMP
#error "cpu_backward.cpp wants to be compiled with OpenMP"
#endif

namespace qualia_snn::neuron {
namespace engine {
namespace {

/// Sums over the neurons of a task, added up in the order of the tasks.
struct Sums {
  double learned[kMaxLearned] = {};
  std::vector<double> scale, shift;
};

template <class E>
class BackwardRunner : BlockRunner<E> {
  using Base = BlockRunner<E>;
  using Base::layer_, Base::scratch_, Base::common_, Base::few_steps_;
  using typename Base::T;

 public:
  BackwardRunner(const LayerRun& layer, const BackwardResults& results, std::int64_t largest_block)
      : Base(layer, largest_block),
        results_(results),
        centers_(layer, layer.center, largest_block),
        kept_(scratch_.reserve(layer.states * layer.T)),
        outputs_(scratch_.reserve(layer.window.pools() ? layer.T : 0)),
        g_(scratch_.reserve(few_steps_)),
        gx_sum_(scratch_.reserve(1)),
        gstates_(scratch_.reserve(layer.states)),
        glearned_(scratch_.reserve(layer.learned)),
        gscale_(scratch_.reserve(2)) {
    Base::allocate();
  }

  void run(const Block& block, Sums& sums) {
    Base::begin(block);
    begin_adjoints(block);
    const bool in_one_call = Base::is_direct() && results_.goutput && !results_.gv_seq;
    const auto most = in_one_call ? layer_.T : few_steps_;
    for (std::int64_t t = 0; t < layer_.T; t += most) replay(t, std::min(most, layer_.T - t), block);
    for (auto t = (layer_.T - 1) / most * most; t >= 0; t -= most) {
      way_back(t, std::min(most, layer_.T - t), block, sums);
    }
    if (layer_.repeated) put_adjoints(0, block, scratch_[gx_sum_], sums);
    if (layer_.scale && layer_.groups == 1) flush(0, block, sums);
    Base::put_states(block, scratch_[gstates_], results_.ginitial_state);
    add_up(block, sums);
  }

 private:
  std::int64_t kept_step() const { return layer_.states * scratch_.row(); }
  T* kept(std::int64_t t) const { return scratch_[kept_] + t * kept_step(); }
  T* outputs(std::int64_t t) const { return scratch_[outputs_] + t * scratch_.row(); }

  void begin_adjoints(const Block& block) {
    std::fill_n(scratch_[glearned_], layer_.learned * scratch_.row(), T(0));
    if (layer_.scale) std::fill_n(scratch_[gscale_], 2 * scratch_.row(), T(0));
    if (layer_.repeated) std::fill_n(scratch_[gx_sum_], block.size(), T(0));
    for (int k = 0; k < layer_.states; ++k) {
      T* const row = scratch_[gstates_] + k * scratch_.row();
      const auto* const given = static_cast<const T*>(results_.gfinal_state[k]);
      if (!given) std::fill_n(row, block.size(), T(0));
      if (!given) continue;
      Base::for_each_strip(block, [&](auto at, auto from) { std::copy_n(given + from, block.length, row + at); });
    }
  }

  /// Runs steps forward again and keeps what the way back needs.
  void replay(std::int64_t t, std::int64_t steps, const Block& block) {
    const bool pools = layer_.window.pools() && block.pooled > 0;
    auto row = Base::forward_row(block, steps, Base::inputs(t, steps, block));
    row.kept = kept(t);
    row.kept_step = kept_step();
    if (pools) {
      row.output = outputs(t);
      row.output_stride = scratch_.row();
    } else if (Base::is_direct()) {
      row.ahead = ahead_of_replay(block, t * Base::step() + block.offset);
    }
    Base::run_row(row);
    if (!pools || !layer_.mask) return;
    for (auto k = t; k < t + steps; ++k) {
      common_->multiply(block.size(), outputs(k), scratch_[Base::mask_], outputs(k));
    }
  }

  /// What the replay prefetches: the adjoints that the way back reads next; of long sequences its own next step.
  const T* ahead_of_replay(const Block& block, std::int64_t from) const {
    if (Base::is_long(block)) return Base::ahead(layer_.x, from + Base::step());
    return results_.goutput ? Base::ahead(results_.goutput, from) : nullptr;
  }
  /// What the way back prefetches: the next block's input; of long sequences the adjoints of its own next step.
  const T* ahead_of_way_back(const Block& block, std::int64_t from) const {
    if (!Base::is_long(block)) return Base::ahead(layer_.x, from + block.length);
    return results_.goutput ? Base::ahead(results_.goutput, from - Base::step()) : nullptr;
  }

  void way_back(std::int64_t t, std::int64_t steps, const Block& block, Sums& sums) {
    const auto x = layer_.kernels->reads_x ? Base::inputs(t, steps, block) : StepRows<const T>{scratch_[Base::x_], 0};
    const auto goutput = output_adjoints(t, steps, block);
    const bool in_place = Base::is_in_place(block) && !layer_.repeated && !layer_.scale;
    const auto gx = in_place ? StepRows<T>{static_cast<T*>(results_.gx) + t * Base::step() + block.offset, Base::step()}
                             : StepRows<T>{scratch_[g_], scratch_.row()};
    BackwardRow<T> row{};
    row.neuron = layer_.neuron;
    row.surrogate = &layer_.surrogate;
    row.slopes = common_->slopes;
    row.learned = layer_.learned_values;
    row.n = block.size();
    row.steps = steps;
    row.x_stride = x.stride;
    row.output_stride = goutput.stride;
    row.gx_stride = gx.stride;
    row.kept_step = kept_step();
    row.state_stride = row.learned_stride = scratch_.row();
    row.x = x[steps - 1];
    row.goutput = goutput[steps - 1];
    row.gx = gx[steps - 1];
    row.kept = kept(t + steps - 1);
    row.gstate = scratch_[gstates_];
    for (int k = 0; k < layer_.states; ++k) row.gafter[k] = row.gstate + k * scratch_.row();
    row.glearned = scratch_[glearned_];
    if (goutput.stride == Base::step() && in_place)
      row.ahead = ahead_of_way_back(block, (t + steps - 1) * Base::step() + block.offset);
    if (results_.gv_seq) {
      run_step_by_step(t, block, row);
    } else {
      kernel()(row);
    }
    for (auto k = steps - 1; k >= 0 && !in_place; --k) {
      if (layer_.repeated) {
        common_->add(block.size(), gx[k], scratch_[gx_sum_]);
      } else {
        put_adjoints(t + k, block, gx[k], sums);
      }
    }
  }

  void run_step_by_step(std::int64_t t, const Block& block, BackwardRow<T> row) {
    const auto* const gv_seq = static_cast<const T*>(results_.gv_seq);
    for (auto k = t + std::exchange(row.steps, 1) - 1; k >= t; --k) {
      Base::for_each_strip(block, [&](auto at, auto from) {
        common_->add(block.length, gv_seq + k * Base::step() + from, scratch_[gstates_] + at);
      });
      kernel()(row);
      row.x -= row.x_stride;
      row.goutput -= row.output_stride;
      row.gx -= row.gx_stride;
      row.kept -= row.kept_step;
    }
  }

  /// Returns the adjoints of what the neurons put out.
  StepRows<const T> output_adjoints(std::int64_t t, std::int64_t steps, const Block& block) const {
    if (results_.goutput && Base::is_in_place(block) && !layer_.mask && !layer_.window.pools()) {
      return {static_cast<const T*>(results_.goutput) + t * Base::step() + block.offset, Base::step()};
    }
    for (std::int64_t k = 0; k < steps; ++k) {
      T* const row = scratch_[g_] + k * scratch_.row();
      if (!results_.goutput || (layer_.window.pools() && block.pooled == 0)) {
        std::fill_n(row, block.size(), T(0));
        continue;
      }
      if (layer_.window.pools()) {
        unpool(t + k, block, row);
      } else {
        const auto from = (t + k) * Base::step() + block.offset;
        const T* const given = Base::as_numbers(results_.goutput, from, block.size(), row);
        if (given != row) std::copy_n(given, block.size(), row);
      }
      if (layer_.mask) common_->multiply(block.size(), row, scratch_[Base::mask_], row);
    }
    return {scratch_[g_], scratch_.row()};
  }

  void unpool(std::int64_t t, const Block& block, T* row) const {
    const auto windows = Base::windows(block);
    const auto covered = block.pooled * layer_.window.width;
    for (int strip = 0; strip < block.strips && covered < block.length; ++strip) {
      std::fill_n(row + strip * block.length + covered, block.length - covered, T(0));
    }
    const T* const g = Base::as_numbers(results_.goutput, t * Base::output_step() + block.pooled_offset, block.pooled,
                                        scratch_[Base::pooled_]);
    common_->unpool(windows, outputs(t), g, row);
  }

  /// Takes the adjoints of what the neurons see through the source to memory; uses up the row.
  void put_adjoints(std::int64_t t, const Block& block, T* row, Sums& sums) {
    if (layer_.scale) {
      T *const numbers = scratch_[Base::source_], *const gscale = scratch_[gscale_];
      const auto group = Base::group(t);
      Base::for_each_strip(block, [&](auto at, auto from) {
        const T* const x = Base::as_numbers(layer_.x, t * Base::step() + from, block.length, numbers);
        const T* const center = centers_.row(group, from, block.length, numbers + scratch_.row());
        common_->affine_sums(block.length, x, center, row + at, gscale + at, gscale + scratch_.row() + at);
        if (!layer_.scales_adjoint) return;
        const T* const scale = Base::scales_.row(group, from, block.length, numbers);
        common_->multiply(block.length, row + at, scale, row + at);
      });
      if (layer_.groups > 1) flush(group, block, sums);
    }
    Base::for_each_strip(
        block, [&](auto at, auto to) { Base::put(row + at, block.length, results_.gx, t * Base::step() + to); });
  }

  /// Adds the adjoints of scale and shift to those of their channels.
  void flush(std::int64_t group, const Block& block, Sums& sums) {
    T* const gscale = scratch_[gscale_];
    Base::for_each_strip(block, [&](auto at, auto from) {
      add_per_channel(from, block.length, gscale + at, sums.scale.data() + group * layer_.channels);
      add_per_channel(from, block.length, gscale + scratch_.row() + at, sums.shift.data() + group * layer_.channels);
    });
    if (layer_.groups > 1) std::fill_n(gscale, 2 * scratch_.row(), T(0));
  }
  void add_per_channel(std::int64_t from, std::int64_t n, T* row, double* sums) const {
    if (centers_.is_pattern()) return common_->add_up(n, row, layer_.channels, from % layer_.channels, sums);
    centers_.for_each_run(from, n, [&](std::int64_t first, std::int64_t length, std::int64_t channel) {
      for (auto i = first; i < first + length; ++i) sums[channel] += static_cast<double>(row[i]);
    });
  }

  auto kernel() const {
    const auto& surrogate = layer_.surrogate;
    if (surrogate.graded) return Base::rows_->backward_graded;
    if (surrogate.number == any_surrogate(ATan{}).number) return Base::rows_->backward_atan;
    if (surrogate.number == any_surrogate(Sigmoid{}).number) return Base::rows_->backward_sigmoid;
    return Base::rows_->backward;
  }

  /// Adds over the neurons of a block in their order, so that the sum depends on nothing else.
  void add_up(const Block& block, Sums& sums) const {
    for (int p = 0; p < layer_.learned; ++p) {
      const T* const row = scratch_[glearned_] + p * scratch_.row();
      for (std::int64_t i = 0; i < block.size(); ++i) sums.learned[p] += row[i];
    }
  }

  const BackwardResults& results_;
  ChannelRows<T> centers_;
  std::int64_t kept_;     ///< a row per state and step
  std::int64_t outputs_;  ///< a row per step, where windows need it
  std::int64_t g_;        ///< a row per step: adjoints of outputs, then of inputs
  std::int64_t gx_sum_, gstates_, glearned_;
  std::int64_t gscale_;  ///< two rows
};

template <class E>
void backward(const LayerRun& layer, BackwardResults& results) {
  const Blocks blocks(layer.places, layer.window, block_target(layer));
  std::vector<Sums> sums(kMostTasks);
  for_each_task(layer, blocks, [&](std::int64_t begin, std::int64_t end, auto first_block) {
    BackwardRunner<E> runner(layer, results, blocks.largest());
    for (auto task = begin; task < end; ++task) {
      if (layer.scale) {
        sums[task].scale.resize(layer.groups * layer.channels);
        sums[task].shift.resize(layer.groups * layer.channels);
      }
      for (auto i = first_block(task); i < first_block(task + 1); ++i) runner.run(blocks[i], sums[task]);
    }
  });
  for (const auto& part : sums) {
    for (int p = 0; p < layer.learned; ++p) results.glearned[p] += part.learned[p];
    for (std::size_t c = 0; c < part.scale.size(); ++c) {
      results.gscale[c] += part.scale[c];
      results.gshift[c] += part.shift[c];
    }
  }
}

}  // namespace
}  // namespace engine

void run_backward(const LayerRun& layer, BackwardResults& results) {
  switch (layer.storage) {
    case Storage::kFloat32:
      return engine::backward<float>(layer, results);
    case Storage::kFloat64:
      return engine::backward<double>(layer, results);
    case Storage::kBFloat16:
      return engine::backward<BFloat16Bits>(layer, results);
    case Storage::kFloat16:
      break;
  }
  throw ShapeError("the CPU's kernels do not take float16");
}

}  // namespace qualia_snn::neuron
