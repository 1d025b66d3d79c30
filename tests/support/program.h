#pragma once

#include <string>
#include <vector>

namespace qualia_snn::testing {

/// What a run of the built program gave.
struct ProgramRun {
  int exit_code;
  std::string out, err;

  std::string first_error_line() const { return err.substr(0, err.find('\n')); }
};

/// Runs the built qualia-snn in a folder.
ProgramRun run_program(const std::string& folder, const std::vector<std::string>& arguments);

}  // namespace qualia_snn::testing
