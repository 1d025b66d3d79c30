#pragma once

#include <ATen/core/Tensor.h>

#include <array>

namespace qualia_snn::dataaugmentation {

/// Maps a pixel of the result to the pixel it is read from, both from the centre of the image:
/// (m[0] x + m[1] y + m[2], m[3] x + m[4] y + m[5]).
using AffineMatrix = std::array<double, 6>;

/// Returns where each pixel of a moved image is read, [1, H, W, (x, y)], from -1 to 1 across the image, in the type of
/// the images [M, C, H, W]: torchvision's bits, which decide the nearest pixel.
at::Tensor affine_grid(const at::Tensor& images, const AffineMatrix& matrix);

/// Returns the pixels of images [M, C, H, W] at a grid; outside there are zeros.
at::Tensor read_at(const at::Tensor& images, const at::Tensor& grid, bool bilinear);

}  // namespace qualia_snn::dataaugmentation
