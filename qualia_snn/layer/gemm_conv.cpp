#include "qualia_snn/layer/gemm_conv.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "qualia_snn/layer/conv_geometry.h"

namespace qualia_snn::layer {
namespace {

/// Places of an output up to which so much of the kernels lies on padding that products of matrices win over oneDNN.
constexpr std::int64_t kMostPlaces = 16;
/// Channels from which the products are large enough for BLAS.
constexpr std::int64_t kFewestChannels = 128;

/// A row of outputs and the inputs under one place of the kernel: places of both, side by side.
struct Overlap {
  std::int64_t output, input, kernel, places;
};

/// Calls f(overlap) for every place of the kernel and every row of the output that it has inputs for.
template <class F>
void for_each_overlap(const ConvGeometry& g, const F& f) {
  for (std::int64_t i = 0; i < g.kernel_h; ++i) {
    for (std::int64_t j = 0; j < g.kernel_w; ++j) {
      const auto first = std::max<std::int64_t>(0, g.pad_w - j);
      const auto last = std::min(g.out_w(), g.W + g.pad_w - j);
      for (std::int64_t h = 0; h < g.out_h(); ++h) {
        const auto row = h + i - g.pad_h;
        if (row < 0 || row >= g.H || first >= last) continue;
        f({h * g.out_w() + first, row * g.W + first + j - g.pad_w, i * g.kernel_w + j, last - first});
      }
    }
  }
}

/// Returns a batch as [places, N, C]: then the same place of all images, and neighbouring places, follow each other.
at::Tensor by_place(const at::Tensor& x) {
  const auto places = x.flatten(2).permute({2, 0, 1});
  return at::empty(places.sizes(), at::kFloat).copy_(places);
}

/// Returns [places, N, C] as a batch of the given sizes and type, with channels as the fastest axis.
at::Tensor as_batch(const at::Tensor& values, at::IntArrayRef sizes, at::ScalarType type) {
  auto batch = empty_channels_last(sizes, type);
  batch.movedim(1, batch.dim() - 1).view({sizes[0], -1, sizes[1]}).copy_(values.transpose(0, 1));
  return batch;
}

/// Returns [K, C, kernel...] as [kernel places, C, K].
at::Tensor packed(const at::Tensor& weight) { return weight.flatten(2).permute({2, 1, 0}).contiguous(); }

/// Returns some of [places, N, C] as a matrix.
at::Tensor matrix(const at::Tensor& values, std::int64_t first, std::int64_t places) {
  return values.narrow(0, first, places).flatten(0, 1);
}

}  // namespace

bool gemm_conv_takes(const at::Tensor& x, const ConvOptions& o) {
  const bool is_stored = x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16;
  if (!x.is_cpu() || !is_stored || o.groups != 1 || x.numel() == 0) return false;
  const ConvGeometry g(x.sizes(), o);
  return can_turn(o) && g.out_h() * g.out_w() <= kMostPlaces && std::min(g.C, g.K) >= kFewestChannels;
}

at::Tensor gemm_conv(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                     const ConvOptions& options) {
  const ConvGeometry g(x.sizes(), options);
  const auto inputs = by_place(x), weights = packed(as_stored(weight, x.scalar_type()));
  const auto outputs = at::empty({g.out_h() * g.out_w(), g.N, g.K}, at::kFloat);
  if (bias.defined()) {
    outputs.copy_(bias.detach().expand(outputs.sizes()));
  } else {
    outputs.zero_();
  }
  for_each_overlap(g, [&](const Overlap& o) {
    matrix(outputs, o.output, o.places).addmm_(matrix(inputs, o.input, o.places), weights[o.kernel]);
  });
  return as_batch(outputs, g.output_sizes(x.sizes()), x.scalar_type());
}

at::Tensor gemm_conv_input_adjoint(const at::Tensor& gy, const at::Tensor& weight, const ConvOptions& options) {
  const auto conv = turned(weight, options);
  return gemm_conv(gy, conv.weight, {}, conv.options);
}

at::Tensor gemm_conv_weight_adjoint(const at::Tensor& gy, const at::Tensor& x, const ConvOptions& options) {
  const ConvGeometry g(x.sizes(), options);
  const auto inputs = by_place(x), adjoints = by_place(gy);
  const auto sums = at::zeros({g.kernel_h * g.kernel_w, g.C, g.K}, at::kFloat);
  for_each_overlap(g, [&](const Overlap& o) {
    sums[o.kernel].addmm_(matrix(inputs, o.input, o.places).t(), matrix(adjoints, o.output, o.places));
  });
  auto sizes = std::vector<std::int64_t>{g.K, g.C};
  sizes.insert(sizes.end(), options.kernel_size.begin(), options.kernel_size.end());
  return sums.permute({2, 1, 0}).contiguous().view(sizes);
}

}  // namespace qualia_snn::layer
