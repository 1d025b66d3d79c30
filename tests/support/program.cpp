#include "tests/support/program.h"

#include <sys/wait.h>

#include <cstdlib>

#include "tests/support/files.h"

namespace qualia_snn::testing {
namespace {

std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

ProgramRun run_program(const std::string& folder, const std::vector<std::string>& arguments,
                       const ProgramSurroundings& surroundings) {
  const TemporaryFolder captured;
  const auto& [before, standard_output, under] = surroundings;
  const auto out = standard_output.empty() ? captured / "out" : standard_output;
  auto command = "cd " + quoted(folder) + " && " + (before.empty() ? "" : before + " && ") + "OMP_NUM_THREADS=1 " +
                 under + " " + quoted(QUALIA_SNN_PROGRAM);
  for (const auto& argument : arguments) command += " " + quoted(argument);
  command += " >" + quoted(out) + " 2>" + quoted(captured / "err") + " </dev/null";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          standard_output.empty() ? read_text(out) : "", read_text(captured / "err")};
}

}  // namespace qualia_snn::testing
