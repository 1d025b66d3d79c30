#include "qualia_snn/io/ppm.h"

#include <ATen/ATen.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/file.h"

namespace qualia_snn::io {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Reads the numbers of a header, between which there are spaces and comments.
class Header {
 public:
  Header(std::string_view contents, const std::string& path) : contents_(contents), path_(path) {}

  std::int64_t number() {
    skip();
    std::int64_t value = 0;
    const auto* const first = contents_.data() + at_;
    const auto [end, error] = std::from_chars(first, contents_.data() + contents_.size(), value);
    QUALIA_SNN_CHECK(error == std::errc{} && value > 0, DataError, path_, ": byte ", at_,
                     ": damaged PPM header; expected a number above 0");
    at_ += static_cast<std::size_t>(end - first);
    return value;
  }
  /// Returns where the pixels begin: after exactly one space.
  std::size_t end() const {
    QUALIA_SNN_CHECK(at_ < contents_.size() && is_space(contents_[at_]), DataError, path_, ": byte ", at_,
                     ": damaged PPM header; expected a space before the pixels");
    return at_ + 1;
  }

 private:
  void skip() {
    while (at_ < contents_.size() && (is_space(contents_[at_]) || contents_[at_] == '#')) {
      at_ = contents_[at_] == '#' ? std::min(contents_.find('\n', at_), contents_.size()) : at_ + 1;
    }
  }

  std::string_view contents_;
  const std::string& path_;
  std::size_t at_ = 2;
};

/// Brings values up to `largest` to those up to 255, as Pillow does.
void scale(std::uint8_t* values, std::int64_t size, std::int64_t largest, const std::string& path, std::size_t first) {
  for (std::int64_t i = 0; i < size; ++i) {
    QUALIA_SNN_CHECK(values[i] <= largest, DataError, path, ": byte ", first + static_cast<std::size_t>(i), ": value ",
                     static_cast<int>(values[i]), "; the header announces at most ", largest);
    const auto share = static_cast<double>(values[i]) / static_cast<double>(largest);
    values[i] = static_cast<std::uint8_t>(std::nearbyint(share * 255));
  }
}

}  // namespace

at::Tensor read_ppm(const std::string& path) {
  const auto contents = read_file(path);
  QUALIA_SNN_CHECK(contents.starts_with("P6"), DataError, path, ": byte 0: no PPM file of bytes; expected P6");
  Header header(contents, path);
  const auto width = header.number(), height = header.number(), largest = header.number();
  QUALIA_SNN_CHECK(largest <= 255, DataError, path, ": values up to ", largest, "; expected at most 255");
  const auto first = header.end();
  const auto present = static_cast<std::int64_t>(contents.size() - first);
  std::int64_t size = 3;
  const bool overflow = __builtin_mul_overflow(size, width, &size) || __builtin_mul_overflow(size, height, &size);
  QUALIA_SNN_CHECK(!overflow && size == present, DataError, path, ": byte ", first, ": the header announces ", width,
                   " x ", height, " pixels, the file holds ", present, " bytes; expected 3 per pixel");
  const auto image = at::empty({height, width, 3}, at::kByte);
  auto* const values = static_cast<std::uint8_t*>(image.mutable_data_ptr());
  std::memcpy(values, contents.data() + first, contents.size() - first);
  if (largest < 255) scale(values, size, largest, path, first);
  return image;
}

}  // namespace qualia_snn::io
