#pragma once

#include <string>

#include "qualia_snn/dataaugmentation/image_augmentation.h"

namespace qualia_snn::dataaugmentation {

struct PolicyStep;

/// Applies a random pair of operations that was learned on a data set to images [N*T, C, H, W], uint8, C = 1 or 3.
class QUALIA_SNN_API AutoAugment final : public ImageAugmentation {
 public:
  static constexpr const char* kDetails =
      "Chooses one of 25 pairs of operations (shear, shift, turn, colours, ...) and applies each of them with its\n"
      "probability and strength; one choice for the batch, or one per sample with per_sample. Needs bytes: it comes\n"
      "before IntToFloat32.\n"
      "Source: Cubuk et al., AutoAugment: Learning Augmentation Strategies from Data, CVPR 2019;\n"
      "torchvision.transforms.AutoAugment.";
  struct Options : ImageAugmentation::Options {
    std::string policy;

    static void options(auto&& o) {
      o("policy", &Options::policy, "data set that the pairs were learned on")
          .required()
          .one_of({"CIFAR10", "IMAGENET", "SVHN"});
      ImageAugmentation::Options::options(o);
    }
  };
  AutoAugment(const Options& options, const config::BuildContext&)
      : ImageAugmentation("AutoAugment", options), policy_(options.policy) {}

 private:
  void check(const at::Tensor& images) const override;
  at::Tensor change(const at::Tensor& images, at::Generator& generator) const override;
  at::Tensor apply_step(const PolicyStep& step, bool negative, const at::Tensor& images) const;

  std::string policy_;
};

}  // namespace qualia_snn::dataaugmentation
