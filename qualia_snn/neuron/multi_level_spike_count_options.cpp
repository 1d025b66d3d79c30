#include "qualia_snn/neuron/multi_level_spike_count_options.h"

namespace qualia_snn::neuron {

std::string MultiLevelSpikeCountOptions::validate() const {
  const bool good = grad_window.empty() || (grad_window.size() == 2 && grad_window[0] <= grad_window[1]);
  return good ? "" : "grad_window wants two numbers, the lower first";
}

std::shared_ptr<Surrogate> make_component(const MultiLevelSpikeCountOptions& options,
                                          const config::BuildContext& /*context*/) {
  const auto& window = options.grad_window;
  const auto most = static_cast<double>(options.max_spike_count);
  return std::make_shared<BuiltinSurrogate<MultiLevelSpikeCount>>(
      MultiLevelSpikeCount{most, window.empty() ? 0. : window[0], window.empty() ? most : window[1]});
}

}  // namespace qualia_snn::neuron
