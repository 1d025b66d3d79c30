#include "qualia_snn/core/log.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>

#include "qualia_snn/core/log_sink.h"

namespace qualia_snn::log {
namespace {

std::mutex g_mutex;  // NOLINT: guards the one process-wide destination below
Handler g_handler;   // NOLINT

Level g_level = Level::kInfo;  // NOLINT
std::string g_status;          // NOLINT: the line that is shown

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

constexpr std::size_t kUsualWidth = 80;
constexpr const char* kEraseLine = "\r\x1b[K";

void write(Level level, std::string_view text) {
  const std::lock_guard lock(g_mutex);
  if (level < g_level) return;
  if (g_handler) return g_handler(level, text);
  if (!g_status.empty()) print(kEraseLine);
  write_to_sink(level, text);
  if (!g_status.empty()) print(g_status);
}

}  // namespace

void debug(std::string_view text) { write(Level::kDebug, text); }
void info(std::string_view text) { write(Level::kInfo, text); }
void warning(std::string_view text) { write(Level::kWarning, text); }

void set_level(Level level) {
  const std::lock_guard lock(g_mutex);
  g_level = level;
}

std::optional<std::size_t> status_width() {
  {
    const std::lock_guard lock(g_mutex);
    if (g_handler || g_level > Level::kInfo) return std::nullopt;
  }
  const char* const terminal = std::getenv("TERM");
  if (isatty(STDOUT_FILENO) == 0 || !terminal || std::string_view(terminal) == "dumb") return std::nullopt;
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsualWidth;
}

void set_status(std::string_view text) {
  const std::lock_guard lock(g_mutex);
  if (text.empty() && g_status.empty()) return;
  g_status = text;
  print(kEraseLine + g_status);
}

void set_handler(Handler handler) {
  const std::lock_guard lock(g_mutex);
  g_handler = std::move(handler);
}

}  // namespace qualia_snn::log
