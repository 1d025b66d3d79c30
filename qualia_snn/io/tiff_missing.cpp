#include "qualia_snn/core/error.h"
#include "qualia_snn/io/tiff.h"

// In place of tiff.cpp where libtiff was not found.
namespace qualia_snn::io {

at::Tensor read_tiff(const std::string& path) {
  throw DataError(path + ": this build reads no TIFF; install libtiff-dev and configure again");
}

}  // namespace qualia_snn::io
