#include "qualia_snn/core/log.h"

#include <mutex>
#include <utility>

#include "qualia_snn/core/log_sink.h"

namespace qualia_snn::log {
namespace {

std::mutex g_mutex;  // NOLINT: guards the one process-wide destination below
Handler g_handler;   // NOLINT

Level g_level = Level::kInfo;  // NOLINT

void write(Level level, std::string_view text) {
  const std::lock_guard lock(g_mutex);
  if (level < g_level) return;
  if (g_handler) return g_handler(level, text);
  write_to_sink(level, text);
}

}  // namespace

void debug(std::string_view text) { write(Level::kDebug, text); }
void info(std::string_view text) { write(Level::kInfo, text); }
void warning(std::string_view text) { write(Level::kWarning, text); }

void set_level(Level level) {
  const std::lock_guard lock(g_mutex);
  g_level = level;
}

void set_handler(Handler handler) {
  const std::lock_guard lock(g_mutex);
  g_handler = std::move(handler);
}

}  // namespace qualia_snn::log
