#pragma once

#include "qualia_snn/config/value.h"
#include "qualia_snn/experimenttracking/tensorboard_events.h"

namespace qualia_snn::command {

/// Returns every scalar of a model's table as a hyper-parameter: "optimizer.params.lr" is 0.001.
experimenttracking::tensorboard::HyperParameters hyper_parameters(const config::Value& model);

}  // namespace qualia_snn::command
