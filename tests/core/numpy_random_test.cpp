#include <algorithm>
#include <limits>
#include <stdexcept>

#include "qualia_snn/core/numpy_random.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using Numbers = std::vector<std::int64_t>;

// Every number here was printed by numpy.random.default_rng(seed) of NumPy 2.4.6.

TEST_CASE("seeds of one and of two words give NumPy's 64-bit numbers", "[core][numpy_random]") {
  NumpyRandom small(2), large((1ULL << 40) + 7);
  CHECK(small.raw() == 0x42f90348d66b58c1);
  CHECK(small.raw() == 0x4c69ea631bfb7164);
  CHECK(large.raw() == 0xd46e9e2034de21aa);
  CHECK(large.raw() == 0x415badc99c087675);
}

TEST_CASE("permutations, choices and integers of one generator follow each other as in NumPy", "[core][numpy_random]") {
  NumpyRandom random(2);
  CHECK(random.permutation(10) == Numbers{2, 0, 7, 6, 9, 5, 3, 4, 8, 1});
  CHECK(random.choice(12, 5) == Numbers{5, 7, 2, 0, 3});
  // Above 10,000 and above a fiftieth, NumPy shuffles the tail of all numbers; else it takes Floyd's method.
  const auto tail = random.choice(10001, 201), floyd = random.choice(10001, 200);
  CHECK(Numbers(tail.begin(), tail.begin() + 4) == Numbers{1811, 8227, 627, 6762});
  CHECK(Numbers(floyd.begin(), floyd.begin() + 4) == Numbers{7320, 4483, 1524, 6977});
  CHECK(random.integers(-3, 1LL << 40) == 607680453335);
  CHECK(random.integers(0, 1LL << 32) == 3097426751);
  CHECK(random.integers(0, 7) == 4);
}

TEST_CASE("the smallest and the largest draws are defined", "[core][numpy_random]") {
  NumpyRandom random(0);
  CHECK(random.permutation(0).empty());
  CHECK(random.permutation(1) == Numbers{0});
  CHECK(random.choice(0, 0).empty());
  CHECK(random.choice(1, 1) == Numbers{0});
  CHECK(random.integers(5, 6) == 5);
  CHECK(random.raw() == NumpyRandom(0).raw());  // nothing was drawn so far
  auto all = random.choice(10001, 10001);
  std::sort(all.begin(), all.end());
  CHECK(all.front() == 0);
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
  CHECK_NOTHROW(random.integers(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()));
  CHECK_THROWS_AS(random.integers(1, 1), std::invalid_argument);
  CHECK_THROWS_AS(random.choice(3, 4), std::invalid_argument);
  CHECK_THROWS_AS(random.choice(3, -1), std::invalid_argument);
}
