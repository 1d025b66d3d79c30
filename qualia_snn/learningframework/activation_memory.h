#pragma once

#include <string>
#include <vector>

#include "qualia_snn/datamodel/raw_data.h"
#include "qualia_snn/learningframework/trainer_module.h"

namespace qualia_snn::learningframework {

/// What one step of a model's plan leaves in memory until the backward pass.
struct LayerMemory {
  std::string layer, kind;
  Shape output_shape;
  double bytes_per_sample;  ///< of all time steps
};

/// Returns what each step of the plan keeps besides the batch, measured by forward passes in training with two and with
/// four samples; none if there are fewer. The model's statistics move.
std::vector<LayerMemory> activation_memory(TrainerModule& module, const datamodel::RawData& data);

}  // namespace qualia_snn::learningframework
