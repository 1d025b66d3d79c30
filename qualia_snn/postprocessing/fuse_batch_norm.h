#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/postprocessing/postprocessing.h"

namespace qualia_snn::postprocessing {

/// Folds every batch norm into the layer before it; the model's name gets the end "_fused".
class QUALIA_SNN_API FuseBatchNorm final : public Postprocessing {
 public:
  static constexpr const char* kDetails =
      "w' = w gamma / sqrt(var + eps), b' = (b - mean) gamma / sqrt(var + eps) + beta, with the running statistics, "
      "for\n"
      "every batch norm right after a convolution or linear layer. The model <name> becomes <name>_fused; with "
      "evaluate\n"
      "it is evaluated on the test set again.\n"
      "Source: qualia_plugin_snn.postprocessing.FuseBatchNorm.";
  struct Options {
    bool evaluate = true;

    static void options(auto&& o) { o("evaluate", &Options::evaluate, "evaluate the new model on the test set"); }
  };

  FuseBatchNorm(const Options& options, const config::BuildContext&) : options_(options) {}
  TrainedModel apply(TrainedModel trained, const PostprocessingContext& context) override;
  std::string process_name(const std::string& name) const override { return name + "_fused"; }
  std::shared_ptr<learningmodel::LearningModel> process_model(
      std::shared_ptr<learningmodel::LearningModel> model) const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::postprocessing
