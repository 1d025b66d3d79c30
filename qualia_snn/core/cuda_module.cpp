// The GPU module: the only part of the library that is linked to LibTorch's CUDA library.
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstring>

#include "qualia_snn/core/api.h"
#include "qualia_snn/core/cuda_functions.h"
#include "qualia_snn/core/device_graph.h"

namespace {

std::int64_t device_count() { return c10::cuda::device_count(); }

void device_name(std::int64_t device, char* text, std::int64_t size) {
  cudaDeviceProp properties{};
  C10_CUDA_CHECK(cudaGetDeviceProperties(&properties, static_cast<int>(device)));
  const auto length = std::min(std::strlen(properties.name), static_cast<std::size_t>(size - 1));
  std::memcpy(text, properties.name, length);
  text[length] = '\0';
}

class CudaGraph final : public qualia_snn::DeviceGraph {
 public:
  explicit CudaGraph(std::int64_t device) : device_(static_cast<c10::DeviceIndex>(device)) {}

  void record(const std::function<void()>& work) override {
    const c10::cuda::CUDAGuard on_device(device_);
    // A stream of its own, as the default one cannot be recorded; what runs there now must be done.
    c10::cuda::device_synchronize();
    const c10::cuda::CUDAStreamGuard on_stream(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device_));
    graph_.capture_begin();
    try {
      work();
    } catch (...) {
      end_failed_capture();
      throw;
    }
    graph_.capture_end();
  }

  void launch() override { graph_.replay(); }

 private:
  /// The stream must leave its recording state; why it failed is known already.
  void end_failed_capture() {
    try {
      graph_.capture_end();
    } catch (const c10::Error&) {
      cudaGetLastError();
    }
  }

  c10::DeviceIndex device_;
  at::cuda::CUDAGraph graph_;
};

qualia_snn::DeviceGraph* new_graph(std::int64_t device) { return new CudaGraph(device); }

}  // namespace

extern "C" QUALIA_SNN_API const qualia_snn::CudaFunctions* qualia_snn_cuda_functions(std::int64_t version) {
  static constexpr qualia_snn::CudaFunctions kFunctions{device_count, device_name, new_graph};
  return version == qualia_snn::kCudaModuleVersion ? &kFunctions : nullptr;
}
