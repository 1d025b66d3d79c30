#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "qualia_snn/core/api.h"

namespace qualia_snn::io {

/// Unpacks one file of an archive front to back.
class ZipMember {
 public:
  virtual ~ZipMember() = default;
  /// Returns how many bytes it has unpacked.
  virtual std::uint64_t size() const = 0;
  /// Fills `target`; returns how many bytes there were. @throws DataError  if they are damaged.
  virtual std::size_t read(void* target, std::size_t size) = 0;
};

/// A zip archive of files that are stored or deflated.
///
/// Nothing is unpacked before it is asked for. Source: PKWARE, APPNOTE.TXT.
class QUALIA_SNN_API ZipArchive {
 public:
  /// @throws DataError  if the file is missing or no zip archive.
  explicit ZipArchive(std::string path);

  const std::string& path() const { return path_; }
  /// Returns the names of the files, sorted.
  std::vector<std::string> names() const;
  bool has(const std::string& name) const { return members_.contains(name); }
  /// Unpacks a file. @throws DataError  if there is none, it is damaged, encrypted or larger than its bytes can give.
  std::string read(const std::string& name) const;
  /// Calls f with the file of that name, and compares the checksum after it.
  void unpack(const std::string& name, const std::function<void(ZipMember&)>& f) const;

 private:
  struct Position {  // of a member in the archive's directory, as minizip counts
    std::uint64_t offset, number;
  };

  std::string path_;
  std::map<std::string, Position> members_;
};

}  // namespace qualia_snn::io
