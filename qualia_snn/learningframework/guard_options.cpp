#include "qualia_snn/learningframework/guard_options.h"

#include <array>
#include <charconv>

namespace qualia_snn::learningframework {
namespace {

/// Reads "DD:HH:MM:SS"; none: it is something else.
std::optional<std::chrono::seconds> read_time(const std::string& text) {
  constexpr std::array<std::int64_t, 4> kSeconds = {86400, 3600, 60, 1}, kAtMost = {100000, 23, 59, 59};
  const char* at = text.data();
  const char* const end = at + text.size();
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < kSeconds.size(); ++i) {
    std::int64_t number = 0;
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error != std::errc{} || number < 0 || number > kAtMost[i]) return std::nullopt;
    const bool last = i + 1 == kSeconds.size();
    if (last ? rest != end : rest == end || *rest != ':') return std::nullopt;
    sum += number * kSeconds[i];
    at = rest + 1;
  }
  return std::chrono::seconds(sum);
}

}  // namespace

std::string GuardOptions::validate_guards() const {
  if (max_time.empty() || read_time(max_time)) return "";
  return "max_time = \"" + max_time + "\": expected \"DD:HH:MM:SS\", for example \"00:08:00:00\" for eight hours";
}

std::optional<std::chrono::seconds> GuardOptions::time_limit() const {
  return max_time.empty() ? std::nullopt : read_time(max_time);
}

}  // namespace qualia_snn::learningframework
