#include "qualia_snn/core/process_memory.h"

#include <cstdlib>
#include <fstream>
#include <string>

namespace qualia_snn {

ProcessMemory process_memory() {
  ProcessMemory memory;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const auto kibibytes = [&] { return std::strtoll(line.c_str() + colon + 1, nullptr, 10) * 1024; };
    if (line.starts_with("VmRSS:")) memory.resident = kibibytes();
    if (line.starts_with("VmHWM:")) memory.peak = kibibytes();
  }
  return memory;
}

}  // namespace qualia_snn
