// The GPU module: the only part of the library that is linked to LibTorch's CUDA library.
#include <ATen/cuda/CUDAContext.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>

#include <algorithm>
#include <cstring>

#include "qualia_snn/core/api.h"
#include "qualia_snn/core/cuda_functions.h"

namespace {

std::int64_t device_count() { return c10::cuda::device_count(); }

void device_name(std::int64_t device, char* text, std::int64_t size) {
  const char* name = at::cuda::getDeviceProperties(static_cast<c10::DeviceIndex>(device))->name;
  const auto length = std::min(std::strlen(name), static_cast<std::size_t>(size - 1));
  std::memcpy(text, name, length);
  text[length] = '\0';
}

void synchronize(std::int64_t device) {
  const c10::cuda::CUDAGuard guard(static_cast<c10::DeviceIndex>(device));
  c10::cuda::device_synchronize();
}

}  // namespace

extern "C" QUALIA_SNN_API const qualia_snn::CudaFunctions* qualia_snn_cuda_functions(std::int64_t version) {
  static constexpr qualia_snn::CudaFunctions kFunctions{device_count, device_name, synchronize};
  return version == qualia_snn::kCudaModuleVersion ? &kFunctions : nullptr;
}
