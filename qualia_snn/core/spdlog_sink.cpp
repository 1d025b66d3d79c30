// Compiled without LibTorch's include folder: it carries another fmt than the one that spdlog was built with.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "qualia_snn/core/log_sink.h"

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
  logger->set_level(spdlog::level::debug);  // what is dropped is decided before
  logger->flush_on(spdlog::level::info);
  return logger;
}

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      break;
  }
  return spdlog::level::warn;
}

}  // namespace

void write_to_sink(Level level, std::string_view text) {
  static const auto logger = make_logger();
  logger->log(level_of(level), spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace qualia_snn::log
