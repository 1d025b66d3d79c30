#include "qualia_snn/io/png.h"

#include <ATen/ATen.h>
#include <png.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::io {
namespace {

constexpr std::int64_t kMostPixels = 32767;  ///< of a side: libpng counts bytes of a row in 32 bits

}  // namespace

bool writes_png() { return true; }

std::string encode_png(const at::Tensor& image) {
  const auto channels = image.dim() == 3 ? image.size(2) : 1;
  QUALIA_SNN_CHECK((image.dim() == 2 || image.dim() == 3) && image.scalar_type() == at::kByte, ShapeError, "image ",
                   image.sizes(), " ", image.scalar_type(), ": expected [H, W], [H, W, 1] or [H, W, 3] uint8");
  const auto pixels = image.cpu().contiguous();
  return encode_png({pixels.const_data_ptr<std::uint8_t>(), static_cast<std::size_t>(pixels.numel())}, image.size(0),
                    image.size(1), channels);
}

std::string encode_png(std::span<const std::uint8_t> pixels, std::int64_t height, std::int64_t width,
                       std::int64_t channels) {
  QUALIA_SNN_CHECK(channels == 1 || channels == 3, ShapeError, "an image of ", channels,
                   " channels; expected 1 (grey) or 3 (red, green, blue)");
  QUALIA_SNN_CHECK(height > 0 && width > 0 && height <= kMostPixels && width <= kMostPixels, ShapeError, "an image of ",
                   height, " x ", width, " pixels; expected 1 to ", kMostPixels, " on each side");
  QUALIA_SNN_CHECK(pixels.size() == static_cast<std::size_t>(height * width * channels), ShapeError, "an image of ",
                   height, " x ", width, " x ", channels, " in ", pixels.size(), " bytes");
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string contents(size, '\0');
  const bool written = png_image_write_to_memory(&image, contents.data(), &size, /*convert_to_8_bit=*/0, pixels.data(),
                                                 /*row_stride=*/0, /*colormap=*/nullptr) != 0;
  QUALIA_SNN_CHECK(written, DataError, "an image of ", height, " x ", width,
                   " pixels cannot be written as PNG: ", image.message);
  contents.resize(size);
  return contents;
}

}  // namespace qualia_snn::io
