#pragma once

#include <optional>
#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/postprocessing/postprocessing.h"

namespace qualia_snn::postprocessing {

/// Writes what every layer answers on average over the test set, as arrays and pictures.
class QUALIA_SNN_API VisualizeFeatureMaps final : public Postprocessing {
 public:
  static constexpr const char* kDetails =
      "out/feature_maps/<name>/<name>_r<i>_<layer>.npy is the mean output of a layer over samples and time steps,\n"
      "channels first, __INPUT__ that of the model's input. With create_pdf there are sheets of pictures beside it:\n"
      "..._<layer>.png with all channels on one scale from blue (below 0) to red, ..._<layer>_sum.png their sum.\n"
      "Source: qualia_core.postprocessing.VisualizeFeatureMaps, which writes a pickle and PDF pages.";
  struct Options {
    bool create_pdf = true, save_feature_maps = true, compress_feature_maps = true;
    std::optional<std::vector<std::int64_t>> data_range;

    std::string validate() const;

    static void options(auto&& o) {
      o("create_pdf", &Options::create_pdf, "write the pictures, as PNG");
      o("save_feature_maps", &Options::save_feature_maps, "write the arrays");
      o("compress_feature_maps", &Options::compress_feature_maps, "without effect: .npy files are not compressed");
      o("data_range", &Options::data_range,
        "samples of the test set, [first, end) as a slice in Python; none: all of them");
    }
  };

  VisualizeFeatureMaps(const Options& options, const config::BuildContext&) : options_(options) {}
  TrainedModel apply(TrainedModel trained, const PostprocessingContext& context) override;

 private:
  Options options_;
};

}  // namespace qualia_snn::postprocessing
