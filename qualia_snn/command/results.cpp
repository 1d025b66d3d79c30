#include "qualia_snn/command/results.h"

#include <algorithm>
#include <cmath>

namespace qualia_snn::command {
namespace {

RunStatistics statistics_of(const std::string& name, const std::vector<double>& figures) {
  const auto n = static_cast<double>(figures.size());
  double sum = 0, squares = 0;
  for (const double figure : figures) sum += figure;
  for (const double figure : figures) squares += (figure - sum / n) * (figure - sum / n);
  const double deviation = figures.size() > 1 ? std::sqrt(squares / (n - 1)) : 0;
  return {name, static_cast<std::int64_t>(figures.size()), sum / n, deviation};
}

}  // namespace

std::vector<RunStatistics> statistics(const Results& results) {
  std::vector<std::pair<std::string, std::vector<double>>> figures;
  for (const auto& result : results.models) {
    if (!result.test_accuracy) continue;
    auto found = std::find_if(figures.begin(), figures.end(), [&](const auto& f) { return f.first == result.name; });
    if (found == figures.end()) found = figures.insert(found, {result.name, {}});
    found->second.push_back(*result.test_accuracy);
  }
  std::vector<RunStatistics> all;
  for (const auto& [name, values] : figures) all.push_back(statistics_of(name, values));
  return all;
}

}  // namespace qualia_snn::command
