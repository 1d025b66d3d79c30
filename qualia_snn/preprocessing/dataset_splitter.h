#pragma once

#include <memory>
#include <string>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"
#include "qualia_snn/preprocessing/set_pair.h"

namespace qualia_snn::preprocessing {

/// Moves a random share of one set into another. Both sets lose their chunks.
class QUALIA_SNN_API DatasetSplitter final : public RawPreprocessing {
 public:
  static constexpr const char* kDetails =
      "Moves int(N * ratio) of the N samples of `source`, chosen at random, into `dest`; the rest stays, in random\n"
      "order. The permutation is NumPy's, drawn from the generator that bench.seed starts and that data set and\n"
      "preprocessings share: the split is that of Qualia.\n"
      "Source: qualia_core.preprocessing.DatasetSplitter.";

  struct Options : SetPair {
    double ratio = 0.1;

    static void options(auto&& o) {
      SetPair::options(o);
      o("ratio", &Options::ratio, "share of the samples that is moved").at_least(0).at_most(1);
    }
    std::string validate() const {
      return source == dest ? "source and dest are both \"" + dest + "\"; expected two sets" : "";
    }
  };
  /// @throws ConfigError  if the context brings no random generator.
  DatasetSplitter(Options options, const config::BuildContext& context);

 private:
  /// @throws DataError  if there is no source set, or its info has fewer rows than samples.
  void change(datamodel::RawDataModel& data) const override;

  Options options_;
  std::shared_ptr<NumpyRandom> random_;
};

}  // namespace qualia_snn::preprocessing
