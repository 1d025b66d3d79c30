#include "qualia_snn/layer/winograd_conv.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "qualia_snn/layer/conv_geometry.h"
#include "qualia_snn/layer/direct_conv_kernels.h"
#include "qualia_snn/layer/padded_images.h"
#include "qualia_snn/layer/winograd_kernels.h"
#include "qualia_snn/neuron/instruction_set.h"

// Without OpenMP's flag at::parallel_for is a plain loop.
#ifndef _OPENMP
#error "winograd_conv.cpp wants to be compiled with OpenMP"
#endif

namespace qualia_snn::layer {
namespace {

/// Points of a transform; places of a kernel.
constexpr std::int64_t kPoints = 16, kKernelPlaces = 9;
/// Channels from which the products outweigh the transforms.
constexpr std::int64_t kFewestChannels = 64;
/// Tiles that one thread transforms before it multiplies, and that all do for the adjoint of the weight.
constexpr std::int64_t kBlockTiles = 56, kAdjointTiles = 256;
/// Tiles in a row of the widest images: a block is a whole row at least, and lies in memory for every thread.
constexpr std::int64_t kMostAcross = 256;
/// Floats between the channels of two tiles: their lines would share a few sets of the cache.
constexpr std::int64_t kGap = 16;

const WinogradKernels& kernels() {
  return neuron::with_instruction_set(
      neuron::instruction_set(), [](auto set) -> const auto& { return winograd_kernels<set>(); });
}

/// Tiles of 2 x 2 outputs over a batch, in rows: all of an image, then those of the next one.
struct Tiles {
  explicit Tiles(const ConvGeometry& geometry)
      : g(geometry), down((g.out_h() + 1) / 2), across((g.out_w() + 1) / 2), rows(g.N * down) {}

  /// Inputs with their padding: as many as whole tiles read.
  PaddedImages inputs(const at::Tensor& x) const {
    return {x, {g.pad_h, g.pad_w, 2 * down + 2 - g.H - g.pad_h, 2 * across + 2 - g.W - g.pad_w}};
  }
  /// Adjoints of outputs.
  PaddedImages outputs(const at::Tensor& gy) const {
    return {gy, {0, 0, 2 * down - g.out_h(), 2 * across - g.out_w()}};
  }

  const ConvGeometry& g;
  std::int64_t down, across, rows;
};

/// Memory for the transforms of some tiles.
struct Transformed {
  Transformed(std::int64_t tiles, std::int64_t channels)
      : point(tiles * (channels + kGap)),
        values(std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(kPoints * point))) {}

  std::int64_t point;  ///< numbers from point to point
  std::unique_ptr<float[]> values;
};

/// Where the numbers of a weight [K, C, 3, 3] lie.
///
/// @param flipped  kernels turned round, K and C exchanged: the weight of the adjoint of the input
struct Kernels {
  Kernels(const at::Tensor& weight, bool flipped)
      : K(weight.stride(flipped ? 1 : 0)), C(weight.stride(flipped ? 0 : 1)) {
    for (std::int64_t i = 0; i < kKernelPlaces; ++i) {
      const auto place = flipped ? kKernelPlaces - 1 - i : i;
      places[i] = place / 3 * weight.stride(2) + place % 3 * weight.stride(3);
    }
  }
  std::int64_t K, C, places[kKernelPlaces];  ///< strides of channels, places of one kernel
};

/// Returns the kernels of [K, C, 3, 3] as points [16, blocks of K, C, K of a block].
at::Tensor transformed(const at::Tensor& weight, const ConvGeometry& g, std::int64_t block, bool flipped) {
  const Kernels from(weight, flipped);
  const auto points = at::empty({kPoints, g.K / block, g.C, block}, at::kFloat);
  const float* const weights = weight.const_data_ptr<float>();
  float* const to = points.mutable_data_ptr<float>();
  at::parallel_for(0, g.K / block * g.C, 64, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> kernel(static_cast<std::size_t>(kKernelPlaces * block));
    const WinogradTile whole{block, kernel.data(), nullptr, 3 * block, block, g.K * g.C};
    for (auto i = begin; i < end; ++i) {
      const float* const first = weights + i / g.C * block * from.K + i % g.C * from.C;
      for (std::int64_t p = 0; p < kKernelPlaces; ++p) {
        for (std::int64_t k = 0; k < block; ++k) {
          kernel[static_cast<std::size_t>(p * block + k)] = first[k * from.K + from.places[p]];
        }
      }
      auto tile = whole;
      tile.to = to + i * block;
      kernels().weight(tile);
    }
  });
  return points;
}

/// Returns points [16, blocks of K, C, K of a block] as adjoints of kernels, [K, C, 3, 3].
at::Tensor weight_adjoint(const at::Tensor& points, const ConvGeometry& g, std::int64_t block) {
  const auto weight = at::empty({g.K, g.C, 3, 3}, at::kFloat);
  const float* const from = points.const_data_ptr<float>();
  float* const weights = weight.mutable_data_ptr<float>();
  at::parallel_for(0, g.K / block * g.C, 64, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> kernel(static_cast<std::size_t>(kKernelPlaces * block));
    const WinogradTile whole{block, nullptr, kernel.data(), 3 * block, block, g.K * g.C};
    for (auto i = begin; i < end; ++i) {
      auto tile = whole;
      tile.from = from + i * block;
      kernels().weight_adjoint(tile);
      float* const first = weights + (i / g.C * block * g.C + i % g.C) * kKernelPlaces;
      for (std::int64_t k = 0; k < block; ++k) {
        for (std::int64_t p = 0; p < kKernelPlaces; ++p) {
          first[k * g.C * kKernelPlaces + p] = kernel[static_cast<std::size_t>(p * block + k)];
        }
      }
    }
  });
  return weight;
}

/// Transforms a row of tiles of inputs to v, tile after tile.
void transform_inputs(const Tiles& tiles, std::int64_t row, PaddedImages& images, float* v, std::int64_t point) {
  const auto& g = tiles.g;
  const float* const line = images[row / tiles.down] + row % tiles.down * 2 * images.line();
  for (std::int64_t t = 0; t < tiles.across; ++t) {
    kernels().input({g.C, line + 2 * t * g.C, v + t * (g.C + kGap), images.line(), g.C, point});
  }
}

/// Transforms a row of tiles of gy to m: blocks of channels, each with all `count` tiles, this row from `first` on.
void transform_adjoints(const Tiles& tiles, std::int64_t row, PaddedImages& images, const ChannelBlocks& blocks,
                        std::int64_t first, std::int64_t count, float* m, std::int64_t point) {
  const auto& g = tiles.g;
  const float* const line = images[row / tiles.down] + row % tiles.down * 2 * images.line();
  for (std::int64_t k = 0; k < g.K; k += blocks.size) {
    for (std::int64_t t = 0; t < tiles.across; ++t) {
      kernels().output_adjoint(
          {blocks.size, line + 2 * t * g.K + k, m + k * count + (first + t) * blocks.size, images.line(), g.K, point});
    }
  }
}

/// Transforms m to a row of tiles of outputs, whose first place is y.
void transform_outputs(const Tiles& tiles, std::int64_t row, const float* m, std::int64_t point, const float* bias,
                       float* y) {
  const auto& g = tiles.g;
  const auto line = g.out_w() * g.K;
  const auto lines = static_cast<int>(std::min<std::int64_t>(2, g.out_h() - row % tiles.down * 2));
  for (std::int64_t t = 0; t < tiles.across; ++t) {
    const auto places = static_cast<int>(std::min<std::int64_t>(2, g.out_w() - 2 * t));
    kernels().output({{g.K, m + t * (g.K + kGap), y + 2 * t * g.K, line, g.K, point}, lines, places, bias});
  }
}

/// Convolves with transformed kernels, [16, blocks of K, C, K of a block].
at::Tensor convolve(const ConvGeometry& g, const at::Tensor& x, const at::Tensor& weights, const float* bias) {
  const auto y = empty_channels_last(g.output_sizes(x.sizes()), x.options());
  const Tiles tiles(g);
  const auto blocks = channel_blocks(g.K);
  const bool converts = y.scalar_type() == at::kBFloat16;
  const auto rows = std::max<std::int64_t>(1, kBlockTiles / tiles.across);
  const auto count = rows * tiles.across;
  const float* const points = weights.const_data_ptr<float>();

  const auto store = [&](const Transformed& m, std::int64_t first, std::int64_t row, float* converted) {
    const auto h = row % tiles.down * 2;
    const auto place = (row / tiles.down * g.out_h() + h) * g.out_w() * g.K;
    float* const out = converted ? converted : y.mutable_data_ptr<float>() + place;
    transform_outputs(tiles, row, m.values.get() + first * (g.K + kGap), m.point, bias, out);
    if (!converted) return;
    const auto numbers = std::min<std::int64_t>(2, g.out_h() - h) * g.out_w() * g.K;
    neuron::common_kernels(neuron::instruction_set())
        .to_bfloat16(numbers, out, reinterpret_cast<std::uint16_t*>(y.mutable_data_ptr<at::BFloat16>()) + place);
  };

  at::parallel_for(0, (tiles.rows + rows - 1) / rows, 1, [&](std::int64_t begin, std::int64_t end) {
    auto images = tiles.inputs(x);
    const Transformed v(count, g.C), m(count, g.K);
    std::vector<float> converted(static_cast<std::size_t>(converts ? 2 * g.out_w() * g.K : 0));
    for (auto row = begin * rows; row < std::min(end * rows, tiles.rows); row += rows) {
      const auto last = std::min(row + rows, tiles.rows);
      for (auto r = row; r < last; ++r) {
        const auto first = (r - row) * tiles.across;
        transform_inputs(tiles, r, images, v.values.get() + first * (g.C + kGap), v.point);
      }
      ConvRow product{};
      product.x_place = g.C + kGap;
      product.x_term = 1;
      product.w_term = blocks.size;
      product.lines = 1;
      product.terms = g.C;
      product.y_place = g.K + kGap;
      product.places = (last - row) * tiles.across;
      for (std::int64_t p = 0; p < kPoints; ++p) {
        product.x = v.values.get() + p * v.point;
        for (std::int64_t k = 0; k < g.K; k += blocks.size) {
          product.w = points + (p * g.K + k) * g.C;
          product.y = m.values.get() + p * m.point + k;
          blocks.run(product);
        }
      }
      for (auto r = row; r < last; ++r) {
        store(m, (r - row) * tiles.across, r, converts ? converted.data() : nullptr);
      }
    }
  });
  return y;
}

}  // namespace

bool winograd_conv_takes(const at::Tensor& x, const ConvOptions& o) {
  const bool is_stored = x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16;
  const bool is_square = o.kernel_size == std::vector<std::int64_t>{3, 3};
  if (!x.is_cpu() || !is_stored || o.groups != 1 || x.numel() == 0 || !is_square || !can_turn(o)) return false;
  const auto width = direct_conv_kernels().width;
  if (o.in_channels % width != 0 || o.out_channels % width != 0) return false;
  const ConvGeometry g(x.sizes(), o);
  const Tiles tiles(g);
  // What the other ways multiply at least, which leave the padding of small images out.
  const auto terms = [](std::int64_t out, std::int64_t pad) { return 3 * out - pad * (pad + 1); };
  const auto saved =
      terms(g.out_h(), g.pad_h) * terms(g.out_w(), g.pad_w) * 4 >= 5 * kPoints * tiles.down * tiles.across;
  return saved && std::min(g.C, g.K) >= kFewestChannels && tiles.across <= kMostAcross;
}

at::Tensor winograd_conv(const at::Tensor& given, const at::Tensor& weight, const at::Tensor& given_bias,
                         const ConvOptions& options) {
  const auto x = channels_last(given);
  const ConvGeometry g(x.sizes(), options);
  const auto bias = given_bias.defined() ? given_bias.detach().to(at::kFloat).contiguous() : given_bias;
  const auto weights = transformed(as_stored(weight, x.scalar_type()), g, channel_blocks(g.K).size, /*flipped=*/false);
  return convolve(g, x, weights, bias.defined() ? bias.const_data_ptr<float>() : nullptr);
}

at::Tensor winograd_conv_input_adjoint(const at::Tensor& given, const at::Tensor& weight, const ConvOptions& o) {
  const auto gy = channels_last(given);
  const auto options = turned(o);
  const ConvGeometry g(gy.sizes(), options);
  const auto weights = transformed(as_stored(weight, gy.scalar_type()), g, channel_blocks(g.K).size, /*flipped=*/true);
  return convolve(g, gy, weights, nullptr);
}

at::Tensor winograd_conv_weight_adjoint(const at::Tensor& given_gy, const at::Tensor& given_x,
                                        const ConvOptions& options) {
  const auto gy = channels_last(given_gy), x = channels_last(given_x);
  const ConvGeometry g(x.sizes(), options);
  const Tiles tiles(g);
  const auto blocks = channel_blocks(g.K);
  const auto sums = at::empty({kPoints, g.K / blocks.size, g.C, blocks.size}, at::kFloat);
  const auto rows = std::max<std::int64_t>(1, kAdjointTiles / tiles.across);
  const auto most = rows * tiles.across;
  const Transformed v(most, g.C), m(most, g.K);
  for (std::int64_t row = 0; row < tiles.rows; row += rows) {
    const auto last = std::min(row + rows, tiles.rows);
    const auto count = (last - row) * tiles.across;
    at::parallel_for(row, last, 1, [&](std::int64_t begin, std::int64_t end) {
      auto images = tiles.inputs(x), adjoints = tiles.outputs(gy);
      for (auto r = begin; r < end; ++r) {
        const auto first = (r - row) * tiles.across;
        transform_inputs(tiles, r, images, v.values.get() + first * (g.C + kGap), v.point);
        transform_adjoints(tiles, r, adjoints, blocks, first, count, m.values.get(), m.point);
      }
    });
    at::parallel_for(0, kPoints * g.K / blocks.size, 1, [&](std::int64_t begin, std::int64_t end) {
      ConvRow product{};
      product.x_place = 1;
      product.x_term = g.C + kGap;
      product.w_term = blocks.size;
      product.lines = 1;
      product.terms = count;
      product.y_place = blocks.size;
      product.places = g.C;
      product.adds = row > 0;
      for (auto i = begin; i < end; ++i) {
        const auto p = i * blocks.size / g.K, k = i * blocks.size % g.K;
        product.x = v.values.get() + p * v.point;
        product.w = m.values.get() + p * m.point + k * count;
        product.y = sums.mutable_data_ptr<float>() + i * g.C * blocks.size;
        blocks.run(product);
      }
    });
  }
  return weight_adjoint(sums, g, blocks.size);
}

}  // namespace qualia_snn::layer
