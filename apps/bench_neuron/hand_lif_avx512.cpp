#include <immintrin.h>

#include "apps/bench_neuron/hand_lif.h"

namespace qualia_snn::bench {

void hand_forward_avx512(std::int64_t T, std::int64_t size, std::int64_t from, std::int64_t to, std::int64_t block,
                         const float* x, float* s) {
  const __m512 half = _mm512_set1_ps(0.5f), one = _mm512_set1_ps(1.f);
  alignas(64) float v[1024];
  for (std::int64_t begin = from; begin < to; begin += block) {
    for (std::int64_t i = 0; i < block; i += 16) _mm512_store_ps(v + i, _mm512_setzero_ps());
    for (std::int64_t t = 0; t < T; ++t) {
      const float* const xt = x + t * size + begin;
      float* const st = s + t * size + begin;
      for (std::int64_t i = 0; i < block; i += 16) {
        __builtin_prefetch(xt + i + block);
        const __m512 before = _mm512_load_ps(v + i);
        const __m512 h = _mm512_add_ps(before, _mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(xt + i), before), half));
        const __mmask16 fired = _mm512_cmp_ps_mask(h, one, _CMP_GE_OQ);
        _mm512_storeu_ps(st + i, _mm512_maskz_mov_ps(fired, one));
        _mm512_store_ps(v + i, _mm512_maskz_mov_ps(_knot_mask16(fired), h));
      }
    }
  }
}

void hand_backward_avx512(std::int64_t T, std::int64_t size, std::int64_t from, std::int64_t to, std::int64_t block,
                          const float* x, const float* gs, float* gx, float* scratch) {
  const __m512 half = _mm512_set1_ps(0.5f), one = _mm512_set1_ps(1.f);
  const __m512 steepness = _mm512_set1_ps(3.14159265358979f);
  alignas(64) float v[1024], g[1024];
  for (std::int64_t begin = from; begin < to; begin += block) {
    for (std::int64_t i = 0; i < block; i += 16) {
      _mm512_store_ps(v + i, _mm512_setzero_ps());
      _mm512_store_ps(g + i, _mm512_setzero_ps());
    }
    for (std::int64_t t = 0; t < T; ++t) {
      const float* const xt = x + t * size + begin;
      for (std::int64_t i = 0; i < block; i += 16) {
        __builtin_prefetch(gs + t * size + begin + i);
        const __m512 before = _mm512_load_ps(v + i);
        const __m512 h = _mm512_add_ps(before, _mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(xt + i), before), half));
        const __mmask16 fired = _mm512_cmp_ps_mask(h, one, _CMP_GE_OQ);
        _mm512_storeu_ps(scratch + t * block + i, h);
        _mm512_store_ps(v + i, _mm512_maskz_mov_ps(_knot_mask16(fired), h));
      }
    }
    for (std::int64_t t = T - 1; t >= 0; --t) {
      const float* const gst = gs + t * size + begin;
      float* const gxt = gx + t * size + begin;
      for (std::int64_t i = 0; i < block; i += 16) {
        __builtin_prefetch(x + t * size + begin + i + block);
        const __m512 h = _mm512_loadu_ps(scratch + t * block + i), u = _mm512_sub_ps(h, one);
        const __mmask16 fired = _mm512_cmp_ps_mask(h, one, _CMP_GE_OQ);
        const __m512 z = _mm512_mul_ps(steepness, u);
        const __m512 slope = _mm512_div_ps(one, _mm512_add_ps(one, _mm512_mul_ps(z, z)));
        const __m512 kept = _mm512_sub_ps(_mm512_maskz_mov_ps(_knot_mask16(fired), one), _mm512_mul_ps(h, slope));
        const __m512 gh =
            _mm512_add_ps(_mm512_mul_ps(_mm512_loadu_ps(gst + i), slope), _mm512_mul_ps(_mm512_load_ps(g + i), kept));
        const __m512 passed = _mm512_mul_ps(gh, half);
        _mm512_storeu_ps(gxt + i, passed);
        _mm512_store_ps(g + i, passed);
      }
    }
  }
}

}  // namespace qualia_snn::bench
