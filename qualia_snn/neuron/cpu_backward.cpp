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
  using Base::layer_, Base::scratch_, Base::sink_, Base::common_;
  using typename Base::T;

 public:
  BackwardRunner(const LayerRun& layer, const BackwardResults& results, std::int64_t largest_block)
      : Base(layer, largest_block),
        results_(results),
        kept_(scratch_.reserve(layer.states * layer.T)),
        gstates_(scratch_.reserve(layer.states)),
        glearned_(scratch_.reserve(layer.learned)),
        gscale_(scratch_.reserve(2)),
        zeros_(scratch_.reserve(1)),
        gx_(scratch_.reserve(1)),
        pooled_(scratch_.reserve(1)),
        from_(layer.pool_height > 0 ? largest_block * layer.T : 0) {
    Base::allocate();
    std::fill_n(scratch_[zeros_], scratch_.row(), T(0));
  }

  void run(const Block& block, Sums& sums) {
    Base::begin_source(block);
    begin_sums();
    if (Base::is_direct() && results_.goutput && !results_.gv_seq) {
      run_all_steps(block);
    } else {
      replay(block);
      begin_adjoints(block);
      for (std::int64_t t = layer_.T - 1; t >= 0; --t) {
        add_potential_adjoints(t, block);
        if (layer_.pool_height > 0) unpool(t, block);
        for (int strip = 0; strip < block.strips; ++strip) run_strip(t, block, strip);
      }
    }
    Base::put_states(block, scratch_[gstates_], results_.ginitial_state);
    add_up(block, sums);
  }

 private:
  std::int64_t kept_step() const { return layer_.states * scratch_.row(); }
  T* kept(std::int64_t t) const { return scratch_[kept_] + t * kept_step(); }
  std::uint8_t* from(std::int64_t t, const Block& block) { return from_.data() + t * block.size(); }

  void begin_sums() {
    std::fill_n(scratch_[glearned_], layer_.learned * scratch_.row(), T(0));
    if (layer_.scale) std::fill_n(scratch_[gscale_], 2 * scratch_.row(), T(0));
  }

  const T* final_adjoints(int k, const Block& block, int strip) const {
    return Base::row_of(results_.gfinal_state[k], block, strip, scratch_[zeros_]);
  }

  /// Copies the adjoints of the final states to where those of the steps will be added.
  void begin_adjoints(const Block& block) {
    for (int k = 0; k < layer_.states; ++k) {
      for (int strip = 0; strip < block.strips; ++strip) {
        T* const row = scratch_[gstates_] + k * scratch_.row() + strip * block.length;
        std::copy_n(final_adjoints(k, block, strip), block.length, row);
      }
    }
  }

  /// Runs the steps forward again and keeps what the way back needs.
  void replay(const Block& block) {
    const bool pools = layer_.pool_height > 0 && block.pooled > 0;
    for (std::int64_t t = 0; t < layer_.T; ++t) {
      for (int strip = 0; strip < block.strips; ++strip) {
        const auto at = strip * block.length;
        auto row = Base::forward_row(t, block, strip);
        row.kept = kept(t) + at;
        row.x = Base::input(t, block, strip);
        row.output = pools ? scratch_[sink_] + at : nullptr;
        row.ahead = pools ? nullptr : ahead_of_replay(block, t * Base::step() + block.offset + strip * block.stride);
        Base::run_row(row);
      }
      if (pools) {
        const T* const first = scratch_[sink_];
        common_->pool(block.pooled, layer_.places.inner, first, block.strips == 2 ? first + block.length : nullptr,
                      scratch_[pooled_], from(t, block));
      }
    }
  }

  /// What the replay prefetches: the adjoints that the way back reads next; of long sequences its own next step.
  const T* ahead_of_replay(const Block& block, std::int64_t from) const {
    if (Base::is_long(block)) return Base::ahead(layer_.x, from + Base::step());
    return results_.goutput && layer_.pool_height == 0 ? Base::ahead(results_.goutput, from) : nullptr;
  }
  /// What the way back prefetches: the next block's input; of long sequences the adjoints of its own next step.
  const T* ahead_of_way_back(const Block& block, std::int64_t from) const {
    if (!Base::is_long(block)) return Base::ahead(layer_.x, from + block.length);
    return results_.goutput && layer_.pool_height == 0 ? Base::ahead(results_.goutput, from - Base::step()) : nullptr;
  }

  BackwardRow<T> backward_row(std::int64_t n, std::int64_t t, std::int64_t at) const {
    BackwardRow<T> row{};
    row.neuron = layer_.neuron;
    row.surrogate = &layer_.surrogate;
    row.slopes = common_->slopes;
    row.learned = layer_.learned_values;
    row.n = n;
    row.steps = 1;
    row.x_stride = Base::step();
    row.kept_step = kept_step();
    row.state_stride = row.learned_stride = scratch_.row();
    row.kept = kept(t) + at;
    row.gstate = scratch_[gstates_] + at;
    for (int k = 0; k < layer_.states; ++k) row.gafter[k] = row.gstate + k * scratch_.row();
    row.glearned = scratch_[glearned_] + at;
    return row;
  }

  void run_all_steps(const Block& block) {
    auto replayed = Base::forward_row(0, block, 0);
    replayed.steps = layer_.T;
    replayed.kept = kept(0);
    replayed.kept_step = kept_step();
    replayed.x = static_cast<const T*>(layer_.x) + block.offset;
    replayed.ahead = ahead_of_replay(block, block.offset);
    Base::run_row(replayed);

    const auto last = (layer_.T - 1) * Base::step() + block.offset;
    auto row = backward_row(block.length, layer_.T - 1, 0);
    row.steps = layer_.T;
    for (int k = 0; k < layer_.states; ++k) row.gafter[k] = final_adjoints(k, block, 0);
    row.x = static_cast<const T*>(layer_.x) + last;
    row.goutput = static_cast<const T*>(results_.goutput) + last;
    row.gx = static_cast<T*>(results_.gx) + last;
    row.ahead = ahead_of_way_back(block, last);
    kernel()(row);
  }

  void add_potential_adjoints(std::int64_t t, const Block& block) {
    if (!results_.gv_seq) return;
    for (int strip = 0; strip < block.strips; ++strip) {
      common_->add(block.length,
                   static_cast<const T*>(results_.gv_seq) + t * Base::step() + block.offset + strip * block.stride,
                   scratch_[gstates_] + strip * block.length);
    }
  }

  /// Sends the adjoints of the maxima to the spikes that they are.
  void unpool(std::int64_t t, const Block& block) {
    T* const first = scratch_[sink_];
    std::fill_n(first, block.size(), T(0));
    if (block.pooled == 0 || !results_.goutput) return;
    const auto& places = layer_.places;
    const auto step = places.outer * (places.height / layer_.pool_height) * (places.width / 2) * places.inner;
    const T* const g =
        Base::as_numbers(results_.goutput, t * step + block.pooled_offset, block.pooled, scratch_[pooled_]);
    common_->unpool(block.pooled, places.inner, g, from(t, block), first,
                    block.strips == 2 ? first + block.length : nullptr);
  }

  const T* output_adjoints(std::int64_t from, std::int64_t at, std::int64_t n) const {
    T* const buffer = scratch_[sink_] + at;
    if (layer_.pool_height > 0) return buffer;
    if (results_.goutput) return Base::as_numbers(results_.goutput, from, n, buffer);
    std::fill_n(buffer, n, T(0));
    return buffer;
  }

  void run_strip(std::int64_t t, const Block& block, int strip) {
    const auto at = strip * block.length;
    const auto from = t * Base::step() + block.offset + strip * block.stride;
    const T* const x = layer_.kernels->reads_x ? Base::input(t, block, strip) : scratch_[Base::source_] + at;
    const T* const goutput = output_adjoints(from, at, block.length);
    T* const gx = Base::place_of(results_.gx, from, scratch_[gx_]);
    auto row = backward_row(block.length, t, at);
    row.x = x;
    row.goutput = goutput;
    row.gx = gx;
    row.ahead = ahead_of_way_back(block, from);
    kernel()(row);
    if (layer_.scale) {
      const T* const given = Base::as_numbers(layer_.x, from, block.length, scratch_[Base::source_] + at);
      T* const gscale = scratch_[gscale_] + at;
      common_->affine_backward(block.length, given, scratch_[Base::scale_] + at, gx, gx, gscale,
                               gscale + scratch_.row());
    }
    Base::put(results_.gx, from, block.length, gx);
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
    if (!layer_.scale) return;
    const T *const gscale = scratch_[gscale_], *const gshift = gscale + scratch_.row();
    Base::for_each_neuron(block, [&](std::int64_t i, std::int64_t channel) {
      sums.scale[channel] += gscale[i];
      sums.shift[channel] += gshift[i];
    });
  }

  const BackwardResults& results_;
  std::int64_t kept_, gstates_, glearned_, gscale_, zeros_, gx_, pooled_;
  std::vector<std::uint8_t> from_;  ///< places of the maxima, by step
};

template <class E>
void backward(const LayerRun& layer, BackwardResults& results) {
  const Blocks blocks(layer.places, layer.pool_height, block_target(layer));
  std::vector<Sums> sums(kMostTasks);
  for_each_task(layer, blocks, [&](std::int64_t begin, std::int64_t end, auto first_block) {
    BackwardRunner<E> runner(layer, results, blocks.largest());
    for (auto task = begin; task < end; ++task) {
      if (layer.scale) sums[task].scale.resize(layer.channels), sums[task].shift.resize(layer.channels);
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
      return engine::backward<engine::BFloat16>(layer, results);
    case Storage::kFloat16:
      break;
  }
  throw ShapeError("the CPU's kernels do not take float16");
}

}  // namespace qualia_snn::neuron
