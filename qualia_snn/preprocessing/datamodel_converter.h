#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::preprocessing {

/// Makes arrays of subjects with activities: x [N, F] or, of windows, [N, S, F], float32.
class QUALIA_SNN_API DatamodelConverter final : public Preprocessing {
 public:
  static constexpr const char* kDetails =
      "Puts the samples of all subjects one after the other. Classes are counted over the activities that occur, in\n"
      "their order; info has the columns subject, activity and number of the activity within its subject, int64.\n"
      "Source: qualia_core.preprocessing.DatamodelConverter.";
  struct Options {
    static void options(auto&&) {}
  };
  DatamodelConverter(Options, const config::BuildContext&) {}
  /// @throws DataError  if the data set has no subjects, or samples of different sizes.
  void apply(datamodel::DataModel& data) const override;
};

}  // namespace qualia_snn::preprocessing
