#include "qualia_snn/layer/gemm_conv.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "qualia_snn/layer/conv_geometry.h"

namespace qualia_snn::layer {
namespace {

/// Places of an output up to which so much of the kernels lies on padding that products of matrices win over oneDNN.
constexpr std::int64_t kMostPlaces = 16;
/// Channels from which the products are large enough for BLAS.
constexpr std::int64_t kFewestChannels = 128;

/// Calls f(output place, first input place, first kernel place, places) for every row of the kernel at every output
/// place: its places that lie on the image follow each other in the input and in the kernel.
template <class F>
void for_each_row(const ConvGeometry& g, const F& f) {
  for (std::int64_t h = 0; h < g.out_h(); ++h) {
    for (std::int64_t w = 0; w < g.out_w(); ++w) {
      const auto top = h * g.stride_h - g.pad_h, left = w * g.stride_w - g.pad_w;
      const auto first = std::max<std::int64_t>(0, -left), last = std::min(g.kernel_w, g.W - left);
      for (auto i = std::max<std::int64_t>(0, -top); i < std::min(g.kernel_h, g.H - top) && first < last; ++i) {
        f(h * g.out_w() + w, (top + i) * g.W + left + first, i * g.kernel_w + first, last - first);
      }
    }
  }
}

/// Returns a batch with channels last as [N, places * C].
at::Tensor rows_of(const at::Tensor& x) { return x.movedim(1, x.dim() - 1).flatten(1); }

/// Returns [K, C, kernel...] as [kernel places * C, K].
at::Tensor packed(const at::Tensor& weight) { return weight.detach().flatten(2).permute({2, 1, 0}).flatten(0, 1); }

}  // namespace

bool gemm_conv_takes(const at::Tensor& x, const ConvOptions& o) {
  if (!x.is_cpu() || x.scalar_type() != at::kFloat || o.groups != 1 || x.numel() == 0) return false;
  const ConvGeometry g(x.sizes(), o);
  return g.out_h() * g.out_w() <= kMostPlaces && std::min(g.C, g.K) >= kFewestChannels;
}

at::Tensor gemm_conv(const at::Tensor& given, const at::Tensor& weight, const at::Tensor& bias,
                     const ConvOptions& options) {
  const auto x = channels_last(given);
  const ConvGeometry g(x.sizes(), options);
  auto y = empty_channels_last(g.output_sizes(x.sizes()), x.options());
  auto outputs = rows_of(y);
  const auto inputs = rows_of(x), weights = packed(weight);
  if (bias.defined()) {
    outputs.view({g.N, -1, g.K}).copy_(bias.detach().expand({g.N, g.out_h() * g.out_w(), g.K}));
  } else {
    outputs.zero_();
  }
  for_each_row(g, [&](std::int64_t output, std::int64_t input, std::int64_t kernel, std::int64_t places) {
    outputs.narrow(1, output * g.K, g.K)
        .addmm_(inputs.narrow(1, input * g.C, places * g.C), weights.narrow(0, kernel * g.C, places * g.C));
  });
  return y;
}

at::Tensor gemm_conv_input_adjoint(const at::Tensor& gy, const at::Tensor& weight, const ConvOptions& options) {
  const auto conv = turned(weight, options);
  return gemm_conv(gy, conv.weight, {}, conv.options);
}

at::Tensor gemm_conv_weight_adjoint(const at::Tensor& given_gy, const at::Tensor& given_x,
                                    const ConvOptions& options) {
  const auto gy = channels_last(given_gy), x = channels_last(given_x);
  const ConvGeometry g(x.sizes(), options);
  const auto inputs = rows_of(x), adjoints = rows_of(gy);
  const auto sums = at::zeros({g.kernel_h * g.kernel_w * g.C, g.K}, x.options());
  for_each_row(g, [&](std::int64_t output, std::int64_t input, std::int64_t kernel, std::int64_t places) {
    sums.narrow(0, kernel * g.C, places * g.C)
        .addmm_(inputs.narrow(1, input * g.C, places * g.C).t(), adjoints.narrow(1, output * g.K, g.K));
  });
  const auto weight = sums.view({g.kernel_h, g.kernel_w, g.C, g.K}).permute({3, 2, 0, 1}).contiguous();
  return given_x.dim() == 3 ? weight.squeeze(2) : weight;
}

}  // namespace qualia_snn::layer
