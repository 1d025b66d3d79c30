#pragma once

#include <string>
#include <vector>

#include "tests/support/files.h"
#include "tests/support/program.h"

namespace qualia_snn::testing {

using Arguments = std::vector<std::string>;

/// A small spiking network on images below raw/; a second model is disabled and of a kind that is not offered.
extern const std::string kConfig;

/// Writes 40 training and 20 test images whose brightest column tells the class, as IDX files below raw/.
void write_data(const TemporaryFolder& folder);

/// A folder with kConfig as c.toml and preprocessed data.
struct Prepared {
  TemporaryFolder folder;
  Prepared();
  ProgramRun train(const Arguments& more = {}) const;
};

}  // namespace qualia_snn::testing
