#pragma once

#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"
#include "qualia_snn/preprocessing/set_pair.h"

namespace qualia_snn::preprocessing {

/// Moves chosen subjects of one set into another.
class QUALIA_SNN_API DatasetSplitterBySubjects final : public Preprocessing {
 public:
  static constexpr const char* kDetails =
      "`dest` becomes those subjects of `source` that dest_subjects names, `source` those that source_subjects names;\n"
      "all others are dropped. Comes before DatamodelConverter.\n"
      "Source: qualia_core.preprocessing.DatasetSplitterBySubjects.";

  struct Options : SetPair {
    std::vector<config::Value> source_subjects, dest_subjects;

    static void options(auto&& o) {
      o("source_subjects", &Options::source_subjects, "names of the subjects that stay").required();
      o("dest_subjects", &Options::dest_subjects, "names of the subjects that are moved").required();
      SetPair::options(o);
    }
    std::string validate() const {
      return source == dest ? "source and dest are both \"" + dest + "\"; expected two sets" : "";
    }
  };
  DatasetSplitterBySubjects(Options options, const config::BuildContext&) : options_(std::move(options)) {}
  /// @throws DataError  if the data set has no subjects, no such set, or no subject of a name.
  void apply(datamodel::DataModel& data) const override;

 private:
  Options options_;
};

}  // namespace qualia_snn::preprocessing
