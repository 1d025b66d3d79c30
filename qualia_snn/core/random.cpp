#include "qualia_snn/core/random.h"

#include <ATen/Context.h>

#include <mutex>

namespace qualia_snn {
namespace {

// The finaliser of SplitMix64: every bit of the input moves every bit of the output.
// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, figure 16.
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

constexpr std::uint64_t kGamma = 0x9e3779b97f4a7c15U;

}  // namespace

RandomKey RandomKey::with(std::int64_t part) const {
  return RandomKey(mix(mix(value_ + kGamma) ^ static_cast<std::uint64_t>(part)));
}

RandomKey RandomKey::with(std::string_view part) const {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a, 64 bits
  for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  // The length keeps a word apart from a number that happens to equal its hash.
  return with(static_cast<std::int64_t>(hash)).with(static_cast<std::int64_t>(part.size()));
}

at::Generator RandomKey::generator(at::Device device) const {
  auto source = at::globalContext().defaultGenerator(device);
  const std::lock_guard lock(source.mutex());
  auto generator = source.clone();
  generator.set_current_seed(value_);
  return generator;
}

Randomized::~Randomized() = default;
bool Randomized::hold_draws(bool /*hold*/) { return false; }
void Randomized::redraw() {}

}  // namespace qualia_snn
