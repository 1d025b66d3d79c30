#pragma once

#include "qualia_snn/learningframework/observer.h"

namespace qualia_snn::experimenttracking {

/// Logs the firing rates of the layers of neurons after each epoch, with what is wrong with dead and saturated ones.
class QUALIA_SNN_API SpikeHealthLog final : public learningframework::Observer {
 public:
  void on_epoch_end(const learningframework::EpochInfo& info) override;
};

}  // namespace qualia_snn::experimenttracking
