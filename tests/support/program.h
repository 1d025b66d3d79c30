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

/// Surroundings of a run.
struct ProgramSurroundings {
  std::string before;           ///< shell command that goes first, for example a limit
  std::string standard_output;  ///< file that gets it; "": it is returned
  std::string under = {};       ///< command that runs it, for example timeout
};

/// Runs the built qualia-snn in a folder.
ProgramRun run_program(const std::string& folder, const std::vector<std::string>& arguments,
                       const ProgramSurroundings& surroundings = {});

/// Runs it on a terminal of 100 columns, which gets both of its outputs.
ProgramRun run_program_on_terminal(const std::string& folder, const std::vector<std::string>& arguments,
                                   const std::string& terminal = "xterm");

}  // namespace qualia_snn::testing
