#include "qualia_snn/core/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "qualia_snn/core/binary.h"
#include "qualia_snn/core/cuda_functions.h"
#include "qualia_snn/core/device_graph.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn {
namespace {

std::int64_t ask_driver() {
  void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (driver == nullptr) return 0;
  using Init = int (*)(unsigned);
  using Count = int (*)(int*);
  const auto init = reinterpret_cast<Init>(dlsym(driver, "cuInit"));
  const auto get_count = reinterpret_cast<Count>(dlsym(driver, "cuDeviceGetCount"));
  int count = 0;
  const bool answered = init && get_count && init(0) == 0 && get_count(&count) == 0;
  return answered ? count : 0;
}

std::string module_path() {
  const std::filesystem::path library = path_of_binary(reinterpret_cast<const void*>(&ask_driver));
  return (library.parent_path() / kCudaModuleName).string();
}

/// Returns the module's functions, or why there are none.
struct Module {
  const CudaFunctions* functions = nullptr;
  std::string reason;
};

Module open_module() {
  if (gpu_count() == 0) return {nullptr, "this machine has no GPU, or no NVIDIA driver"};
  const auto path = module_path();
  if (!std::filesystem::exists(path)) {
    return {nullptr, "this build has no GPU support (configure it with -DQUALIA_SNN_CUDA=ON)"};
  }
  // cuBLAS reads it once; without it matrix products may differ from run to run.
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
  // Before anything asks LibTorch for CUDA: a "no" would be remembered for the life of the process.
  void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) return {nullptr, concat("the GPU module cannot be opened: ", dlerror())};
  const auto entry = reinterpret_cast<CudaModuleEntry>(dlsym(module, kCudaModuleEntry));
  const auto* functions = entry ? entry(kCudaModuleVersion) : nullptr;
  if (functions == nullptr) return {nullptr, path + " belongs to another version of this library"};
  if (functions->device_count() == 0) return {nullptr, "LibTorch finds no GPU that it can use"};
  if (!at::globalContext().hasCUDA()) return {nullptr, "LibTorch was asked for CUDA before a device was chosen"};
  at::globalContext().setFloat32Precision(at::Float32Backend::CUDA, at::Float32Op::MATMUL, at::Float32Precision::IEEE);
  at::globalContext().setFloat32Precision(at::Float32Backend::CUDA, at::Float32Op::CONV, at::Float32Precision::IEEE);
  at::globalContext().setBenchmarkCuDNN(false);
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
  // Every new tensor would be filled before it is written.
  at::globalContext().setDeterministicFillUninitializedMemory(false);
  return {functions, ""};
}

const Module& cuda_module() {
  static const Module module = open_module();
  return module;
}

std::int64_t wished_devices(const DeviceRequest& request) {
  if (!request.indices.empty()) return static_cast<std::int64_t>(request.indices.size());
  return request.count.value_or(1);
}

}  // namespace

// Opening the GPU module would cost half a second, and most machines have no GPU.
std::int64_t gpu_count() {
  static const std::int64_t count = ask_driver();
  return count;
}

at::Device choose_device(const DeviceRequest& request) {
  const auto& accelerator = request.accelerator;
  const bool cpu = accelerator == "cpu";
  const bool asks_for_gpu = accelerator == "gpu" || accelerator == "cuda" || (!cpu && !request.indices.empty());
  // On a CPU the numbers of GPUs mean nothing; they may stay when the accelerator is overridden.
  const auto wished = cpu ? request.count.value_or(1) : wished_devices(request);
  QUALIA_SNN_CHECK(wished <= 1, DeviceError, wished, " devices: not offered yet, one run uses one device");
  if (cpu) return at::kCPU;
  const auto& module = cuda_module();
  if (module.functions == nullptr) {
    QUALIA_SNN_CHECK(!asks_for_gpu, DeviceError, "asks for a GPU, but ", module.reason);
    if (gpu_count() > 0) log::warning("the GPU is not used: " + module.reason);
    return at::kCPU;
  }
  const auto index = request.indices.empty() ? 0 : request.indices.front();
  const auto count = module.functions->device_count();
  QUALIA_SNN_CHECK(wished != -1 || count == 1, DeviceError, "all ", count,
                   " devices: not offered yet, one run uses one device");
  QUALIA_SNN_CHECK(index < count, DeviceError, "asks for GPU ", index, ", this machine has ", count,
                   " (numbered from 0)");
  return {at::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

std::string device_text(at::Device device) {
  if (!device.is_cuda()) return concat("cpu, ", at::get_num_threads(), " threads");
  std::array<char, 256> name{};
  cuda_module().functions->device_name(device.index(), name.data(), name.size());
  return concat(device, " (", name.data(), ")");
}

std::unique_ptr<DeviceGraph> make_device_graph(at::Device device) {
  if (!device.is_cuda() || cuda_module().functions == nullptr) return nullptr;
  return std::unique_ptr<DeviceGraph>(cuda_module().functions->new_graph(device.index()));
}

}  // namespace qualia_snn
