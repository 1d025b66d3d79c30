#pragma once

#include <cstdint>

#include "qualia_snn/neuron/half_float.h"
#include "qualia_snn/neuron/layer_tensors.h"
#include "qualia_snn/neuron/number.h"

/// Where the neurons of a GPU's thread lie in memory, and how some of their steps come into registers and back.
namespace qualia_snn::neuron {
inline namespace QUALIA_SNN_ISA {

/// The neurons of one thread: one, or those of a window of the sink, in reading order.
template <int kSize>
struct ThreadPlaces {
  std::int64_t at[kSize];  ///< in a step
  bool there[kSize];       ///< false: beyond the edge
  std::int64_t pooled;     ///< of the window in a step of the output
  bool whole;              ///< whether the window has an output

  QUALIA_SNN_INLINE ThreadPlaces(const LayerTensors& layer, std::int64_t thread) {
    if constexpr (kSize == 1) {
      at[0] = pooled = thread;
      there[0] = whole = true;
    } else {
      const auto& places = layer.places;
      const auto [height, width] = layer.window;
      const auto columns = (places.width + width - 1) / width, rows = (places.height + height - 1) / height;
      const auto inner = thread % places.inner, column = thread / places.inner % columns;
      const auto row = thread / places.inner / columns % rows, image = thread / places.inner / columns / rows;
      whole = true;
      QUALIA_SNN_UNROLL
      for (int g = 0; g < kSize; ++g) {
        const auto y = row * height + g / width, x = column * width + g % width;
        there[g] = y < places.height && x < places.width;
        whole = whole && there[g];
        at[g] = there[g] ? ((image * places.height + y) * places.width + x) * places.inner + inner : 0;
      }
      pooled = ((image * (places.height / height) + row) * (places.width / width) + column) * places.inner + inner;
    }
  }
};

template <class T>
QUALIA_SNN_INLINE const T* typed(const void* memory) {
  return static_cast<const T*>(memory);
}
template <class T>
QUALIA_SNN_INLINE T* typed(void* memory) {
  return static_cast<T*>(memory);
}

/// Calls f with a pointer of the storage's type to place `from`.
template <class Memory, class F>
QUALIA_SNN_INLINE void as_stored(Memory* memory, Storage storage, std::int64_t from, const F f) {
  if (storage == Storage::kFloat32) {
    f(typed<float>(memory) + from);
  } else if (storage == Storage::kFloat16) {
    f(typed<Float16>(memory) + from);
  } else {
    f(typed<BFloat16>(memory) + from);
  }
}

/// Reads one place of some steps; steps that are not there are 0.
template <int kSteps>
QUALIA_SNN_INLINE void load_steps(const void* values, Storage storage, std::int64_t from, std::int64_t stride,
                                  int steps, Lane<float>* to) {
  as_stored(values, storage, from, [=](auto p) {
    QUALIA_SNN_UNROLL
    for (int k = 0; k < kSteps; ++k, p += stride) to[k] = k < steps ? Lane<float>::of(as_float(*p)) : 0.;
  });
}

/// Writes one place of some steps.
template <int kSteps>
QUALIA_SNN_INLINE void store_steps(const Lane<float>* values, Storage storage, std::int64_t from, std::int64_t stride,
                                   int steps, void* to) {
  as_stored(to, storage, from, [=](auto p) {
    QUALIA_SNN_UNROLL
    for (int k = 0; k < kSteps; ++k, p += stride) {
      if (k < steps) from_float(values[k].v, *p);
    }
  });
}

QUALIA_SNN_INLINE void prefetch(const void* address) {
#ifdef __CUDA_ARCH__
  asm volatile("prefetch.global.L1 [%0];" : : "l"(address));
#else
  __builtin_prefetch(address);
#endif
}

}  // namespace QUALIA_SNN_ISA
}  // namespace qualia_snn::neuron
