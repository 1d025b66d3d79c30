#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn::datamodel {

/// Samples and labels of one set.
struct RawData {
  at::Tensor x;  ///< channels last: [N, S, C] or [N, H, W, C], with time [N, T, ...]
  at::Tensor y;  ///< class numbers [N], or one-hot float32 [N, K]
  /// Facts about the samples, for example who they come from: [N, F] or [N]; often undefined.
  at::Tensor info = {};
  /// How many samples each of the files held that Qualia reads and preprocesses one at a time, in order; empty if it
  /// takes the whole set at once.
  std::vector<std::int64_t> chunks = {};

  std::int64_t size() const { return x.size(0); }
};

/// The sets of a data set; valid is often absent.
struct RawDataSets {
  std::optional<RawData> train, valid, test;

  /// Returns the sets with their names, in Qualia's order.
  std::array<std::pair<const char*, std::optional<RawData>*>, 3> named() {
    return {{{"train", &train}, {"valid", &valid}, {"test", &test}}};
  }
  /// Returns the set of that name: "train", "valid" or "test".
  /// @throws DataError  if there is no such name.
  QUALIA_SNN_API std::optional<RawData>& at(std::string_view name);
};

/// A data set in memory, under the name of its folder in out/data/.
struct RawDataModel {
  std::string name;
  RawDataSets sets;
  std::vector<std::string> subjects = {};  ///< names that the first column of info counts; often none
};

/// Writes every set as out/data/<name>/<set>/{data,labels}.npy under `root`, and info.npy where there is info.
///
/// All files appear in one step at the end, also if the process is killed; files of an earlier export that have no
/// successor are removed, files of others stay.
/// @throws DataError  if a file cannot be written; nothing is replaced then.
QUALIA_SNN_API void export_data(const RawDataModel& model, const std::string& root);

/// Maps the sets that `export_data` wrote.
/// @throws DataError  if there is no training set, a file is damaged, or the set was written by Qualia as Blosc2.
QUALIA_SNN_API RawDataModel import_data(const std::string& name, const std::string& root);

}  // namespace qualia_snn::datamodel
