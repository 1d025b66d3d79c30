#pragma once

#include <cstdint>

#include "qualia_snn/neuron/isa.h"

/// What the engines of all devices know of a layer: raw memory and its order.
namespace qualia_snn::neuron {

/// Most states and learned numbers of a neuron with kernels.
inline constexpr int kMaxStates = 3, kMaxLearned = 4;

/// How values are stored. Half precision is computed in float; float16 is for GPUs only, double for CPUs only.
enum class Storage { kFloat32, kFloat64, kBFloat16, kFloat16 };

/// How the neurons of one time step lie in memory: [outer, height, width, inner], the last fastest.
///
/// Channels-first images are [N*C, H, W, 1], channels-last ones [N, H, W, C]; where neither channels nor places matter,
/// [1, 1, neurons, 1].
struct Places {
  std::int64_t outer = 1, height = 1, width = 1, inner = 1;
  QUALIA_SNN_INLINE std::int64_t size() const { return outer * height * width * inner; }
};

/// The window of a max pool: neighbouring places whose maximum is stored. Windows do not overlap; places that fill none
/// are dropped.
struct Window {
  static constexpr int kMostPlaces = 16;  ///< of a window that the CPU's engine takes

  int height = 0, width = 0;  ///< 0: no pool
  QUALIA_SNN_INLINE constexpr int places() const { return height * width; }
  QUALIA_SNN_INLINE constexpr bool pools() const { return height > 0; }
};

/// The input of a layer, what it begins from, what happens to its input before and to its output after.
struct LayerTensors {
  Storage storage = Storage::kFloat32;
  std::int64_t T = 1;
  Places places;                               ///< of one step
  const void* x = nullptr;                     ///< inputs, T times `places`
  bool repeated = false;                       ///< x is one step, the same for all; so is its adjoint, their sum
  const void* initial_state[kMaxStates] = {};  ///< one step each, float or double; null: the neuron's own

  /// Source: x is multiplied and shifted per channel before the neuron sees it; null: it is not. [groups, channels],
  /// float or double.
  const void *scale = nullptr, *shift = nullptr;
  const void* center = nullptr;  ///< what x is counted from in the adjoint of `scale`; null: 0
  bool scales_adjoint = true;    ///< false: gx is the adjoint of what the neuron sees; the caller goes on from there
  std::int64_t groups = 1;       ///< 1, or T: every step has its own numbers
  std::int64_t channels = 1;
  std::int64_t channel_size = 1;  ///< consecutive values of one channel

  /// Sink: outputs are multiplied, the same at every step, and of windows the maximum is stored.
  const void* mask = nullptr;  ///< factors, one step in the layer's storage; null: 1
  Window window;
};

}  // namespace qualia_snn::neuron
