#include "qualia_snn/core/numpy_random.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "qualia_snn/core/error.h"

namespace qualia_snn {
namespace {

__extension__ using Uint128 = unsigned __int128;
constexpr Uint128 kMultiplier = Uint128{0x2360ed051fc65da4} << 64 | 0x4385df649fccf645;
constexpr auto kMax32 = std::numeric_limits<std::uint32_t>::max();
constexpr auto kMax64 = std::numeric_limits<std::uint64_t>::max();

/// Hash of NumPy's SeedSequence; its multiplier changes with every word.
class WordHash {
 public:
  WordHash(std::uint32_t start, std::uint32_t multiplier) : constant_(start), multiplier_(multiplier) {}
  std::uint32_t operator()(std::uint32_t word) {
    word ^= constant_;
    constant_ *= multiplier_;
    word *= constant_;
    return word ^ word >> 16;
  }

 private:
  std::uint32_t constant_, multiplier_;
};

std::uint32_t mix(std::uint32_t x, std::uint32_t y) {
  const std::uint32_t mixed = 0xca01f9ddU * x - 0x4973f715U * y;
  return mixed ^ mixed >> 16;
}

/// SeedSequence(seed).generate_state(4, uint64).
std::array<std::uint64_t, 4> seed_sequence(std::uint64_t seed) {
  // The second word of a small seed is 0 here and missing there: both hash as 0.
  std::array<std::uint32_t, 4> pool = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32), 0, 0};
  WordHash enter(0x43b0d7e5, 0x931e8875);
  for (auto& word : pool) word = enter(word);
  for (std::size_t source = 0; source < pool.size(); ++source) {
    for (std::size_t target = 0; target < pool.size(); ++target) {
      if (source != target) pool[target] = mix(pool[target], enter(pool[source]));
    }
  }
  WordHash leave(0x8b51f9dd, 0x58f38ded);
  std::array<std::uint64_t, 4> state{};
  for (std::size_t i = 0; i < 2 * state.size(); ++i) {
    state[i / 2] |= std::uint64_t{leave(pool[i % pool.size()])} << (32 * (i % 2));
  }
  return state;
}

std::vector<std::int64_t> count_up(std::int64_t n) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(n));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

/// Fisher-Yates from the back, down to position `first`; `draw(i)` gives a number of [0, i].
void shuffle(std::vector<std::int64_t>& numbers, std::size_t first, auto&& draw) {
  for (std::size_t i = numbers.size(); i-- > first;) std::swap(numbers[i], numbers[draw(i)]);
}

}  // namespace

NumpyRandom::NumpyRandom(std::uint64_t seed) {
  const auto words = seed_sequence(seed);
  increment_ = (Uint128{words[2]} << 64 | words[3]) << 1 | 1;
  state_ = increment_ + (Uint128{words[0]} << 64 | words[1]);
  state_ = state_ * kMultiplier + increment_;
}

std::uint64_t NumpyRandom::raw() {
  state_ = state_ * kMultiplier + increment_;
  const auto high = static_cast<std::uint64_t>(state_ >> 64);
  return std::rotr(high ^ static_cast<std::uint64_t>(state_), static_cast<int>(high >> 58));
}

std::uint32_t NumpyRandom::raw32() {
  if (std::exchange(has_high_half_, !has_high_half_)) return high_half_;
  const auto both = raw();
  high_half_ = static_cast<std::uint32_t>(both >> 32);
  return static_cast<std::uint32_t>(both);
}

std::uint64_t NumpyRandom::bounded(std::uint64_t max) {
  if (max == 0) return 0;
  if (max == kMax32) return raw32();
  if (max == kMax64) return raw();
  const auto count = max + 1;
  if (max < kMax32) {
    auto product = raw32() * count;
    const auto threshold = (kMax32 - max) % count;
    while (static_cast<std::uint32_t>(product) < threshold) product = raw32() * count;
    return product >> 32;
  }
  auto product = Uint128{raw()} * count;
  const auto threshold = (kMax64 - max) % count;
  while (static_cast<std::uint64_t>(product) < threshold) product = Uint128{raw()} * count;
  return static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t NumpyRandom::masked(std::uint64_t max) {
  if (max == 0) return 0;
  const auto mask = kMax64 >> std::countl_zero(max);
  while (true) {
    const auto value = (max <= kMax32 ? raw32() : raw()) & mask;
    if (value <= max) return value;
  }
}

std::int64_t NumpyRandom::integers(std::int64_t low, std::int64_t high) {
  if (low >= high) throw std::invalid_argument(concat("integers(", low, ", ", high, "): low must be below high"));
  const auto offset = static_cast<std::uint64_t>(low);
  return static_cast<std::int64_t>(offset + bounded(static_cast<std::uint64_t>(high) - offset - 1));
}

std::vector<std::int64_t> NumpyRandom::permutation(std::int64_t n) {
  auto numbers = count_up(n);
  shuffle(numbers, 1, [this](std::size_t i) { return masked(i); });
  return numbers;
}

std::vector<std::int64_t> NumpyRandom::choice(std::int64_t n, std::int64_t size) {
  if (size < 0 || size > n)
    throw std::invalid_argument(concat("cannot choose ", size, " of ", n, " without replacement"));
  if (n <= 10000 || size <= n / 50) return choose_by_floyd(n, size);
  auto numbers = count_up(n);
  const auto first = static_cast<std::size_t>(std::max<std::int64_t>(n - size, 1));
  shuffle(numbers, first, [this](std::size_t i) { return bounded(i); });
  numbers.erase(numbers.begin(), numbers.end() - size);
  return numbers;
}

std::vector<std::int64_t> NumpyRandom::choose_by_floyd(std::int64_t n, std::int64_t size) {
  std::vector<std::int64_t> numbers;
  std::unordered_set<std::int64_t> taken;
  for (std::int64_t i = n - size; i < n; ++i) {
    const auto candidate = static_cast<std::int64_t>(bounded(static_cast<std::uint64_t>(i)));
    numbers.push_back(taken.contains(candidate) ? i : candidate);
    taken.insert(numbers.back());
  }
  shuffle(numbers, 1, [this](std::size_t i) { return bounded(i); });
  return numbers;
}

}  // namespace qualia_snn
