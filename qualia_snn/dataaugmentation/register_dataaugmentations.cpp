#include "qualia_snn/dataaugmentation/register_dataaugmentations.h"

#include "qualia_snn/dataaugmentation/crop.h"
#include "qualia_snn/dataaugmentation/gaussian_noise.h"
#include "qualia_snn/dataaugmentation/horizontal_flip.h"
#include "qualia_snn/dataaugmentation/int_to_float32.h"
#include "qualia_snn/dataaugmentation/mixup.h"
#include "qualia_snn/dataaugmentation/normalize.h"
#include "qualia_snn/dataaugmentation/resized_crop.h"
#include "qualia_snn/dataaugmentation/rotation2d.h"

namespace qualia_snn::dataaugmentation {

void register_dataaugmentations(config::Registries& registries) {
  auto& augmentations = registries.dataaugmentations;
  augmentations.add<Crop>("Crop", "window of an image at a random place");
  augmentations.add<GaussianNoise>("GaussianNoise", "normal noise on every element");
  augmentations.add<HorizontalFlip>("HorizontalFlip", "left and right of an image swapped at random");
  augmentations.add<IntToFloat32>("IntToFloat32", "integers to float32");
  augmentations.add<Mixup>("Mixup", "weighted mean of two samples and of their losses");
  augmentations.add<Normalize>("Normalize", "given mean and standard deviation of each channel to 0 and 1");
  augmentations.add<ResizedCrop>("ResizedCrop", "window of random area and shape, resized");
  augmentations.add<Rotation2D>("Rotation2D", "image turned by a random angle");
  for (const char* name : {"AutoAugment", "TorchVisionModelTransforms", "ExponentialNoise", "Amplitude", "TimeShifting",
                           "TimeWarping", "Cutout1D", "Rotation", "MFCC", "CMSISMFCC"}) {
    augmentations.add_not_offered(name, "remove this [[data_augmentation]]");
  }
}

}  // namespace qualia_snn::dataaugmentation
