#pragma once

#include "qualia_snn/dataaugmentation/image_augmentation.h"

namespace qualia_snn::dataaugmentation {

/// Mirrors images [N*T, C, H, W] of any type along W.
class QUALIA_SNN_API HorizontalFlip final : public ImageAugmentation {
 public:
  static constexpr const char* kDetails =
      "Swaps left and right of all images of a batch with probability p, or of each sample with per_sample.\n"
      "Source: torchvision.transforms.RandomHorizontalFlip.";
  struct Options : ImageAugmentation::Options {
    double p = 0.5;

    static void options(auto&& o) {
      o("p", &Options::p, "probability of a flip").at_least(0).at_most(1);
      ImageAugmentation::Options::options(o);
    }
  };
  HorizontalFlip(const Options& options, const config::BuildContext&)
      : ImageAugmentation("HorizontalFlip", options), p_(options.p) {}

 private:
  at::Tensor change(const at::Tensor& images, at::Generator& generator) const override;

  double p_;
};

}  // namespace qualia_snn::dataaugmentation
