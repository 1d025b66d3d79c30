#include "qualia_snn/layer/direct_conv.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "qualia_snn/core/allocated_memory.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/layer/conv.h"
#include "qualia_snn/layer/gemm_conv.h"
#include "qualia_snn/layer/winograd_conv.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using namespace qualia_snn::layer;

namespace {

struct Adjoints {
  at::Tensor y, x, weight, bias;
};

/// Runs a convolution forward and backward; in double LibTorch does.
Adjoints run(Conv& conv, const at::Tensor& given, bool spikes = false) {
  conv.zero_grad();
  const auto x = given.detach().requires_grad_();
  Sequence input{x, 1};
  input.spikes = spikes;
  const auto y = conv.forward(input).x;
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
  REQUIRE((direct_conv_takes(x, options) || gemm_conv_takes(x, options) || winograd_conv_takes(x, options)));
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
                                                          {{70}, {7}, {2}, {3}},
                                                          {{1000}, {3}, {1}, {1}}}) {  // longer than the cache
    auto sizes = size;
    sizes.insert(sizes.begin(), {3, channels});
    const ConvOptions options{channels, outputs, kernel, stride, padding, 1, bias};
    compare(options, at::rand(sizes) - .3);
    // Channels as the fastest axis, as data sets store them.
    std::swap(sizes[1], sizes.back());
    compare(options, (at::rand(sizes) - .3).transpose(1, static_cast<std::int64_t>(sizes.size()) - 1));
  }
}

TEST_CASE("convolutions of small images by products of matrices agree with LibTorch's in double", "[layer][conv]") {
  at::manual_seed(3);
  for (const bool bias : {false, true}) {
    compare({136, 160, {3, 3}, {1, 1}, {1, 1}, 1, bias}, at::rand({5, 136, 4, 4}) - .3);
    compare({130, 128, {3, 3}, {1, 1}, {1, 1}, 1, bias}, at::rand({3, 2, 2, 130}).movedim(-1, 1) - .3);
    compare({128, 128, {3, 3}, {1, 1}, {1, 1}, 1, bias}, at::rand({2, 128, 1, 1}) - .3);
    compare({128, 128, {2, 3}, {1, 1}, {1, 0}, 1, bias}, at::rand({2, 128, 2, 5}) - .3);
    compare({128, 128, {5}, {1}, {2}, 1, bias}, at::rand({4, 128, 9}) - .3);
  }
}

TEST_CASE("Winograd's convolution agrees with LibTorch's in double", "[layer][conv]") {
  const auto channels = GENERATE(64, 80, 192);
  const auto outputs = GENERATE(64, 144);
  const auto bias = GENERATE(false, true);
  at::manual_seed(5);
  // Whole tiles and parts of them, fewer and more tiles than a block has, rows longer than a block.
  for (const auto& [size, padding] :
       std::vector<std::tuple<std::vector<std::int64_t>, std::vector<std::int64_t>>>{{{1, 16, 16}, {1, 1}},
                                                                                     {{7, 4, 4}, {1, 1}},
                                                                                     {{3, 9, 7}, {1, 1}},
                                                                                     {{2, 11, 12}, {0, 0}},
                                                                                     {{2, 10, 13}, {2, 0}},
                                                                                     {{1, 6, 130}, {2, 1}}}) {
    const ConvOptions options{channels, outputs, {3, 3}, {1, 1}, padding, 1, bias};
    const auto x = at::rand({size[0], size[1], size[2], channels}).movedim(-1, 1) - .3;
    REQUIRE(winograd_conv_takes(x, options));
    compare(options, x);
    compare(options, x.contiguous());
  }
}

TEST_CASE("spikes that are kept as bytes give the gradients of those that are not", "[layer][conv]") {
  for (const auto& options : {ConvOptions{16, 32, {3, 3}, {1, 1}, {1, 1}},     // direct
                              ConvOptions{16, 32, {3, 3}, {2, 2}, {1, 1}},     // and LibTorch's backward
                              ConvOptions{16, 20, {3, 3}, {1, 1}, {1, 1}, 4},  // LibTorch's
                              ConvOptions{128, 128, {3, 2}, {1, 1}, {1, 1}},   // by products of matrices
                              ConvOptions{64, 64, {3, 3}, {1, 1}, {1, 1}}}) {  // Winograd's
    for (const bool channels_last : {false, true}) {
      const auto side = options.in_channels == 128 ? 3 : 9;
      auto x = at::rand({3, options.in_channels, side, side}).gt(.7).to(at::kFloat);
      if (channels_last) x = x.contiguous(at::MemoryFormat::ChannelsLast);
      Conv conv(options);
      const auto bytes = run(conv, x, true), floats = run(conv, x, false);
      CHECK(at::equal(bytes.y, floats.y));
      Sequence input{x.clone().requires_grad_(), 1};
      input.spikes = true;
      const AllocatedMemory memory;
      const auto y = conv.forward(input).x;
      const auto kept = memory.bytes() - static_cast<std::int64_t>(y.nbytes());
      CHECK((kept >= x.numel() && kept < 2 * x.numel() + 4096));  // x itself is the caller's
      CHECK(at::allclose(bytes.x, floats.x, 1e-5, 1e-6));
      CHECK(at::allclose(bytes.weight, floats.weight, 1e-5, 1e-5));
      CHECK(at::allclose(bytes.bias, floats.bias, 1e-5, 1e-5));
    }
  }
}

TEST_CASE("where ties matter, equal patches of spikes give equal bits, with the gradients of other convolutions",
          "[layer][conv]") {
  at::manual_seed(5);
  const ConvOptions options{64, 64, {3, 3}, {1, 1}, {1, 1}};
  // Slanting stripes: a patch is that of the next row, one column on.
  const auto place = at::arange(16).view({16, 1}) - at::arange(16) + 15;
  const auto x = at::rand({4, 64, 31}).lt(0.5).to(at::kFloat).index_select(2, place.flatten()).view({4, 64, 16, 16});
  REQUIRE(winograd_conv_takes(x, options));
  Conv conv(options);
  const auto other = run(conv, x, true);
  conv.set_keeps_ties(true);
  for (const bool spikes : {true, false}) {
    const auto kept = run(conv, x, spikes);
    const auto inside = kept.y.slice(2, 1, 15).slice(3, 1, 15);
    CHECK(inside.slice(2, 1).slice(3, 1).equal(inside.slice(2, 0, -1).slice(3, 0, -1)));
    CHECK(off(kept.y, other.y.to(at::kDouble)) < 3e-6);
    CHECK(kept.x.equal(other.x));
    CHECK(kept.weight.equal(other.weight));
  }
}

TEST_CASE("convolutions take bfloat16 and compute in float", "[layer][conv]") {
  for (const auto& options :
       {ConvOptions{16, 32, {3, 3}, {1, 1}, {1, 1}}, ConvOptions{128, 128, {3, 2}, {1, 1}, {1, 1}},
        ConvOptions{64, 64, {3, 3}, {1, 1}, {1, 1}}}) {
    at::manual_seed(4);
    const auto side = options.in_channels == 128 ? 3 : 9;
    const auto x = (at::rand({4, options.in_channels, side, side}) - .3).to(at::kBFloat16);
    Conv narrow(options), exact(options);
    {
      const at::NoGradGuard no_grad;
      for (std::size_t i = 0; i < 2; ++i) {
        // Autocast multiplies with rounded weights.
        exact.parameters()[i].copy_(narrow.parameters()[i]);
        if (i == 0) exact.parameters()[i].copy_(narrow.parameters()[i].to(at::kBFloat16));
      }
    }
    exact.to(at::kDouble);
    const auto y = run(narrow, x), expected = run(exact, x.to(at::kDouble));
    CHECK(y.y.scalar_type() == at::kBFloat16);
    CHECK(y.weight.scalar_type() == at::kFloat);
    CHECK(off(y.y, expected.y) < 4e-3);
    CHECK(off(y.x, expected.x) < 8e-3);  // the adjoint of y is rounded on its way
    CHECK(off(y.weight, expected.weight) < 8e-3);
    CHECK(off(y.bias, expected.bias) < 8e-3);
  }
}

TEST_CASE("a convolution refuses images that are smaller than its kernel, and other channels", "[layer][conv]") {
  CHECK_THROWS_AS(Conv({4, 16, {5}, {1}, {0}}).forward({at::rand({1, 4, 4}), 1}), ShapeError);
  CHECK_THROWS_AS(Conv({4, 16, {5}, {2}, {0}}).forward({at::rand({1, 4, 4}), 1}), ShapeError);
  CHECK_THROWS_AS(Conv({128, 128, {3}, {1}, {0}}).forward({at::rand({1, 128, 2}), 1}), ShapeError);
  CHECK_THROWS_AS(Conv({16, 16, {3}, {1}, {1}}).forward({at::rand({1, 8, 9}), 1}), ShapeError);
}

TEST_CASE("our convolutions have the same bits on any number of threads", "[layer][conv]") {
  const auto channels = GENERATE(16, 64);
  const auto threads = at::get_num_threads();
  const auto x = at::rand({40, channels, 20, 20});
  at::manual_seed(1);
  Conv conv({channels, 2 * channels, {3, 3}, {1, 1}, {1, 1}});
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
