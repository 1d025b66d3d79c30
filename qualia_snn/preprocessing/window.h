#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/preprocessing/preprocessing.h"

namespace qualia_snn::preprocessing {

/// Cuts what was sampled one after the other, x [N, ...], into windows [M, size, ...].
class QUALIA_SNN_API Window final : public RawPreprocessing {
 public:
  static constexpr const char* kDetails =
      "Windows of `size` consecutive samples, each `stride` after the one before; windows of several labels are\n"
      "dropped with no_overlapping_labels. The label is that of most samples, the smallest of several, or with\n"
      "unique_label_per_window = false a label per sample. Comes after DatamodelConverter and before Class2BinMatrix\n"
      "and DatasetSplitter.\n"
      "Source: qualia_core.preprocessing.Window.";
  struct Options {
    std::int64_t size = 0, stride = 1;
    bool no_overlapping_labels = true, unique_label_per_window = true;

    static void options(auto&& o) {
      o("size", &Options::size, "samples of a window").required().at_least(1).at_most(1e9);
      o("stride", &Options::stride, "samples from window to window").at_least(1).at_most(1e9);
      o("no_overlapping_labels", &Options::no_overlapping_labels, "drop windows of several labels");
      o("unique_label_per_window", &Options::unique_label_per_window, "one label per window");
    }
  };
  Window(const Options& options, const config::BuildContext&) : RawPreprocessing("Window"), options_(options) {}

 private:
  /// @throws DataError  if the labels are no class numbers, info is missing, or no window is left.
  void change(datamodel::RawDataModel& data) const override;

  Options options_;
};

}  // namespace qualia_snn::preprocessing
