#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "qualia_snn/core/api.h"

/// What TensorBoard's event files are made of: each function returns one serialised event, as the summaries of
/// torch.utils.tensorboard write it. Fields are those of tensorboard.proto.
namespace qualia_snn::experimenttracking::tensorboard {

/// When something was measured.
struct Moment {
  double wall_time;  ///< seconds since 1970
  std::int64_t step;
};

/// How values are spread; `buckets[i]` of them lie below `bucket_limits[i]` and not below the limit before.
struct Histogram {
  double min = 0, max = 0, count = 0, sum = 0, sum_of_squares = 0;
  std::vector<double> bucket_limits, buckets;
};

/// An image as a PNG file.
struct Image {
  std::int64_t height, width, channels;
  std::string png;
};

/// Names and values of hyper-parameters, in the order in which they are to be written.
using HyperParameters = std::vector<std::pair<std::string, std::variant<bool, std::int64_t, double, std::string>>>;

/// Returns whether this build has protobuf; without it the functions below throw.
QUALIA_SNN_API bool is_available();

/// The name in the first event of our files.
inline constexpr const char* kWriter = "qualia_snn";

/// Each @throws DataError  if this build has no protobuf.
QUALIA_SNN_API std::string file_version_event(double wall_time);
QUALIA_SNN_API std::string scalar_event(const Moment& moment, const std::string& tag, double value);
QUALIA_SNN_API std::string histogram_event(const Moment& moment, const std::string& tag, const Histogram& histogram);
QUALIA_SNN_API std::string image_event(const Moment& moment, const std::string& tag, const Image& image);
/// The tab HPARAMS shows what begins with this.
QUALIA_SNN_API std::string session_start_event(double wall_time, const HyperParameters& hyper_parameters);
QUALIA_SNN_API std::string session_end_event(double wall_time);

}  // namespace qualia_snn::experimenttracking::tensorboard
