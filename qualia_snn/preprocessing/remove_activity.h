#pragma once

#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::preprocessing {

/// Drops activities of all subjects.
class QUALIA_SNN_API RemoveActivity final : public Preprocessing {
 public:
  static constexpr const char* kDetails =
      "Drops all samples of the named activities, \"WALKING\" for example, or of activities by number.\n"
      "Source: qualia_core.preprocessing.RemoveActivity.";
  struct Options {
    std::vector<config::Value> activities;
    bool noconvert = false;

    static void options(auto&& o) {
      o("activities", &Options::activities, "names or numbers of activities").required();
      o("noconvert", &Options::noconvert, "numbers only, of the data set's own activities");
    }
    std::string validate() const;
  };
  RemoveActivity(const Options& options, const config::BuildContext&);
  /// @throws DataError  if the data set has no subjects.
  void apply(datamodel::DataModel& data) const override;

 private:
  bool is_removed(const datamodel::Activity& activity) const;

  std::vector<std::int64_t> kinds_;
  std::vector<std::string> names_;
};

}  // namespace qualia_snn::preprocessing
