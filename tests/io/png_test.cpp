#include "qualia_snn/io/png.h"

#include <array>

#include "qualia_snn/core/error.h"
#include "tests/support/testing.h"

using namespace qualia_snn;

namespace {

/// Returns whether this build has libpng.
bool is_available() {
  try {
    io::encode_png(at::zeros({1, 1}, at::kByte));
    return true;
  } catch (const DataError& error) {
    CHECK_THAT(error.what(), contains("install libpng-dev"));
    WARN("skipped: this build has no libpng");
    return false;
  }
}

/// What the header of a PNG file says. Source: PNG specification, third edition, sections 5.2 and 11.2.1.
std::string header(unsigned char width, unsigned char height, unsigned char colour_type) {
  std::string text = "\x89PNG\r\n\x1A\n";
  text += std::string("\0\0\0\x0DIHDR", 8);
  for (const auto side : {width, height}) text += std::string(3, '\0') + static_cast<char>(side);
  return text + '\x08' + static_cast<char>(colour_type) + std::string(3, '\0');
}

}  // namespace

// Pixels are read back by check_tensorboard.py.
TEST_CASE("images become PNG, grey and in colours, of any size", "[io][png]") {
  if (!is_available()) return;
  const auto end = std::string("\0\0\0\0IEND\xAE\x42\x60\x82", 12);
  for (const auto height : {1, 2, 7}) {
    for (const auto width : {1, 3, 13}) {
      const auto h = static_cast<unsigned char>(height), w = static_cast<unsigned char>(width);
      const auto grey = io::encode_png(at::full({height, width}, 9, at::kByte));
      CHECK(grey.starts_with(header(w, h, 0)));
      CHECK(grey.ends_with(end));
      CHECK(grey == io::encode_png(at::full({height, width, 1}, 9, at::kByte)));
      const auto colours = io::encode_png(at::full({height, width, 3}, 9, at::kByte));
      CHECK(colours.starts_with(header(w, h, 2)));
      CHECK(colours.ends_with(end));
    }
  }
}

TEST_CASE("an image need not be contiguous, and may be bytes", "[io][png]") {
  if (!is_available()) return;
  const auto image = at::arange(12, at::kByte).view({3, 4});
  CHECK(io::encode_png(image.t()) == io::encode_png(image.t().contiguous()));
  const std::array<std::uint8_t, 6> pixels = {0, 1, 2, 3, 4, 5};
  CHECK(io::encode_png(pixels, 2, 3, 1) == io::encode_png(at::arange(6, at::kByte).view({2, 3})));
}

TEST_CASE("what is no image is refused", "[io][png]") {
  if (!is_available()) return;
  CHECK_THROWS_WITH(io::encode_png(at::zeros({2, 3})),
                    contains("image [2, 3] Float: expected [H, W], [H, W, 1] or [H, W, 3] uint8"));
  CHECK_THROWS_AS(io::encode_png(at::zeros({6}, at::kByte)), ShapeError);
  CHECK_THROWS_AS(io::encode_png(at::zeros({1, 2, 3, 3}, at::kByte)), ShapeError);
  CHECK_THROWS_WITH(io::encode_png(at::zeros({3, 4, 2}, at::kByte)), contains("2 channels; expected 1 (grey) or 3"));
  CHECK_THROWS_WITH(io::encode_png(at::zeros({0, 4}, at::kByte)), contains("an image of 0 x 4 pixels"));
  CHECK_THROWS_AS(io::encode_png(at::zeros({1, 40000}, at::kByte)), ShapeError);
  const std::array<std::uint8_t, 6> pixels = {};
  CHECK_THROWS_WITH(io::encode_png(pixels, 2, 2, 1), contains("2 x 2 x 1 in 6 bytes"));
}
