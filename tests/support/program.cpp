#include "tests/support/program.h"

#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

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

ProgramRun run_program_on_terminal(const std::string& folder, const std::vector<std::string>& arguments,
                                   const std::string& terminal) {
  std::vector<char*> words = {const_cast<char*>(QUALIA_SNN_PROGRAM)};
  for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  winsize size{};
  size.ws_row = 24;
  size.ws_col = 100;
  int screen = -1;
  const auto child = forkpty(&screen, nullptr, nullptr, &size);
  if (child == 0) {
    setenv("TERM", terminal.c_str(), 1);
    setenv("OMP_NUM_THREADS", "1", 1);
    if (chdir(folder.c_str()) == 0) execv(words[0], words.data());
    _exit(127);
  }
  std::string out;
  char buffer[4096];
  // The last reader of a terminal whose program has ended gets an error, not an end of file.
  for (ssize_t n = 0; (n = read(screen, buffer, sizeof buffer)) > 0;) out.append(buffer, static_cast<std::size_t>(n));
  close(screen);
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), out, ""};
}

}  // namespace qualia_snn::testing
