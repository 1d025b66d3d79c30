#pragma once

#include "qualia_snn/io/sqlite.h"

namespace qualia_snn::experimenttracking {

/// Makes the tables of Qualia's database where there are none, and those of its extension for spiking networks.
///
/// @throws DataError  if they are of a version before 11 (extension: 4), or the file is another program's.
/// Source: qualia_core.experimenttracking.QualiaDatabase, qualia_plugin_snn.experimenttracking.QualiaDatabase.
QUALIA_SNN_API void prepare_qualia_schema(io::SqliteDatabase& database);

}  // namespace qualia_snn::experimenttracking
