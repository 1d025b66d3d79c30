#include "qualia_snn/dataaugmentation/register_dataaugmentations.h"

#include "qualia_snn/dataaugmentation/amplitude.h"
#include "qualia_snn/dataaugmentation/auto_augment.h"
#include "qualia_snn/dataaugmentation/crop.h"
#include "qualia_snn/dataaugmentation/cutout1d.h"
#include "qualia_snn/dataaugmentation/event_drop.h"
#include "qualia_snn/dataaugmentation/exponential_noise.h"
#include "qualia_snn/dataaugmentation/gaussian_noise.h"
#include "qualia_snn/dataaugmentation/horizontal_flip.h"
#include "qualia_snn/dataaugmentation/int_to_float32.h"
#include "qualia_snn/dataaugmentation/mfcc.h"
#include "qualia_snn/dataaugmentation/mixup.h"
#include "qualia_snn/dataaugmentation/normalize.h"
#include "qualia_snn/dataaugmentation/polarity_flip.h"
#include "qualia_snn/dataaugmentation/resized_crop.h"
#include "qualia_snn/dataaugmentation/rotation2d.h"
#include "qualia_snn/dataaugmentation/time_roll.h"
#include "qualia_snn/dataaugmentation/time_shifting.h"
#include "qualia_snn/dataaugmentation/time_warping.h"

namespace qualia_snn::dataaugmentation {

void register_dataaugmentations(config::Registries& registries) {
  auto& augmentations = registries.dataaugmentations;
  augmentations.add<Amplitude>("Amplitude", "signal times a random factor");
  augmentations.add<AutoAugment>("AutoAugment", "pairs of image operations that were learned on a data set");
  augmentations.add<Crop>("Crop", "window of an image at a random place");
  augmentations.add<Cutout1D>("Cutout1D", "random part of a signal to zero");
  augmentations.add<EventDrop>("EventDrop", "random time steps or pixels to zero");
  augmentations.add<ExponentialNoise>("ExponentialNoise", "exponential noise on every element");
  augmentations.add<GaussianNoise>("GaussianNoise", "normal noise on every element");
  augmentations.add<HorizontalFlip>("HorizontalFlip", "left and right of an image swapped at random");
  augmentations.add<IntToFloat32>("IntToFloat32", "integers to float32");
  augmentations.add<MFCC>("MFCC", "signals to mel-frequency cepstral coefficients");
  augmentations.add<Mixup>("Mixup", "weighted mean of two samples and of their losses");
  augmentations.add<Normalize>("Normalize", "given mean and standard deviation of each channel to 0 and 1");
  augmentations.add<PolarityFlip>("PolarityFlip", "brighter and darker events swapped at random");
  augmentations.add<ResizedCrop>("ResizedCrop", "window of random area and shape, resized");
  augmentations.add<Rotation2D>("Rotation2D", "image turned by a random angle");
  augmentations.add<TimeRoll>("TimeRoll", "sample shifted in time by whole steps");
  augmentations.add<TimeShifting>("TimeShifting", "signal shifted in time, its end to its start");
  augmentations.add<TimeWarping>("TimeWarping", "signal stretched in time");
  for (const char* name : {"TorchVisionModelTransforms", "Rotation", "CMSISMFCC"}) {
    augmentations.add_not_offered(name, "remove this [[data_augmentation]]");
  }
}

}  // namespace qualia_snn::dataaugmentation
