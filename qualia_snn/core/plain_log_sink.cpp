// For builds without spdlog (QUALIA_SNN_ENGINE_ONLY): messages as they are.
#include <iostream>

#include "qualia_snn/core/log_sink.h"

namespace qualia_snn::log {

void write_to_sink(Level level, std::string_view text) {
  if (level == Level::kWarning) std::cerr << "warning: " << text << std::endl;
  if (level == Level::kInfo) std::cout << text << std::endl;
}

}  // namespace qualia_snn::log
