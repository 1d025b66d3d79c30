#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"
#include "qualia_snn/signal/mfcc.h"

namespace qualia_snn::preprocessing {

/// Turns signals [N, S, 1] into MFCC, [N, frames, n_mfcc] or, with two dimensions, [N, frames, n_mfcc, 1].
class QUALIA_SNN_API MFCC final : public RawPreprocessing {
 public:
  static constexpr const char* kDetails =
      "Mel-frequency cepstral coefficients of every signal. As in Qualia the decibels are cut 80 below the largest of\n"
      "a chunk: each set is cut into `chunks` pieces, N / chunks samples each, rounded up.\n"
      "Source: torchaudio.transforms.MFCC; qualia_core.preprocessing.MFCC.";
  struct Options : signal::MFCCOptions {
    std::int64_t chunks = 4, dims = 1;

    static void options(auto&& o) {
      signal::MFCCOptions::options(o);
      o("chunks", &Options::chunks, "pieces of a set whose decibels are cut alike").at_least(1);
      o("dims", &Options::dims, "1: coefficients are channels; 2: an image of frames and coefficients")
          .at_least(1)
          .at_most(2);
    }
  };
  MFCC(const Options& options, const config::BuildContext&)
      : RawPreprocessing("MFCC"), mfcc_(options), chunks_(options.chunks), dims_(options.dims) {}

 private:
  /// @throws DataError  if the samples are no signals of one channel.
  /// @throws ShapeError  if they are too short for a window.
  void change(datamodel::RawDataModel& data) const override;

  signal::MFCC mfcc_;
  std::int64_t chunks_, dims_;
};

}  // namespace qualia_snn::preprocessing
