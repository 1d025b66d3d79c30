#include "qualia_snn/neuron/cuda_library.h"

#include <dlfcn.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <set>

#include "qualia_snn/core/binary.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/version.h"

namespace qualia_snn::neuron {
namespace {

using Kernels = std::map<std::string, const CudaNeuronKernels*>;

/// Returns the neurons of a `_cuda.so`, by kind.
/// @throws DeviceError  if there are none that fit this build.
Kernels open_library(const std::string& path) {
  QUALIA_SNN_CHECK(std::filesystem::exists(path), DeviceError, "the file is not there");
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  QUALIA_SNN_CHECK(library != nullptr, DeviceError, dlerror());
  const auto entry = reinterpret_cast<CudaNeuronsEntry>(dlsym(library, kCudaNeuronsEntry));
  QUALIA_SNN_CHECK(entry != nullptr, DeviceError, "it was built without nvcc");
  const auto& neurons = *entry();
  QUALIA_SNN_CHECK(std::string(neurons.build_tag) == kBuildTag, DeviceError, "it is of another build, ",
                   neurons.build_tag);
  Kernels kernels;
  for (std::int64_t i = 0; i < neurons.count; ++i) {
    const auto& neuron = *neurons.neurons[i];
    QUALIA_SNN_CHECK(kernels.emplace(neuron.kind, &neuron).second, DeviceError, "two neurons are called ", neuron.kind);
  }
  return kernels;
}

Kernels open_or_warn(const std::string& path) {
  try {
    return open_library(path);
  } catch (const DeviceError& error) {
    log::warning(
        concat("no CUDA kernels in ", path, ": ", error.what(), "; LibTorch's operations run its neurons on GPUs"));
    return {};
  }
}

}  // namespace

std::string cuda_library_path(const std::string& binary) {
  const std::filesystem::path path(binary);
  // libname.so.0.1.0 is libname too.
  auto name = path.filename().string();
  if (const auto end = name.find(".so"); end != std::string::npos) name.resize(end);
  return (path.parent_path() / (name + "_cuda.so")).string();
}

const CudaNeuronKernels* find_cuda_kernels(const EngineNeuron& neuron) {
  static std::mutex mutex;
  static std::map<const void*, std::string> paths;
  static std::map<std::string, Kernels> libraries;
  const std::lock_guard lock(mutex);
  const void* const here = neuron.kernels.sets[0];
  auto path = paths.find(here);
  if (path == paths.end()) path = paths.emplace(here, cuda_library_path(path_of_binary(here))).first;
  auto library = libraries.find(path->second);
  if (library == libraries.end()) library = libraries.emplace(path->second, open_or_warn(path->second)).first;
  const auto found = library->second.find(neuron.kind);
  if (found != library->second.end() && found->second->bytes == neuron.bytes) return found->second;
  static std::set<std::string> warned;
  if (!library->second.empty() && warned.insert(neuron.kind).second) {
    log::warning(concat(neuron.kind, ": no CUDA kernels in ", path->second, "; LibTorch's operations run it on GPUs"));
  }
  return nullptr;
}

}  // namespace qualia_snn::neuron
