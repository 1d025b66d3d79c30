#pragma once

#include <cstdint>

/// The command line, as the executable hands it to the library that it opens.
struct QualiaSnnArguments {
  const char* config;            ///< a file; or "list" or "describe"
  const char* action;            ///< or what is to be listed or described, may be empty
  bool dry_run;                  ///< of the action train
  bool resume;                   ///< of the action train
  int verbosity;                 ///< -1: warnings only; 1: everything
  const char* command_line;      ///< as a shell takes it
  const char* input;             ///< of the action predict, else empty
  const char* output;            ///< of the action predict, else empty
  const char* const* overrides;  ///< "--table.key=value"
  std::int64_t override_count;
  std::int64_t start_ns;  ///< steady clock when the program started
};

extern "C" {
/// Runs an action and returns the exit code; errors go to stderr.
using QualiaSnnMain = int (*)(const QualiaSnnArguments*);
}

inline constexpr const char* kQualiaSnnMainName = "qualia_snn_main";
inline constexpr const char* kQualiaSnnLibrary = "libqualia_snn_program.so";
