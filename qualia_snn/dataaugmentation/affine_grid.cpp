#include "qualia_snn/dataaugmentation/affine_grid.h"

#include <ATen/ATen.h>

namespace qualia_snn::dataaugmentation {

at::Tensor affine_grid(const at::Tensor& images, const AffineMatrix& matrix) {
  const auto H = images.size(2), W = images.size(3);
  const auto height = static_cast<double>(H), width = static_cast<double>(W);
  const auto like = images.options();
  const auto x = at::linspace(0.5 - 0.5 * width, 0.5 * width - 0.5, W, like);
  const auto y = at::linspace(0.5 - 0.5 * height, 0.5 * height - 0.5, H, like).unsqueeze(1);
  // A product of three columns also where nothing is shifted, for the bits.
  const auto pixels = at::stack({x.expand({H, W}), y.expand({H, W}), at::ones({H, W}, like)}, -1);
  const auto moves = at::tensor(matrix).to(like).view({1, 2, 3}).transpose(1, 2);
  const auto half_size = at::tensor({0.5 * width, 0.5 * height}).to(like);
  return pixels.view({1, H * W, 3}).bmm(moves / half_size).view({1, H, W, 2});
}

at::Tensor read_at(const at::Tensor& images, const at::Tensor& grid, bool bilinear) {
  return at::grid_sampler(images, grid.expand({images.size(0), -1, -1, -1}), bilinear ? 0 : 1, /*padding: zeros*/ 0,
                          /*align_corners=*/false);
}

}  // namespace qualia_snn::dataaugmentation
