#include "qualia_snn/core/error.h"

namespace qualia_snn {

Error::Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
ConfigError::ConfigError(const std::string& message) : Error(ExitCode::kConfig, message) {}
DataError::DataError(const std::string& message) : Error(ExitCode::kData, message) {}
ShapeError::ShapeError(const std::string& message) : Error(ExitCode::kShape, message) {}
DeviceError::DeviceError(const std::string& message) : Error(ExitCode::kDevice, message) {}
PluginError::PluginError(const std::string& message) : Error(ExitCode::kPlugin, message) {}
TrainingError::TrainingError(const std::string& message) : Error(ExitCode::kTraining, message) {}
Interrupted::Interrupted(const std::string& message) : Error(ExitCode::kInterrupted, message) {}

// Out of line: one vtable and type_info in the library, so that other shared objects catch these by type.
Error::~Error() = default;
ConfigError::~ConfigError() = default;
DataError::~DataError() = default;
ShapeError::~ShapeError() = default;
DeviceError::~DeviceError() = default;
PluginError::~PluginError() = default;
TrainingError::~TrainingError() = default;
Interrupted::~Interrupted() = default;

}  // namespace qualia_snn
