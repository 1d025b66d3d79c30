#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "qualia_snn/neuron/builtin_surrogate.h"
#include "qualia_snn/neuron/multi_level_spike_count.h"

namespace qualia_snn::neuron {

/// What a configuration says about MultiLevelSpikeCount.
struct QUALIA_SNN_API MultiLevelSpikeCountOptions {
  static constexpr const char* kDetails = MultiLevelSpikeCount::kDetails;

  std::int64_t max_spike_count = 4;
  std::vector<double> grad_window;

  /// Tells what is wrong with grad_window, if anything is.
  std::string validate() const;

  static void options(auto&& o) {
    o("max_spike_count", &MultiLevelSpikeCountOptions::max_spike_count, "most spikes of one step").at_least(1);
    o("grad_window", &MultiLevelSpikeCountOptions::grad_window,
      "lowest and highest argument through which a gradient passes; empty: 0 and max_spike_count");
  }
};

/// Lets `Registry::add` take the options.
QUALIA_SNN_API std::shared_ptr<Surrogate> make_component(const MultiLevelSpikeCountOptions& options,
                                                         const config::BuildContext& context);

}  // namespace qualia_snn::neuron
