#pragma once

#include <optional>
#include <string>

#include "qualia_snn/core/state.h"

namespace qualia_snn::io {

/// A state on disk, in two generations: a damaged newest one costs what was done since the one before.
///
/// <name>.safetensors is the newest, <name>.previous.safetensors the one before. A new one is written and synced as
/// <name>.next.safetensors first; then both move up by a rename, so that a process that is killed at any moment leaves
/// a whole newest one. Texts lie in the metadata under "text.<record>"; "sha256" there is a JSON object with the
/// SHA-256 of every record: of a text its bytes, of a tensor "<type>[<size>,...]" and its bytes.
class QUALIA_SNN_API StateFile {
 public:
  /// @param path  without ".safetensors"
  explicit StateFile(std::string path) : path_(std::move(path)) {}

  /// Writes a new generation. @throws DataError  if that fails; those before are still there then.
  void write(const State& state);
  /// Returns the newest generation that is whole; none: there is nothing. Warns of those that are damaged.
  /// @throws DataError  if there are files and none is whole.
  std::optional<State> read();
  /// Removes all generations, and their folder if nothing else is in it.
  void remove();

 private:
  std::string generation(const char* which) const { return path_ + which + ".safetensors"; }

  std::string path_;
  bool newest_is_damaged_ = false;  ///< then it must not push out the one before
};

}  // namespace qualia_snn::io
