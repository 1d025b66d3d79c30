#pragma once

#include <memory>
#include <string>

#include "qualia_snn/layer/sample_norm.h"
#include "qualia_snn/learningmodel/activation.h"
#include "qualia_snn/learningmodel/learning_model.h"
#include "qualia_snn/learningmodel/residual.h"

namespace qualia_snn::learningmodel {

/// ResNetStride of one-dimensional data that is normalised sample by sample first.
class QUALIA_SNN_API ResNetSampleNorm final : public LearningModel {
 public:
  static constexpr const char* kDetails =
      "sample norm -> ResNetStride; samplenorm = \"minmax\": every channel of a sample from 0 to 1; \"z\": with mean "
      "0\n"
      "and standard deviation 1.\n"
      "Source: qualia_core.learningmodel.pytorch.ResNetSampleNorm.";
  struct Options : ResNetStrideOptions {
    std::string samplenorm = "minmax";

    Options() { force_projection_with_pooling = true; }

    static void options(auto&& o) {
      ResNetStrideOptions::options(o);
      o("samplenorm", &Options::samplenorm, "what every channel of a sample is scaled by").one_of({"minmax", "z"});
    }
  };

  ResNetSampleNorm(const Options& options, const config::BuildContext& context)
      : LearningModel(build_resnet_stride(
            options, context,
            {relu_activation(), StepMode::kMulti, false, "spool", "resnet.",
             std::make_shared<layer::SampleNorm>(options.samplenorm == "z" ? layer::SampleNorm::Norm::kZ
                                                                           : layer::SampleNorm::Norm::kMinMax)})) {}
};

}  // namespace qualia_snn::learningmodel
