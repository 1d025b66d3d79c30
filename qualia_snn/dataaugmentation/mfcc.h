#pragma once

#include "qualia_snn/dataaugmentation/data_augmentation.h"
#include "qualia_snn/signal/mfcc.h"

namespace qualia_snn::dataaugmentation {

/// Turns signals [N*T, 1, S] into MFCC, [N*T, n_mfcc, frames] or, with two dimensions, [N*T, 1, frames, n_mfcc].
class QUALIA_SNN_API MFCC final : public DataAugmentation {
 public:
  static constexpr const char* kDetails =
      "Mel-frequency cepstral coefficients of every signal. The decibels are cut 80 below the largest of the batch.\n"
      "With evaluate = false, test samples would stay signals: it is wanted true nearly always.\n"
      "Source: torchaudio.transforms.MFCC; qualia_core.dataaugmentation.pytorch.MFCC.";
  struct Options : DataAugmentation::Options, signal::MFCCOptions {
    std::int64_t dims = 1;

    static void options(auto&& o) {
      signal::MFCCOptions::options(o);
      o("dims", &Options::dims, "1: coefficients are channels; 2: an image of frames and coefficients")
          .at_least(1)
          .at_most(2);
      DataAugmentation::Options::options(o);
    }
  };
  MFCC(const Options& options, const config::BuildContext&)
      : DataAugmentation(options), mfcc_(options), dims_(options.dims) {}
  /// @throws ShapeError  if x is not [N*T, 1, S], or S too short for a window.
  Batch apply(const Batch& batch, const RandomSource& random) const override;

 private:
  signal::MFCC mfcc_;
  std::int64_t dims_;
};

}  // namespace qualia_snn::dataaugmentation
