#include "qualia_snn/experimenttracking/spike_health_log.h"

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/experimenttracking/report_text.h"

namespace qualia_snn::experimenttracking {
namespace {

using learningframework::kMostUnhealthy;
using learningframework::NamedHealth;

/// Returns the figures of one layer for those who want all of them.
std::string details(const NamedHealth& layer) {
  const auto& health = layer.health;
  return concat("spikes of ", layer.layer, ": ", report::figure(health.mean_rate), " per neuron and step, silent ",
                report::percent(health.silent_share), ", always firing ", report::percent(health.saturated_share),
                ", mean |gradient| in ", report::measured(health.gradient_in), ", out ",
                report::measured(health.gradient_out));
}

std::string remark(const learningframework::LayerHealth& health) {
  if (health.silent_share > kMostUnhealthy)
    return concat(" (dead: ", report::percent(health.silent_share), " never fire)");
  if (!(health.saturated_share > kMostUnhealthy)) return "";
  return concat(" (saturated: ", report::percent(health.saturated_share), " always fire)");
}

}  // namespace

void SpikeHealthLog::on_epoch_end(const learningframework::EpochInfo& info) {
  std::string rates;
  for (const auto& layer : info.health) {
    const auto rate = report::figure(layer.health.mean_rate) + remark(layer.health);
    rates += concat(rates.empty() ? "" : ", ", layer.layer, " ", rate);
    log::debug(details(layer));
  }
  if (!rates.empty()) log::info("firing rates: " + rates);
}

}  // namespace qualia_snn::experimenttracking
