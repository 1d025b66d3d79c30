#include "qualia_snn/io/jpeg.h"

#include <ATen/ATen.h>

#include <csetjmp>
#include <cstdio>  // before jpeglib.h, which wants FILE to be known

#include <jpeglib.h>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/file.h"

namespace qualia_snn::io {
namespace {

/// Bytes of pixels for a byte of the file that no image exceeds: 16 x 16 pixels take at least a few bits per block.
constexpr std::uint64_t kLargestRatio = 2048;

/// A decoder that is released with its owner.
///
/// libjpeg is left by a jump where it finds an error, or a warning, which means damage too.
class Decoder {
 public:
  Decoder() {
    info.err = jpeg_std_error(&errors_);
    errors_.error_exit = [](j_common_ptr decoder) {
      auto& self = *static_cast<Decoder*>(decoder->client_data);
      decoder->err->format_message(decoder, self.message_);
      std::longjmp(self.jump_, 1);
    };
    errors_.emit_message = [](j_common_ptr decoder, int level) {
      if (level < 0) decoder->err->error_exit(decoder);
    };
    info.client_data = this;
    run([&] { jpeg_create_decompress(&info); });
  }
  ~Decoder() { jpeg_destroy_decompress(&info); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Calls functions of libjpeg; `calls` has nothing that a jump would have to clean up.
  template <class Calls>
  void run(const Calls& calls) {
    if (setjmp(jump_) != 0) throw DataError(message_);
    calls();
  }

  jpeg_decompress_struct info{};

 private:
  jpeg_error_mgr errors_{};
  std::jmp_buf jump_;
  char message_[JMSG_LENGTH_MAX] = {};
};

at::Tensor decode(const std::string& contents) {
  Decoder decoder;
  auto& info = decoder.info;
  decoder.run([&] {
    jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(contents.data()), contents.size());
    jpeg_read_header(&info, TRUE);
  });
  info.out_color_space = JCS_RGB;
  const auto size = std::uint64_t{info.image_width} * info.image_height * 3;
  QUALIA_SNN_CHECK(size <= kLargestRatio * contents.size(), DataError, info.image_width, " x ", info.image_height,
                   " pixels in ", contents.size(), " bytes");
  decoder.run([&] { jpeg_start_decompress(&info); });
  const auto image = at::empty({info.output_height, info.output_width, 3}, at::kByte);
  while (info.output_scanline < info.output_height) {
    auto* row = image.mutable_data_ptr<std::uint8_t>() + std::size_t{info.output_scanline} * info.output_width * 3;
    decoder.run([&] { jpeg_read_scanlines(&info, &row, 1); });
  }
  decoder.run([&] { jpeg_finish_decompress(&info); });
  return image;
}

}  // namespace

at::Tensor read_jpeg(const std::string& path) {
  const auto contents = read_file(path);
  QUALIA_SNN_CHECK(!contents.empty(), DataError, path, ": is empty; expected a JPEG image");
  try {
    return decode(contents);
  } catch (const DataError& error) {
    throw DataError(concat(path, ": damaged or no JPEG image: ", error.what()));
  }
}

}  // namespace qualia_snn::io
