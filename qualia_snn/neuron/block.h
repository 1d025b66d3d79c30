#pragma once

#include <algorithm>
#include <cstdint>

#include "qualia_snn/neuron/cpu_engine.h"

namespace qualia_snn::neuron {

/// Neurons that are run together over all time steps: strips of neighbours, the same for every step.
struct Block {
  std::int64_t offset;  ///< of the first strip in a step
  std::int64_t stride;  ///< between two strips
  int strips;           ///< rows of windows; fewer at the lower edge, which has no windows
  std::int64_t length;  ///< of a strip
  std::int64_t pooled_offset = 0;
  std::int64_t pooled = 0;  ///< outputs after pooling; 0 for neurons in no window

  std::int64_t size() const { return strips * length; }
};

/// Cuts the neurons of one step into blocks, the same whatever the number of threads.
class Blocks {
 public:
  /// @param target  neurons that a block should have; with pooling a block holds whole windows and may be larger
  Blocks(const Places& places, Window window, std::int64_t target);

  std::int64_t count() const { return count_; }
  Block operator[](std::int64_t i) const { return window_.pools() ? pooled(i) : plain(i); }
  /// Returns the neurons of the largest block.
  std::int64_t largest() const { return largest_; }

 private:
  Block plain(std::int64_t i) const;
  Block pooled(std::int64_t i) const;

  Places places_;
  Window window_;
  std::int64_t target_, count_, largest_;
  std::int64_t row_blocks_ = 0, columns_ = 0;  ///< pooling: blocks per row of windows, columns of each
};

}  // namespace qualia_snn::neuron
