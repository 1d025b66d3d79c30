#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "qualia_snn/core/state.h"

namespace qualia_snn::experimenttracking {

/// Returns the seconds since 1970, as TensorBoard dates events.
QUALIA_SNN_API double wall_time();

/// An event file of TensorBoard that grows: events are kept until `flush` and then written in one piece.
///
/// Its name and length are a state: a process that goes on from it cuts off what was written later, and goes on in the
/// same file.
class QUALIA_SNN_API EventFile {
 public:
  /// @param folder  of this file alone: what a killed process of ours had begun there, and no state knows, is removed
  ///                once this file is begun.
  explicit EventFile(std::string folder) : folder_(std::move(folder)) {}
  /// Keeps a serialised event.
  void add(std::string_view event);
  /// Writes what was added; begins the file if there is none yet. Complete for readers, not flushed to disk.
  /// @throws DataError  if it cannot be written; it is then kept for the next time.
  void flush();
  /// Returns the path; empty: not begun.
  const std::string& path() const { return path_; }

  State save() const;
  /// @throws DataError  if the file cannot be gone on with; what follows then goes into a new one.
  void load(const State& state);

 private:
  void begin();

  std::string folder_, path_;
  std::uint64_t length_ = 0;
  std::string pending_;       ///< records
  bool others_stay_ = false;  ///< files of the folder that another file follows
};

}  // namespace qualia_snn::experimenttracking
