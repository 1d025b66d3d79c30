#pragma once

namespace qualia_snn::config {

/// A short string of at most 15 characters, for options that name one of a few choices.
///
/// In place of `std::string` where a struct is also compiled for instruction sets that this machine may lack: templates
/// of the standard library would be merged with those of other sources.
struct Word {
  char text[16] = {};

  constexpr Word() = default;
  /// Cuts longer strings: none of the choices has more characters than a word.
  constexpr Word(const char* string) {
    for (int i = 0; i < 15 && string[i] != 0; ++i) text[i] = string[i];
  }
  constexpr bool operator==(const Word&) const = default;
};

}  // namespace qualia_snn::config
