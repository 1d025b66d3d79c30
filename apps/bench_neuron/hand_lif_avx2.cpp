#include <immintrin.h>

#include "apps/bench_neuron/hand_lif.h"

namespace qualia_snn::bench {

void hand_forward_avx2(std::int64_t T, std::int64_t size, std::int64_t from, std::int64_t to, std::int64_t block,
                       const float* x, float* s) {
  const __m256 half = _mm256_set1_ps(0.5f), one = _mm256_set1_ps(1.f);
  alignas(64) float v[1024];
  for (std::int64_t begin = from; begin < to; begin += block) {
    for (std::int64_t i = 0; i < block; i += 8) _mm256_store_ps(v + i, _mm256_setzero_ps());
    for (std::int64_t t = 0; t < T; ++t) {
      const float* const xt = x + t * size + begin;
      float* const st = s + t * size + begin;
      for (std::int64_t i = 0; i < block; i += 8) {
        if (i % 16 == 0) __builtin_prefetch(xt + i + block);
        const __m256 before = _mm256_load_ps(v + i);
        const __m256 h = _mm256_add_ps(before, _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(xt + i), before), half));
        const __m256 fired = _mm256_cmp_ps(h, one, _CMP_GE_OQ);
        _mm256_storeu_ps(st + i, _mm256_and_ps(fired, one));
        _mm256_store_ps(v + i, _mm256_andnot_ps(fired, h));
      }
    }
  }
}

void hand_backward_avx2(std::int64_t T, std::int64_t size, std::int64_t from, std::int64_t to, std::int64_t block,
                        const float* x, const float* gs, float* gx, float* scratch) {
  const __m256 half = _mm256_set1_ps(0.5f), one = _mm256_set1_ps(1.f);
  const __m256 steepness = _mm256_set1_ps(3.14159265358979f);
  alignas(64) float v[1024], g[1024];
  for (std::int64_t begin = from; begin < to; begin += block) {
    for (std::int64_t i = 0; i < block; i += 8) {
      _mm256_store_ps(v + i, _mm256_setzero_ps());
      _mm256_store_ps(g + i, _mm256_setzero_ps());
    }
    for (std::int64_t t = 0; t < T; ++t) {
      const float* const xt = x + t * size + begin;
      for (std::int64_t i = 0; i < block; i += 8) {
        if (i % 16 == 0) __builtin_prefetch(gs + t * size + begin + i);
        const __m256 before = _mm256_load_ps(v + i);
        const __m256 h = _mm256_add_ps(before, _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(xt + i), before), half));
        const __m256 fired = _mm256_cmp_ps(h, one, _CMP_GE_OQ);
        _mm256_storeu_ps(scratch + t * block + i, h);
        _mm256_store_ps(v + i, _mm256_andnot_ps(fired, h));
      }
    }
    for (std::int64_t t = T - 1; t >= 0; --t) {
      const float* const gst = gs + t * size + begin;
      float* const gxt = gx + t * size + begin;
      for (std::int64_t i = 0; i < block; i += 8) {
        if (i % 16 == 0) __builtin_prefetch(x + t * size + begin + i + block);
        const __m256 h = _mm256_loadu_ps(scratch + t * block + i), u = _mm256_sub_ps(h, one);
        const __m256 fired = _mm256_cmp_ps(h, one, _CMP_GE_OQ);
        const __m256 z = _mm256_mul_ps(steepness, u);
        const __m256 slope = _mm256_div_ps(one, _mm256_add_ps(one, _mm256_mul_ps(z, z)));
        const __m256 kept = _mm256_sub_ps(_mm256_andnot_ps(fired, one), _mm256_mul_ps(h, slope));
        const __m256 gh =
            _mm256_add_ps(_mm256_mul_ps(_mm256_loadu_ps(gst + i), slope), _mm256_mul_ps(_mm256_load_ps(g + i), kept));
        const __m256 passed = _mm256_mul_ps(gh, half);
        _mm256_storeu_ps(gxt + i, passed);
        _mm256_store_ps(g + i, passed);
      }
    }
  }
}

}  // namespace qualia_snn::bench
