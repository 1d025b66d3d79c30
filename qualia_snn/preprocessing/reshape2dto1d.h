#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::preprocessing {

/// Turns images [N, H, W, C] into signals [N, H*W, C], row by row.
class QUALIA_SNN_API Reshape2DTo1D final : public RawPreprocessing {
 public:
  static constexpr const char* kDetails =
      "Puts the rows of each image one after the other: [N, H, W, C] becomes [N, H*W, C].\n"
      "Source: qualia_core.preprocessing.Reshape2DTo1D.";

  struct Options {
    static void options(auto&&) {}
  };
  Reshape2DTo1D(Options, const config::BuildContext&) : RawPreprocessing("Reshape2DTo1D") {}

 private:
  /// @throws DataError  if the samples are no images.
  void change(datamodel::RawDataModel& data) const override;
};

}  // namespace qualia_snn::preprocessing
