#include "qualia_snn/layer/direct_conv.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "qualia_snn/layer/conv_geometry.h"
#include "qualia_snn/layer/direct_conv_kernels.h"
#include "qualia_snn/layer/padded_images.h"
#include "qualia_snn/neuron/instruction_set.h"

// Without OpenMP's flag at::parallel_for is a plain loop.
#ifndef _OPENMP
#error "direct_conv.cpp wants to be compiled with OpenMP"
#endif

namespace qualia_snn::layer {
namespace {

/// Multiplications that a thread should have to do.
constexpr std::int64_t kGrain = 200'000;
/// Parts of a batch whose adjoints of the weight are added up in order: a fixed number, whatever the threads.
constexpr std::int64_t kMostParts = 16;
/// Numbers of one operand that stay in the first-level cache while the other passes by; places that pass by at once.
constexpr std::int64_t kCachedFloats = 6144, kPlaces = 256;
/// Channels beyond which oneDNN's kernels, which keep the weights in cache, are the faster ones.
constexpr std::int64_t kMostChannels = 64;

/// Returns [K, C, kernel...] as [blocks of K, kernel_h, kernel_w, C, K of a block].
at::Tensor packed(const at::Tensor& weight, const ConvGeometry& g, std::int64_t block) {
  return weight.reshape({g.K / block, block, g.C, g.kernel_h, g.kernel_w}).permute({0, 3, 4, 2, 1}).contiguous();
}

PaddedImages inputs_of(const at::Tensor& x, const ConvGeometry& g) { return {x, {g.pad_h, g.pad_w, g.pad_h, g.pad_w}}; }

/// Convolves one padded image with the weights of some channels, from k on: y, plus what it holds if `adds`.
void convolve_image(const ConvGeometry& g, const float* image, const float* weight, const ChannelBlocks& blocks,
                    std::int64_t k, float* y, bool adds) {
  const auto line = g.padded_w() * g.C;
  ConvRow row{};
  row.x_line = line;
  row.x_place = g.stride_w * g.C;
  row.x_term = 1;
  row.w_line = g.row_terms() * blocks.size;
  row.w_term = blocks.size;
  row.terms = g.row_terms();
  row.y_place = g.K;
  row.places = g.out_w();
  // As many rows of the kernel as the cache holds beside the input, over some rows of the image.
  row.lines = std::clamp<std::int64_t>(kCachedFloats / row.w_line, 1, g.kernel_h);
  const auto rows = row.lines == g.kernel_h ? g.out_h() : std::max<std::int64_t>(1, kPlaces / g.out_w());
  for (std::int64_t first = 0; first < g.out_h(); first += rows) {
    for (std::int64_t i = 0; i < g.kernel_h; i += row.lines) {
      auto part = row;
      part.lines = std::min(row.lines, g.kernel_h - i);
      part.w = weight + i * row.w_line;
      part.adds = adds || i > 0;
      for (auto h = first; h < std::min(first + rows, g.out_h()); ++h) {
        part.x = image + (h * g.stride_h + i) * line;
        part.y = y + h * g.out_w() * g.K + k;
        blocks.run(part);
      }
    }
  }
}

/// y = convolution of x with packed weights, plus bias if there is one.
void convolve(const ConvGeometry& g, const at::Tensor& x, const at::Tensor& weights, const ChannelBlocks& blocks,
              const at::Tensor& bias, const at::Tensor& y) {
  const float* const weight = weights.const_data_ptr<float>();
  const float* const biases = bias.defined() ? bias.const_data_ptr<float>() : nullptr;
  const bool converts = y.scalar_type() == at::kBFloat16;
  const auto grain = std::max<std::int64_t>(1, kGrain / g.multiplications());
  at::parallel_for(0, g.N, grain, [&](std::int64_t begin, std::int64_t end) {
    auto images = inputs_of(x, g);
    std::vector<float> converted(static_cast<std::size_t>(converts ? g.out_image() : 0));
    for (auto n = begin; n < end; ++n) {
      const float* const image = images[n];
      float* const out = converts ? converted.data() : y.mutable_data_ptr<float>() + n * g.out_image();
      for (std::int64_t i = 0; biases && i < g.out_image(); i += g.K) std::copy_n(biases, g.K, out + i);
      for (std::int64_t k = 0; k < g.K; k += blocks.size) {
        convolve_image(g, image, weight + k * g.kernel_h * g.row_terms(), blocks, k, out, biases != nullptr);
      }
      if (converts) {
        auto* const to = reinterpret_cast<std::uint16_t*>(y.mutable_data_ptr<at::BFloat16>()) + n * g.out_image();
        neuron::common_kernels(neuron::instruction_set()).to_bfloat16(g.out_image(), out, to);
      }
    }
  });
}

/// Adds one image's share to the adjoint of the weight, [kernel_h, kernel_w, C, K].
void add_weight_adjoint(const ConvGeometry& g, const float* image, const float* gy, const ChannelBlocks& blocks,
                        float* adjoint) {
  const auto line = g.padded_w() * g.C;
  ConvRow row{};
  row.x_line = g.stride_h * line;
  row.x_place = 1;
  row.x_term = g.stride_w * g.C;
  row.w_line = g.out_w() * g.K;
  row.w_term = g.K;
  row.y_place = g.K;
  row.places = g.row_terms();
  row.adds = true;
  // As many rows of gy as the cache holds, or as much of one.
  const auto terms = std::clamp<std::int64_t>(kCachedFloats / blocks.size, 1, g.out_w());
  const auto lines = std::clamp<std::int64_t>(kCachedFloats / (terms * blocks.size), 1, g.out_h());
  const auto add = [&](std::int64_t first_line, std::int64_t first_term, std::int64_t k) {
    row.lines = std::min(lines, g.out_h() - first_line);
    row.terms = std::min(terms, g.out_w() - first_term);
    row.w = gy + first_line * row.w_line + first_term * g.K + k;
    for (std::int64_t h = 0; h < g.kernel_h; ++h) {
      row.x = image + (first_line * g.stride_h + h) * line + first_term * row.x_term;
      row.y = adjoint + h * g.row_terms() * g.K + k;
      blocks.run(row);
    }
  };
  for (std::int64_t first_line = 0; first_line < g.out_h(); first_line += lines) {
    for (std::int64_t first_term = 0; first_term < g.out_w(); first_term += terms) {
      for (std::int64_t k = 0; k < g.K; k += blocks.size) add(first_line, first_term, k);
    }
  }
}

}  // namespace

const DirectConvKernels& direct_conv_kernels() {
  return neuron::with_instruction_set(
      neuron::instruction_set(), [](auto set) -> const auto& { return direct_conv_kernels<set>(); });
}

ChannelBlocks channel_blocks(std::int64_t channels) {
  const auto& k = direct_conv_kernels();
  return channels % (2 * k.width) == 0 ? ChannelBlocks{2 * k.width, k.two} : ChannelBlocks{k.width, k.one};
}

bool direct_conv_takes(const at::Tensor& x, const ConvOptions& o) {
  const bool is_stored = x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16;
  return x.is_cpu() && is_stored && o.groups == 1 && x.numel() > 0 &&
         o.out_channels % direct_conv_kernels().width == 0 && o.in_channels <= kMostChannels &&
         o.out_channels <= kMostChannels;
}

at::Tensor direct_conv(const at::Tensor& given, const at::Tensor& weight, const at::Tensor& bias,
                       const ConvOptions& options) {
  const auto x = channels_last(given);
  const ConvGeometry g(x.sizes(), options);
  const auto blocks = channel_blocks(g.K);
  const auto weights = packed(as_stored(weight, x.scalar_type()), g, blocks.size);
  const auto y = empty_channels_last(g.output_sizes(x.sizes()), x.options());
  convolve(g, x, weights, blocks, bias.defined() ? bias.detach().to(at::kFloat).contiguous() : bias, y);
  return y;
}

bool direct_conv_takes_backward(const ConvOptions& o) {
  return o.in_channels % direct_conv_kernels().width == 0 && can_turn(o);
}

at::Tensor direct_conv_input_adjoint(const at::Tensor& given, const at::Tensor& given_weight, at::IntArrayRef sizes,
                                     const ConvOptions& o) {
  const auto gy = channels_last(given);
  const auto [options, weight] = turned(given_weight, o);
  const ConvGeometry g(gy.sizes(), options);
  const auto blocks = channel_blocks(g.K);
  const auto weights = packed(as_stored(weight, gy.scalar_type()), g, blocks.size);
  const auto gx = empty_channels_last(sizes, gy.options());
  convolve(g, gy, weights, blocks, {}, gx);
  return gx;
}

at::Tensor direct_conv_weight_adjoint(const at::Tensor& given_gy, const at::Tensor& given_x,
                                      const ConvOptions& options) {
  const auto gy = channels_last(given_gy), x = channels_last(given_x);
  const ConvGeometry g(x.sizes(), options);
  const auto blocks = channel_blocks(g.K);
  const auto parts = std::min(g.N, kMostParts);
  const auto partial = at::zeros({parts, g.kernel_h, g.kernel_w, g.C, g.K}, at::kFloat);
  const auto size = partial.numel() / parts;
  float* const sums = partial.mutable_data_ptr<float>();
  const auto grain = std::max<std::int64_t>(1, kGrain * parts / (g.multiplications() * g.N));
  at::parallel_for(0, parts, grain, [&](std::int64_t begin, std::int64_t end) {
    auto images = inputs_of(x, g), adjoints = PaddedImages(gy, {});
    for (auto part = begin; part < end; ++part) {
      for (auto n = part * g.N / parts; n < (part + 1) * g.N / parts; ++n) {
        add_weight_adjoint(g, images[n], adjoints[n], blocks, sums + part * size);
      }
    }
  });
  const auto weight = partial.sum(0).permute({3, 2, 0, 1}).contiguous();
  return given_x.dim() == 3 ? weight.squeeze(2) : weight;
}

}  // namespace qualia_snn::layer
