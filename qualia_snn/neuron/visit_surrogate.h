#pragma once

#include "qualia_snn/neuron/any_surrogate.h"

namespace qualia_snn::neuron {
inline namespace QUALIA_SNN_ISA {

/// Calls f(surrogate) with the surrogate of a list that `any` is.
template <class... S, class F>
QUALIA_SNN_INLINE void visit(SurrogateList<S...>, const AnySurrogate& any, const F f) {
  const auto as = [&any]<class One>(One surrogate) {
    __builtin_memcpy(static_cast<void*>(&surrogate), any.options, sizeof surrogate);
    return surrogate;
  };
  int place = 0;
  (void)((place++ == any.number ? (f(as(S{})), true) : false) || ...);
}

}  // namespace QUALIA_SNN_ISA
}  // namespace qualia_snn::neuron
