#pragma once

/// What the headers of neurons and surrogates need to be compiled for each instruction set and by nvcc.
///
/// A neuron is one struct for all targets; the numbers it is evaluated on (number.h, dual.h) live in an inline
/// namespace per target, so that two targets never share a template instance, which the linker would merge into one.

#if defined(__CUDACC__)
#define QUALIA_SNN_INLINE __host__ __device__ __forceinline__
/// Before a loop whose arrays must become registers.
#define QUALIA_SNN_UNROLL _Pragma("unroll")
/// Before a loop whose body is large enough.
#define QUALIA_SNN_NO_UNROLL _Pragma("unroll 1")
#else
/// Never a symbol of its own: one compiled for AVX-512 must not be called on another machine.
#define QUALIA_SNN_INLINE inline __attribute__((always_inline))
#define QUALIA_SNN_UNROLL
#define QUALIA_SNN_NO_UNROLL
#endif

/// Name of the target that a source is compiled for.
#ifndef QUALIA_SNN_ISA
#define QUALIA_SNN_ISA baseline
#endif
