#include "qualia_snn/core/error.h"
#include "qualia_snn/io/jpeg.h"

// In place of jpeg.cpp where libjpeg was not found.
namespace qualia_snn::io {

at::Tensor read_jpeg(const std::string& path) {
  throw DataError(path + ": this build reads no JPEG; install libjpeg-dev and configure again");
}

}  // namespace qualia_snn::io
