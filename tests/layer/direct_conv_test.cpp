#include "qualia_snn/layer/direct_conv.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "qualia_snn/layer/conv.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using namespace qualia_snn::layer;

namespace {

struct Adjoints {
  at::Tensor y, x, weight, bias;
};

/// Runs a convolution forward and backward; in double LibTorch does.
Adjoints run(Conv& conv, const at::Tensor& given) {
  conv.zero_grad();
  const auto x = given.detach().requires_grad_();
  const auto y = conv.forward({x, 1}).x;
  (y * at::linspace(-1, 1, y.numel(), y.options()).view_as(y)).sum().backward();
  return {y.detach(), x.grad(), conv.weight.grad().clone(),
          conv.options.bias ? conv.bias.grad().clone() : at::Tensor()};
}

double off(const at::Tensor& a, const at::Tensor& exact) {
  return ((a.to(at::kDouble) - exact).abs().max() / exact.abs().max().clamp_min(1e-30)).item<double>();
}

void compare(const ConvOptions& options, const at::Tensor& x) {
  CAPTURE(options.in_channels, options.out_channels, options.kernel_size, options.stride, options.padding, options.bias,
          c10::str(x.sizes(), x.strides()));
  at::manual_seed(1);
  Conv conv(options);
  REQUIRE(direct_conv_takes(x, options));
  const auto y = run(conv, x);
  conv.to(at::kDouble);
  const auto exact = run(conv, x.to(at::kDouble));
  // Sums of up to 1200 terms that cancel, in single precision.
  CHECK(off(y.y, exact.y) < 3e-6);
  CHECK(off(y.x, exact.x) < 3e-6);
  CHECK(off(y.weight, exact.weight) < 3e-6);
  if (options.bias) CHECK(off(y.bias, exact.bias) < 3e-6);
}

}  // namespace

TEST_CASE("the direct convolution agrees with LibTorch's in double", "[layer][conv]") {
  const auto channels = GENERATE(1, 2, 3, 16, 20, 48);
  const auto outputs = GENERATE(16, 32, 48, 64);
  const auto bias = GENERATE(false, true);
  at::manual_seed(2);
  for (const auto& [size, kernel, stride, padding] :
       std::vector<std::tuple<std::vector<std::int64_t>, std::vector<std::int64_t>, std::vector<std::int64_t>,
                              std::vector<std::int64_t>>>{{{14, 14}, {3, 3}, {1, 1}, {1, 1}},
                                                          {{9, 31}, {3, 5}, {2, 1}, {0, 2}},
                                                          {{1, 1}, {1, 1}, {1, 1}, {0, 0}},
                                                          {{5, 5}, {5, 5}, {3, 2}, {2, 2}},
                                                          {{4, 6}, {1, 2}, {1, 1}, {1, 3}},
                                                          {{43}, {3}, {1}, {1}},
                                                          {{70}, {7}, {2}, {3}}}) {
    auto sizes = size;
    sizes.insert(sizes.begin(), {3, channels});
    const ConvOptions options{channels, outputs, kernel, stride, padding, 1, bias};
    compare(options, at::rand(sizes) - .3);
    // Channels as the fastest axis, as data sets store them.
    std::swap(sizes[1], sizes.back());
    compare(options, (at::rand(sizes) - .3).transpose(1, static_cast<std::int64_t>(sizes.size()) - 1));
  }
}

TEST_CASE("the direct convolution has the same bits on any number of threads", "[layer][conv]") {
  const auto threads = at::get_num_threads();
  const auto x = at::rand({40, 16, 20, 20});
  at::manual_seed(1);
  Conv conv({16, 32, {3, 3}, {1, 1}, {1, 1}});
  std::vector<Adjoints> runs;
  for (const int n : {1, 2, 3}) {
    at::set_num_threads(n);
    runs.push_back(run(conv, x));
  }
  at::set_num_threads(threads);
  for (const auto& r : runs) {
    CHECK(at::equal(r.y, runs[0].y));
    CHECK(at::equal(r.x, runs[0].x));
    CHECK(at::equal(r.weight, runs[0].weight));
    CHECK(at::equal(r.bias, runs[0].bias));
  }
}

TEST_CASE("what the direct convolution does not take, LibTorch does", "[layer][conv]") {
  const auto takes = [](ConvOptions options, at::ScalarType type = at::kFloat) {
    return direct_conv_takes(at::rand({2, options.in_channels, 8, 8}, type), options);
  };
  const ConvOptions fits{16, 32, {3, 3}, {1, 1}, {1, 1}};
  CHECK(takes(fits));
  CHECK_FALSE(takes(fits, at::kDouble));
  auto wide = fits;
  wide.in_channels = 512;
  CHECK_FALSE(takes(wide));
  auto odd = fits;
  odd.out_channels = 10;
  CHECK_FALSE(takes(odd));
  auto grouped = fits;
  grouped.groups = 16;
  CHECK_FALSE(takes(grouped));
  CHECK_FALSE(direct_conv_takes(at::rand({0, 16, 8, 8}), fits));
  Conv conv(grouped);
  CHECK(conv.forward({at::rand({2, 16, 8, 8}), 1}).x.sizes() == at::IntArrayRef({2, 32, 8, 8}));
}
