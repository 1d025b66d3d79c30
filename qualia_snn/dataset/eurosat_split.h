#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/core/numpy_random.h"

namespace qualia_snn::dataset {

/// For each class, in the order of their folders: its name, and the numbers of its images, from 1.
using EuroSATIndices = std::vector<std::pair<std::string, std::vector<std::int64_t>>>;

struct EuroSATSplit {
  EuroSATIndices train;  ///< sorted
  EuroSATIndices test;   ///< in the order of the draws
};

/// Returns how many of `count` images of a class become test images: int(count * (1 - train_test_ratio)).
QUALIA_SNN_API std::int64_t eurosat_test_size(std::int64_t count, double train_test_ratio);

/// Splits the images of each class as Qualia does.
///
/// @param counts  how many images each class has; the random numbers are drawn in this order
/// @param train_test_ratio  0 to 1; 0.8 gives 599 of 3000 images for testing, because 1 - 0.8 is rounded
/// @throws ConfigError  if the ratio is out of range.
/// Source: qualia_core.dataset.EuroSAT.
QUALIA_SNN_API EuroSATSplit split_eurosat(const std::vector<std::pair<std::string, std::int64_t>>& counts,
                                          double train_test_ratio, NumpyRandom& random);

/// Returns the contents of `train_idx.json` or `test_idx.json` as Qualia writes them into the data set's folder.
QUALIA_SNN_API std::string to_json(const EuroSATIndices& indices);

/// Reads what `to_json` or Qualia wrote.
/// @param path  of the file, for messages
/// @throws DataError  if it is no table of lists of numbers from 1.
QUALIA_SNN_API EuroSATIndices from_json(const std::string& contents, const std::string& path);

}  // namespace qualia_snn::dataset
