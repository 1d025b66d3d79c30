#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace qualia_snn {
class NumpyRandom;
}

namespace qualia_snn::config {

struct Registries;

/// What a factory may need besides the options of its own component.
struct BuildContext {
  const Registries& registries;
  std::vector<std::int64_t> input_shape = {};   ///< of one sample, channels last, without time: [S, C] or [H, W, C]
  std::vector<std::int64_t> output_shape = {};  ///< [K]
  at::Device device = at::kCPU;
  std::vector<at::Tensor> parameters = {};  ///< of the model, for optimisers
  /// Draws the splits of data sets, seeded with bench.seed; data set and preprocessings share it, so order matters.
  std::shared_ptr<NumpyRandom> shared_random = nullptr;
  std::string scratch = ".";  ///< folder for intermediate data that may not fit into memory
  std::string root = {};      ///< where out/ and logs/ are; "": the working folder
};

}  // namespace qualia_snn::config
