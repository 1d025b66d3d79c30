#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "qualia_snn/core/api.h"

namespace qualia_snn::log {

enum class Level { kDebug, kInfo, kWarning };

/// Receives every message; an embedding program may set its own.
using Handler = std::function<void(Level, std::string_view)>;

QUALIA_SNN_API void debug(std::string_view text);
QUALIA_SNN_API void info(std::string_view text);
QUALIA_SNN_API void warning(std::string_view text);

/// Drops messages below a level; at first, debug messages.
QUALIA_SNN_API void set_level(Level level);

/// Returns how wide a status line may be; none: it would not be shown, because standard output is no terminal, messages
/// below warnings are dropped, or an embedding program takes them.
QUALIA_SNN_API std::optional<std::size_t> status_width();

/// Shows a line below all messages, in place of the one before; "" takes it away.
/// @param text  of `status_width` columns at most
QUALIA_SNN_API void set_status(std::string_view text);

/// Replaces where messages go; an empty handler restores the default (info to stdout, warnings to stderr).
QUALIA_SNN_API void set_handler(Handler handler);

}  // namespace qualia_snn::log
