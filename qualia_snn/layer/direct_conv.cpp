#include "qualia_snn/layer/direct_conv.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "qualia_snn/layer/conv_geometry.h"
#include "qualia_snn/layer/direct_conv_kernels.h"
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

const DirectConvKernels& kernels() {
#if defined(__x86_64__)
  const auto set = neuron::instruction_set();
  if (set == neuron::InstructionSet::avx512) return direct_conv_kernels<neuron::InstructionSet::avx512>();
  if (set == neuron::InstructionSet::avx2) return direct_conv_kernels<neuron::InstructionSet::avx2>();
#endif
  return direct_conv_kernels<neuron::InstructionSet::baseline>();
}

/// Returns [K, C, kernel...] as [blocks of K, kernel_h, kernel_w, C, K of a block].
at::Tensor packed(const at::Tensor& weight, const ConvGeometry& g, std::int64_t block) {
  return weight.detach()
      .view({g.K / block, block, g.C, g.kernel_h, g.kernel_w})
      .permute({0, 3, 4, 2, 1})
      .contiguous();
}

/// Images with their padding, one at a time.
class PaddedImage {
 public:
  explicit PaddedImage(const ConvGeometry& g) : g_(g) {
    if (pads()) memory_.resize(static_cast<std::size_t>(g.padded_h() * g.padded_w() * g.C));
  }

  const float* of(const float* image) {
    if (!pads()) return image;
    const auto row = g_.W * g_.C;
    for (std::int64_t h = 0; h < g_.H; ++h) {
      float* const to = memory_.data() + ((h + g_.pad_h) * g_.padded_w() + g_.pad_w) * g_.C;
      std::memcpy(to, image + h * row, static_cast<std::size_t>(row) * sizeof(float));
    }
    return memory_.data();
  }

 private:
  bool pads() const { return g_.pad_h > 0 || g_.pad_w > 0; }

  const ConvGeometry& g_;
  std::vector<float> memory_;
};

/// The channels that one call of a kernel works on.
struct ChannelBlocks {
  std::int64_t size;
  void (*run)(const ConvRow& row);
};

ChannelBlocks channel_blocks(std::int64_t channels) {
  const auto& k = kernels();
  return channels % (2 * k.width) == 0 ? ChannelBlocks{2 * k.width, k.two} : ChannelBlocks{k.width, k.one};
}

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

/// y = convolution of x with packed weights, plus what y holds if `adds`.
void convolve(const ConvGeometry& g, const float* x, const float* weight, const ChannelBlocks& blocks, float* y,
              bool adds) {
  const auto grain = std::max<std::int64_t>(1, kGrain / g.multiplications());
  at::parallel_for(0, g.N, grain, [&](std::int64_t begin, std::int64_t end) {
    PaddedImage padded(g);
    for (auto n = begin; n < end; ++n) {
      const float* const image = padded.of(x + n * g.image());
      for (std::int64_t k = 0; k < g.K; k += blocks.size) {
        convolve_image(g, image, weight + k * g.kernel_h * g.row_terms(), blocks, k, y + n * g.out_image(), adds);
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
  row.terms = g.out_w();
  row.y_place = g.K;
  row.places = g.row_terms();
  row.adds = true;
  // As many rows of gy as the cache holds.
  const auto lines = std::clamp<std::int64_t>(kCachedFloats / (g.out_w() * blocks.size), 1, g.out_h());
  for (std::int64_t first = 0; first < g.out_h(); first += lines) {
    row.lines = std::min(lines, g.out_h() - first);
    for (std::int64_t k = 0; k < g.K; k += blocks.size) {
      row.w = gy + first * row.w_line + k;
      for (std::int64_t h = 0; h < g.kernel_h; ++h) {
        row.x = image + (first * g.stride_h + h) * line;
        row.y = adjoint + h * g.row_terms() * g.K + k;
        blocks.run(row);
      }
    }
  }
}

}  // namespace

bool direct_conv_takes(const at::Tensor& x, const ConvOptions& o) {
  const auto width = kernels().width;
  return x.is_cpu() && x.scalar_type() == at::kFloat && o.groups == 1 && x.numel() > 0 &&
         o.out_channels % width == 0 && o.in_channels <= kMostChannels && o.out_channels <= kMostChannels;
}

at::Tensor direct_conv(const at::Tensor& given, const at::Tensor& weight, const at::Tensor& bias,
                       const ConvOptions& options) {
  const auto x = channels_last(given);
  const ConvGeometry g(x.sizes(), options);
  const auto blocks = channel_blocks(g.K);
  const auto weights = packed(weight, g, blocks.size);
  auto y = empty_channels_last(g.output_sizes(x.sizes()), x.options());
  if (bias.defined()) {
    auto sizes = std::vector<std::int64_t>(x.sizes().size(), 1);
    sizes[1] = g.K;
    y.copy_(bias.detach().view(sizes).expand(y.sizes()));
  }
  convolve(g, x.const_data_ptr<float>(), weights.const_data_ptr<float>(), blocks, y.mutable_data_ptr<float>(),
           bias.defined());
  return y;
}

bool direct_conv_takes_backward(const ConvOptions& o) {
  return o.in_channels % kernels().width == 0 && can_turn(o);
}

at::Tensor direct_conv_input_adjoint(const at::Tensor& given, const at::Tensor& given_weight, at::IntArrayRef input_sizes,
                                     const ConvOptions& o) {
  const auto gy = channels_last(given);
  const auto [options, weight] = turned(given_weight, o);
  const ConvGeometry g(gy.sizes(), options);
  const auto blocks = channel_blocks(g.K);
  const auto weights = packed(weight.contiguous(), g, blocks.size);
  auto gx = empty_channels_last(input_sizes, gy.options());
  convolve(g, gy.const_data_ptr<float>(), weights.const_data_ptr<float>(), blocks, gx.mutable_data_ptr<float>(), false);
  return gx;
}

at::Tensor direct_conv_weight_adjoint(const at::Tensor& given_gy, const at::Tensor& given_x,
                                      const ConvOptions& options) {
  const auto gy = channels_last(given_gy), x = channels_last(given_x);
  const ConvGeometry g(x.sizes(), options);
  const auto blocks = channel_blocks(g.K);
  const auto parts = std::min(g.N, kMostParts);
  const auto partial = at::zeros({parts, g.kernel_h, g.kernel_w, g.C, g.K}, x.options());
  const auto size = partial.numel() / parts;
  const float *const images = x.const_data_ptr<float>(), *const adjoints = gy.const_data_ptr<float>();
  float* const sums = partial.mutable_data_ptr<float>();
  const auto grain = std::max<std::int64_t>(1, kGrain * parts / (g.multiplications() * g.N));
  at::parallel_for(0, parts, grain, [&](std::int64_t begin, std::int64_t end) {
    PaddedImage padded(g);
    for (auto part = begin; part < end; ++part) {
      for (auto n = part * g.N / parts; n < (part + 1) * g.N / parts; ++n) {
        add_weight_adjoint(g, padded.of(images + n * g.image()), adjoints + n * g.out_image(), blocks,
                           sums + part * size);
      }
    }
  });
  const auto weight = partial.sum(0).permute({3, 2, 0, 1}).contiguous();
  return given_x.dim() == 3 ? weight.squeeze(2) : weight;
}

}  // namespace qualia_snn::layer
