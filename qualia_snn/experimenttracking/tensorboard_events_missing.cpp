#include "qualia_snn/core/error.h"
#include "qualia_snn/experimenttracking/tensorboard_events.h"

// In place of tensorboard_events.cpp where protobuf was not found.
namespace qualia_snn::experimenttracking::tensorboard {
namespace {

[[noreturn]] void refuse() {
  throw DataError(
      "this build writes no event files of TensorBoard; install libprotobuf-dev and protobuf-compiler and configure "
      "again");
}

}  // namespace

bool is_available() { return false; }

std::string file_version_event(double) { refuse(); }
std::string scalar_event(const Moment&, const std::string&, double) { refuse(); }
std::string histogram_event(const Moment&, const std::string&, const Histogram&) { refuse(); }
std::string image_event(const Moment&, const std::string&, const Image&) { refuse(); }
std::string session_start_event(double, const HyperParameters&) { refuse(); }
std::string session_end_event(double) { refuse(); }

}  // namespace qualia_snn::experimenttracking::tensorboard
