#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// What device is wished for, in the words of Lightning's Trainer.
struct DeviceRequest {
  std::string accelerator = "auto";   ///< "auto", "cpu", "gpu" or "cuda"
  std::optional<std::int64_t> count;  ///< number of devices; -1: all; none: as many as are used, one
  std::vector<std::int64_t> indices;  ///< numbers of GPUs; asks for a GPU unless the accelerator is "cpu"
};

/// Returns how many GPUs NVIDIA's driver knows, without opening LibTorch's CUDA library; 0 without a driver.
QUALIA_SNN_API std::int64_t gpu_count();

/// Returns the device to run on; "auto" is the first GPU where there is one, else the CPU.
///
/// Opens the GPU module the first time a GPU is meant, and settles LibTorch's switches for it: no TF32, deterministic
/// kernels.
/// @throws DeviceError  if no GPU can be used though one is asked for, or more than one device is.
QUALIA_SNN_API at::Device choose_device(const DeviceRequest& request);

/// Returns what a person calls a device, for example "cpu, 2 threads" or "cuda:0 (NVIDIA H200)".
QUALIA_SNN_API std::string device_text(at::Device device);

}  // namespace qualia_snn
