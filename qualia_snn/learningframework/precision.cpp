#include "qualia_snn/learningframework/precision.h"

#include <ATen/autocast_mode.h>

#include "qualia_snn/config/kind.h"

namespace qualia_snn::learningframework {
namespace {

constexpr const char* kPath = "learningframework.params.precision";

std::string spelling(const config::Value& precision) {
  const auto* text = precision.get_if<std::string>();
  return text ? *text : precision.str();
}

}  // namespace

Precision read_precision(const config::Value& precision, at::Device device) {
  const auto name = spelling(precision);
  if (name == "32" || name == "32-true") return {};
  if (name == "64" || name == "64-true") return {.autocast = {}, .warning = "", .type = at::kDouble};
  if (name == "bf16" || name == "bf16-mixed") return {.autocast = at::kBFloat16, .warning = ""};
  if (name != "16" && name != "16-mixed") {
    config::fail(precision, kPath, "must be 32, 64, \"16-mixed\" or \"bf16-mixed\"");
  }
  if (device.is_cuda()) {
    return {.autocast = at::kHalf, .warning = ""};
  }
  // Lightning does the same: float16 has no fast path on CPUs.
  return {at::kBFloat16, std::string(kPath) + " = " + precision.str() + " means \"bf16-mixed\" on a CPU"};
}

Autocast::Autocast(const Precision& precision, at::Device device) {
  if (!precision.autocast) return;
  device_ = device.type();
  at::autocast::set_autocast_enabled(*device_, true);
  at::autocast::set_autocast_dtype(*device_, *precision.autocast);
  at::autocast::increment_nesting();
}

Autocast::~Autocast() {
  if (!device_) return;
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(*device_, false);
}

}  // namespace qualia_snn::learningframework
