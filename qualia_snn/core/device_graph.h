#pragma once

#include <c10/core/Device.h>

#include <functional>
#include <memory>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Work of a device that is recorded once and then launched as a whole, without the host's part of it.
///
/// What was recorded reads and writes the memory that it had when it was recorded; tensors that it made live as long as
/// this.
class DeviceGraph {
 public:
  virtual ~DeviceGraph() = default;
  /// Records what `work` would run, without running it. @throws c10::Error  if some of it cannot be recorded.
  virtual void record(const std::function<void()>& work) = 0;
  /// Runs it on the current stream.
  virtual void launch() = 0;
};

/// Returns a CUDA graph, or null for other devices.
///
/// The GPU module must have been opened by `choose_device`.
QUALIA_SNN_API std::unique_ptr<DeviceGraph> make_device_graph(at::Device device);

}  // namespace qualia_snn
