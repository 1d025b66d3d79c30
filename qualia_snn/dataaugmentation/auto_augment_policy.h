#pragma once

#include <array>
#include <string_view>

namespace qualia_snn::dataaugmentation {

/// The operations of AutoAugment.
enum class ImageOperation {
  kShearX,
  kShearY,
  kTranslateX,
  kTranslateY,
  kRotate,
  kBrightness,
  kColor,
  kContrast,
  kSharpness,
  kPosterize,
  kSolarize,
  kAutoContrast,
  kEqualize,
  kInvert
};

/// An operation, how often it is applied, and how strongly: 0 to 9, -1 where there is no strength.
struct PolicyStep {
  ImageOperation operation;
  double probability;
  int magnitude;
};

/// Two operations, one after the other.
using SubPolicy = std::array<PolicyStep, 2>;
/// What is chosen from.
using AutoAugmentPolicy = std::array<SubPolicy, 25>;

/// Returns the policy that was learned on a data set: "IMAGENET", "CIFAR10" or "SVHN".
///
/// Cubuk et al., AutoAugment: Learning Augmentation Strategies from Data, CVPR 2019, appendix; as in torchvision.
const AutoAugmentPolicy& auto_augment_policy(std::string_view name);

}  // namespace qualia_snn::dataaugmentation
