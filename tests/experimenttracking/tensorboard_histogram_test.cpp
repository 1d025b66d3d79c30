#include "qualia_snn/experimenttracking/tensorboard_histogram.h"

#include <cmath>
#include <limits>

#include "tests/support/testing.h"

using namespace qualia_snn;
using experimenttracking::tensorboard::make_histogram;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("a histogram has TensorBoard's buckets", "[experimenttracking][tensorboard]") {
  // As torch.utils.tensorboard.summary.make_histogram gives it.
  const auto spread = make_histogram(at::tensor({-2., 0., 0., 0.5, 1., 3.}));
  REQUIRE(spread);
  REQUIRE(spread->buckets.size() == 603);
  REQUIRE(spread->bucket_limits.size() == 603);
  CHECK(spread->bucket_limits.front() == -2.1628190051144287);
  CHECK(spread->bucket_limits.back() == 3.1665833053880363);
  CHECK(spread->buckets[0] == 0);
  CHECK(spread->buckets[1] == 1);
  CHECK(spread->buckets[300] == 2);
  CHECK(spread->bucket_limits[300] == 1e-12);
  CHECK(spread->buckets[583] == 1);
  CHECK(spread->buckets[590] == 1);
  CHECK(spread->buckets[602] == 1);
  CHECK(spread->min == -2);
  CHECK(spread->max == 3);
  CHECK(spread->count == 6);
  CHECK(spread->sum == 2.5);
  CHECK(spread->sum_of_squares == 14.25);

  // Whatever the type and the order in memory; what is not finite is left out.
  const auto finite = make_histogram(at::tensor({-2., NAN, 0., kInfinity, 0., 0.5, -kInfinity, 1., 3.}));
  REQUIRE(finite);
  CHECK(finite->buckets == spread->buckets);
  CHECK(finite->count == 6);
  const auto whole = make_histogram(at::arange(4).view({2, 2}).t());
  REQUIRE(whole);
  CHECK(whole->sum == 6);
  const auto zeros = make_histogram(at::zeros({2, 0, 3}));
  CHECK_FALSE(zeros);
  CHECK_FALSE(make_histogram(at::full({3}, kInfinity)));
  CHECK_FALSE(make_histogram(at::full({3}, 1e30)));
  const auto zero = make_histogram(at::zeros({}));
  REQUIRE(zero);
  CHECK(zero->buckets == std::vector<double>{0, 1});
  CHECK(zero->bucket_limits == std::vector<double>{0, 1e-12});
}
