#pragma once

#include <ATen/core/Generator.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "qualia_snn/core/random.h"
#include "qualia_snn/core/state.h"

namespace qualia_snn {

/// Where a draw takes its numbers from: a key of its own, or LibTorch's default generators in their present state.
class QUALIA_SNN_API RandomSource {
 public:
  /// LibTorch's default generators.
  RandomSource() = default;
  explicit RandomSource(RandomKey key) : key_(key) {}
  /// Returns a source that differs in one more part; default generators stay what they are.
  RandomSource with(std::string_view part) const;
  RandomSource with(std::int64_t part) const;
  /// Returns whether draws do not depend on what was drawn before.
  bool has_key() const { return key_.has_value(); }
  /// Returns the generator of `device`. One of a key starts anew at every call: call once, draw in order.
  at::Generator generator(at::Device device = at::kCPU) const;

 private:
  std::optional<RandomKey> key_;
};

/// Returns the state of LibTorch's default generators: the CPU's, and that of `device`.
QUALIA_SNN_API State save_generators(at::Device device);
/// Gives it back to them.
QUALIA_SNN_API void load_generators(const State& state, at::Device device);

}  // namespace qualia_snn
