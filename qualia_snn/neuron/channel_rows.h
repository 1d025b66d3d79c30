#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "qualia_snn/neuron/layer_tensors.h"

/// Numbers per channel, spread over rows of neurons. Not for sources of other devices than CPUs.
namespace qualia_snn::neuron {

template <class T>
class ChannelRows {
 public:
  /// @param values       [groups, channels]; null: zeros
  /// @param longest_row  neurons of the longest row
  ChannelRows(const LayerTensors& layer, const void* values, std::int64_t longest_row)
      : ChannelRows(layer.scale ? layer.groups : 0, layer.channels, layer.channel_size, static_cast<const T*>(values),
                    longest_row) {}

  /// @param channel_size  consecutive values of one channel
  ChannelRows(std::int64_t groups, std::int64_t channels, std::int64_t channel_size, const T* given,
              std::int64_t longest_row)
      : channels_(channels),
        channel_size_(channel_size),
        period_(is_pattern() ? longest_row + channels_ : channels_),
        rows_(static_cast<std::size_t>(groups * period_)) {
    for (std::int64_t group = 0; group < groups; ++group) {
      for (std::int64_t i = 0; i < period_; ++i) {
        rows_[static_cast<std::size_t>(group * period_ + i)] = given ? given[group * channels_ + i % channels_] : T(0);
      }
    }
  }

  /// Returns the numbers of n neurons from place `from` of a step on; they may stand in `buffer`.
  const T* row(std::int64_t group, std::int64_t from, std::int64_t n, T* buffer) const {
    const T* const numbers = rows_.data() + group * period_;
    if (is_pattern()) return numbers + from % channels_;
    for_each_run(from, n, [&](std::int64_t i, std::int64_t length, std::int64_t channel) {
      std::fill_n(buffer + i, length, numbers[channel]);
    });
    return buffer;
  }

  /// Calls f(first, length, channel) for neurons of one channel, side by side in a row of n from place `from` on.
  template <class F>
  void for_each_run(std::int64_t from, std::int64_t n, const F& f) const {
    for (std::int64_t i = 0; i < n;) {
      const auto length = std::min(channel_size_ - (from + i) % channel_size_, n - i);
      f(i, length, (from + i) / channel_size_ % channels_);
      i += length;
    }
  }

  /// Whether channels are the fastest axis: a row is a piece of one that repeats them.
  bool is_pattern() const { return channel_size_ == 1; }

 private:
  std::int64_t channels_, channel_size_, period_;
  std::vector<T> rows_;
};

}  // namespace qualia_snn::neuron
