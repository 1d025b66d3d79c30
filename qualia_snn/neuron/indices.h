#pragma once

namespace qualia_snn::neuron {

/// Numbers 0 to n - 1 as template arguments; the standard header's functions would be shared between instruction sets.
template <int... i>
struct Indices {};
template <int n, int... i>
struct IndicesOf : IndicesOf<n - 1, n - 1, i...> {};
template <int... i>
struct IndicesOf<0, i...> {
  using type = Indices<i...>;
};

}  // namespace qualia_snn::neuron
