#include "qualia_snn/io/tiff.h"

#include <ATen/ATen.h>
#include <tiffio.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "qualia_snn/core/error.h"

namespace qualia_snn::io {
namespace {

/// Bytes of pixels for a byte of the file that no compression of TIFF exceeds (deflate: 1032).
constexpr std::uint64_t kLargestRatio = 2048;

struct Closer {
  void operator()(TIFF* file) const { TIFFClose(file); }
};

template <class T>
T field(TIFF* file, std::uint32_t tag) {
  T value{};
  TIFFGetFieldDefaulted(file, tag, &value);
  return value;
}

}  // namespace

at::Tensor read_tiff(const std::string& path) {
  std::error_code error;
  const auto file_size = std::filesystem::file_size(path, error);
  QUALIA_SNN_CHECK(!error, DataError, path, ": cannot be read: ", error.message());
  // Or they are printed.
  TIFFSetErrorHandler(nullptr);
  TIFFSetWarningHandler(nullptr);
  const std::unique_ptr<TIFF, Closer> owner(TIFFOpen(path.c_str(), "r"));
  QUALIA_SNN_CHECK(owner, DataError, path, ": damaged or no TIFF file");
  TIFF* const file = owner.get();

  const std::int64_t W = field<std::uint32_t>(file, TIFFTAG_IMAGEWIDTH),
                     H = field<std::uint32_t>(file, TIFFTAG_IMAGELENGTH);
  const std::int64_t C = field<std::uint16_t>(file, TIFFTAG_SAMPLESPERPIXEL);
  const auto bits = field<std::uint16_t>(file, TIFFTAG_BITSPERSAMPLE),
             format = field<std::uint16_t>(file, TIFFTAG_SAMPLEFORMAT);
  const bool is_apart = field<std::uint16_t>(file, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_SEPARATE;
  QUALIA_SNN_CHECK(
      W > 0 && H > 0 && C > 0 && (bits == 8 || bits == 16) && format == SAMPLEFORMAT_UINT && !TIFFIsTiled(file),
      DataError, path, ": ", W, " x ", H, " pixels, ", C, " channels, ", bits, " bits, format ", format,
      TIFFIsTiled(file) ? ", tiles" : "", "; expected unsigned integers of 8 or 16 bits, in strips");
  const auto row = static_cast<std::uint64_t>(W * (is_apart ? 1 : C) * bits / 8);
  const auto rows = static_cast<std::uint64_t>(H * (is_apart ? C : 1));
  QUALIA_SNN_CHECK(
      static_cast<std::uint64_t>(TIFFScanlineSize64(file)) == row && row <= kLargestRatio * file_size / rows, DataError,
      path, ": announces ", W, " x ", H, " pixels of ", C, " channels in ", file_size, " bytes");

  const auto image = at::empty(is_apart ? std::vector<std::int64_t>{C, H, W} : std::vector<std::int64_t>{H, W, C},
                               bits == 8 ? at::kByte : at::kUInt16);
  auto* const pixels = static_cast<std::uint8_t*>(image.mutable_data_ptr());
  for (std::uint64_t i = 0; i < rows; ++i) {
    const auto y = static_cast<std::uint32_t>(i % static_cast<std::uint64_t>(H));
    const auto plane = static_cast<std::uint16_t>(i / static_cast<std::uint64_t>(H));
    QUALIA_SNN_CHECK(TIFFReadScanline(file, pixels + i * row, y, plane) == 1, DataError, path, ": damaged: row ", y,
                     " cannot be read");
  }
  return is_apart ? image.permute({1, 2, 0}).contiguous() : image;
}

}  // namespace qualia_snn::io
