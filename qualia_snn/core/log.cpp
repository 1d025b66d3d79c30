// Compiled without LibTorch's include folder: it carries another fmt than the one that spdlog was built with.
#include "qualia_snn/core/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>
#include <utility>

namespace qualia_snn::log {
namespace {

/// Lets through what is below a level; spdlog's own level of a sink is the lower bound.
class BelowWarning final : public spdlog::sinks::stdout_color_sink_mt {
 public:
  void log(const spdlog::details::log_msg& message) override {
    if (message.level < spdlog::level::warn) spdlog::sinks::stdout_color_sink_mt::log(message);
  }
};

std::shared_ptr<spdlog::logger> make_logger() {
  auto out = std::make_shared<BelowWarning>();
  auto err = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  err->set_level(spdlog::level::warn);
  auto logger = std::make_shared<spdlog::logger>("qualia_snn", spdlog::sinks_init_list{out, err});
  // Qualia: time - logger - LEVEL - message.
  logger->set_pattern("%Y-%m-%d %H:%M:%S,%e - %n - %^%l%$ - %v");
  logger->flush_on(spdlog::level::info);
  return logger;
}

std::mutex g_mutex;  // NOLINT: guards the one process-wide destination below
Handler g_handler;   // NOLINT

void write(Level level, std::string_view text) {
  const std::lock_guard lock(g_mutex);
  if (g_handler) return g_handler(level, text);
  static const auto logger = make_logger();
  const spdlog::string_view_t message(text.data(), text.size());
  switch (level) {
    case Level::kDebug:
      return logger->log(spdlog::level::debug, message);
    case Level::kInfo:
      return logger->log(spdlog::level::info, message);
    case Level::kWarning:
      return logger->log(spdlog::level::warn, message);
  }
}

}  // namespace

void debug(std::string_view text) { write(Level::kDebug, text); }
void info(std::string_view text) { write(Level::kInfo, text); }
void warning(std::string_view text) { write(Level::kWarning, text); }

void set_handler(Handler handler) {
  const std::lock_guard lock(g_mutex);
  g_handler = std::move(handler);
}

}  // namespace qualia_snn::log
