#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// An HDF5 file, gzipped or not, whose datasets are read piece by piece.
class QUALIA_SNN_API Hdf5File {
 public:
  /// @param scratch  folder in which a gzipped file is unpacked
  /// @throws DataError  if the file is missing or damaged, or if this build has no libhdf5.
  Hdf5File(const std::string& path, const std::string& scratch);
  ~Hdf5File();
  Hdf5File(const Hdf5File&) = delete;
  Hdf5File& operator=(const Hdf5File&) = delete;

  /// Returns the number of entries of a dataset of one axis.
  /// @throws DataError  if there is no such dataset, or it has another number of axes.
  std::int64_t size(const std::string& name) const;
  /// Returns a dataset of one axis, [N], as int64. @throws DataError  if it does not consist of integers.
  at::Tensor integers(const std::string& name) const;
  /// Returns entry i of a dataset of lists of different lengths, [n]: integers as int64, floats as float64.
  /// @throws DataError  if the dataset or the entry is of another kind, or damaged.
  at::Tensor list(const std::string& name, std::int64_t i) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace qualia_snn::io
