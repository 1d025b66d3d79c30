#pragma once

#include <cstdint>

namespace qualia_snn {

class DeviceGraph;

/// What the GPU module offers to the library: one table of plain functions, filled by the module.
struct CudaFunctions {
  std::int64_t (*device_count)();
  /// Writes the name of a device into `text`, cut to `size` bytes with the final zero.
  void (*device_name)(std::int64_t device, char* text, std::int64_t size);
  /// Returns a new graph of the device, which the caller owns.
  DeviceGraph* (*new_graph)(std::int64_t device);
};

/// Changes with every change of `CudaFunctions`: module and library must be of one build.
constexpr std::int64_t kCudaModuleVersion = 2;
constexpr const char* kCudaModuleName = "libqualia_snn_cuda.so";
constexpr const char* kCudaModuleEntry = "qualia_snn_cuda_functions";

/// Type of the module's entry point: returns the table, or nullptr for another version.
using CudaModuleEntry = const CudaFunctions* (*)(std::int64_t version);

}  // namespace qualia_snn
