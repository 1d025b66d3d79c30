#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <optional>
#include <string>

#include "qualia_snn/config/value.h"

namespace qualia_snn::learningframework {

/// Number formats of training.
struct Precision {
  std::optional<at::ScalarType> autocast;  ///< half-precision type of LibTorch's autocast; none: `type` throughout
  std::string warning;                     ///< what is done instead of what was asked for, or ""
  at::ScalarType type = at::kFloat;        ///< of weights and samples
};

/// Reads Lightning's names: 64, "64-true", 32, "32-true", 16, "16-mixed", "bf16", "bf16-mixed".
///
/// @throws ConfigError  for anything else.
Precision read_precision(const config::Value& precision, at::Device device);

/// Switches LibTorch's autocast on for a scope, where a precision asks for it.
class Autocast {
 public:
  Autocast(const Precision& precision, at::Device device);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  std::optional<at::DeviceType> device_;  ///< none: nothing was switched
};

}  // namespace qualia_snn::learningframework
