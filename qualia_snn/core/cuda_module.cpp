// The GPU module: the only part of the library that is linked to LibTorch's CUDA library.
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAFunctions.h>
#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstring>

#include "qualia_snn/core/api.h"
#include "qualia_snn/core/cuda_functions.h"

namespace {

std::int64_t device_count() { return c10::cuda::device_count(); }

void device_name(std::int64_t device, char* text, std::int64_t size) {
  cudaDeviceProp properties{};
  C10_CUDA_CHECK(cudaGetDeviceProperties(&properties, static_cast<int>(device)));
  const auto length = std::min(std::strlen(properties.name), static_cast<std::size_t>(size - 1));
  std::memcpy(text, properties.name, length);
  text[length] = '\0';
}

}  // namespace

extern "C" QUALIA_SNN_API const qualia_snn::CudaFunctions* qualia_snn_cuda_functions(std::int64_t version) {
  static constexpr qualia_snn::CudaFunctions kFunctions{device_count, device_name};
  return version == qualia_snn::kCudaModuleVersion ? &kFunctions : nullptr;
}
