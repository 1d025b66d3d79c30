#include "qualia_snn/neuron/multi_level_spike_count_options.h"

#include "qualia_snn/core/error.h"

namespace qualia_snn::neuron {

std::shared_ptr<Surrogate> make_component(const MultiLevelSpikeCountOptions& options,
                                          const config::BuildContext& /*context*/) {
  const auto& window = options.grad_window;
  QUALIA_SNN_CHECK(window.empty() || (window.size() == 2 && window[0] <= window[1]), ConfigError,
                   "MultiLevelSpikeCount: grad_window wants two numbers, the lower first");
  const auto most = static_cast<double>(options.max_spike_count);
  return std::make_shared<BuiltinSurrogate<MultiLevelSpikeCount>>(
      MultiLevelSpikeCount{most, window.empty() ? 0. : window[0], window.empty() ? most : window[1]});
}

}  // namespace qualia_snn::neuron
