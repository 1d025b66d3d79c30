#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "qualia_snn/core/api.h"
#include "qualia_snn/io/zip.h"

namespace qualia_snn::io {

/// An archive of NumPy arrays, as `np.savez` and `np.savez_compressed` write it.
///
///     const NpzArchive archive("arrays.npz");
///     auto x = archive.read("x_train");
///
/// Nothing is unpacked before it is asked for. Source: NumPy documentation, numpy.savez; PKWARE, APPNOTE.TXT (zip).
class QUALIA_SNN_API NpzArchive {
 public:
  /// @throws DataError  if the file is missing, no zip archive, or a data set that Qualia preprocessed (Blosc2).
  explicit NpzArchive(const std::string& path);

  /// Returns the names of the arrays, without `.npy`, sorted.
  std::vector<std::string> names() const;
  bool has(const std::string& name) const;
  /// Unpacks an array; types as `read_npy` accepts.
  /// @throws DataError  if there is no such array, it is damaged, encrypted or larger than its file can hold.
  at::Tensor read(const std::string& name) const;

 private:
  ZipArchive zip_;
};

}  // namespace qualia_snn::io
