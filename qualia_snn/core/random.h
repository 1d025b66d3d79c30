#pragma once

#include <ATen/core/Generator.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <string_view>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Names one random draw: a pure function of the seed and of the parts that were added to it.
///
/// Nothing is saved or restored: the same key gives the same numbers, whatever was drawn before.
///
///     auto key = RandomKey(seed).with("order").with(run).with(epoch);
///     auto order = at::randperm(n, key.generator());
class QUALIA_SNN_API RandomKey {
 public:
  explicit RandomKey(std::uint64_t seed) : value_(seed) {}
  RandomKey with(std::string_view part) const;
  RandomKey with(std::int64_t part) const;
  std::uint64_t value() const { return value_; }
  /// Returns a new generator of `device`, seeded from this key.
  at::Generator generator(at::Device device = at::kCPU) const;

 private:
  std::uint64_t value_;
};

/// A module that draws random numbers in training, for example dropout.
class QUALIA_SNN_API Randomized {
 public:
  virtual ~Randomized();
  /// Sets what the next draws are a function of; the caller has added the module's name.
  virtual void set_random_key(const RandomKey& key) = 0;
  /// Keeps what the last forward drew, for those that follow with batches of this size: they are recorded, and drawing
  /// is not. `false` ends it.
  /// @return  whether the module can.
  virtual bool hold_draws(bool hold);
  /// Draws what is held anew, into the same memory, as the next forward would have.
  virtual void redraw();
};

}  // namespace qualia_snn
