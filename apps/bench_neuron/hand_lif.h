#pragma once

#include <cstdint>

/// A leaky integrate-and-fire neuron written by hand with vector instructions: what the engine is measured against.
///
/// tau = 2, decay_input, hard reset to 0, threshold 1, surrogate ATan(2), gradient through the reset; single precision.
namespace qualia_snn::bench {

/// Runs neurons [from, to) of `size` over T steps; from and to are multiples of `block`, a multiple of 16 up to 1024.
using HandForward = void (*)(std::int64_t T, std::int64_t size, std::int64_t from, std::int64_t to, std::int64_t block,
                             const float* x, float* s);
using HandBackward = void (*)(std::int64_t T, std::int64_t size, std::int64_t from, std::int64_t to, std::int64_t block,
                              const float* x, const float* gs, float* gx, float* scratch);

void hand_forward_avx2(std::int64_t T, std::int64_t size, std::int64_t from, std::int64_t to, std::int64_t block,
                       const float* x, float* s);
/// @param scratch  T * block values
void hand_backward_avx2(std::int64_t T, std::int64_t size, std::int64_t from, std::int64_t to, std::int64_t block,
                        const float* x, const float* gs, float* gx, float* scratch);
void hand_forward_avx512(std::int64_t T, std::int64_t size, std::int64_t from, std::int64_t to, std::int64_t block,
                         const float* x, float* s);
void hand_backward_avx512(std::int64_t T, std::int64_t size, std::int64_t from, std::int64_t to, std::int64_t block,
                          const float* x, const float* gs, float* gx, float* scratch);

}  // namespace qualia_snn::bench
