#include "apps/bench_neuron/measure.h"

#include <algorithm>
#include <chrono>
#include <fstream>

namespace qualia_snn::bench {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Returns a figure of the kernel about this process, in bytes.
double status(const std::string& name) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name + ":")) return std::stod(line.substr(name.size() + 1)) * 1024;
  }
  return 0;
}

}  // namespace

double Row::median() const {
  auto sorted = seconds;
  std::sort(sorted.begin(), sorted.end());
  return sorted[sorted.size() / 2];
}
double Row::lowest() const { return *std::min_element(seconds.begin(), seconds.end()); }
double Row::highest() const { return *std::max_element(seconds.begin(), seconds.end()); }

void measure(std::vector<Row>& rows, int rounds, double seconds) {
  std::vector<int> repeats;
  for (auto& row : rows) {
    row.run();  // touches its pages
    const auto begin = now();
    row.run();
    repeats.push_back(std::max(1, static_cast<int>(seconds / std::max(now() - begin, 1e-7))));
  }
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto begin = now();
      for (int k = 0; k < repeats[i]; ++k) rows[i].run();
      rows[i].seconds.push_back((now() - begin) / repeats[i]);
    }
  }
}

double peak_growth(const std::function<void()>& run) {
  std::ofstream("/proc/self/clear_refs") << "5";  // forgets the peak so far
  const double before = status("VmRSS");
  run();
  return status("VmHWM") - before;
}

}  // namespace qualia_snn::bench
