#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// Exit codes of the program; every error class below owns one.
enum class ExitCode : int {
  kOk = 0,
  kUnexpected = 1,
  kConfig = 2,
  kData = 3,
  kShape = 4,
  kDevice = 5,
  kPlugin = 6,
  kTraining = 7,
  kInterrupted = 130,
};

/// Base of all errors that this library raises about its input or its surroundings.
///
/// The first line of `what()` says where, what value, what is wrong and what is accepted.
class QUALIA_SNN_API Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message);
  ~Error() override;
  ExitCode exit_code() const { return code_; }

 private:
  ExitCode code_;
};

/// A configuration or command line that cannot be accepted.
class QUALIA_SNN_API ConfigError : public Error {
 public:
  explicit ConfigError(const std::string& message);
  ~ConfigError() override;
};

/// A file that is missing, damaged, foreign or cannot be written.
class QUALIA_SNN_API DataError : public Error {
 public:
  explicit DataError(const std::string& message);
  ~DataError() override;
};

/// Tensors or layers whose shapes do not fit each other.
class QUALIA_SNN_API ShapeError : public Error {
 public:
  explicit ShapeError(const std::string& message);
  ~ShapeError() override;
};

/// A device that this machine or this build does not have.
class QUALIA_SNN_API DeviceError : public Error {
 public:
  explicit DeviceError(const std::string& message);
  ~DeviceError() override;
};

/// A plugin that cannot be loaded.
class QUALIA_SNN_API PluginError : public Error {
 public:
  explicit PluginError(const std::string& message);
  ~PluginError() override;
};

/// Training that cannot go on, for example after a non-finite loss.
class QUALIA_SNN_API TrainingError : public Error {
 public:
  explicit TrainingError(const std::string& message);
  ~TrainingError() override;
};

/// Work that ended because somebody asked for it, after it was kept.
class QUALIA_SNN_API Interrupted : public Error {
 public:
  explicit Interrupted(const std::string& message);
  ~Interrupted() override;
};

/// Joins its arguments as `operator<<` prints them.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return std::move(out).str();
}

}  // namespace qualia_snn

/// Throws `ErrorType` with the joined message parts unless `condition` holds; the parts are evaluated on failure only.
#define QUALIA_SNN_CHECK(condition, ErrorType, ...)                       \
  do {                                                                    \
    if (!(condition)) throw ErrorType(::qualia_snn::concat(__VA_ARGS__)); \
  } while (false)
