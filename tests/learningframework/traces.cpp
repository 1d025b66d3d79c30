#include "tests/learningframework/traces.h"

#include <cctype>
#include <fstream>
#include <sstream>

namespace qualia_snn::testing {

std::vector<Trace> read_traces(const std::string& name) {
  std::ifstream file(std::string(QUALIA_SNN_SOURCE) + "/tests/learningframework/" + name);
  std::vector<Trace> traces;
  for (std::string line; std::getline(file, line);) {
    if (line[0] == '#') continue;
    std::istringstream words(line);
    if (std::isalpha(static_cast<unsigned char>(line[0]))) {
      auto& trace = traces.emplace_back();
      words >> trace.kind;
      std::getline(words, trace.params);
    } else {
      auto& numbers = traces.back().lines.emplace_back();
      for (double number; words >> number;) numbers.push_back(number);
    }
  }
  return traces;
}

}  // namespace qualia_snn::testing
