#pragma once

#include <functional>
#include <string>
#include <vector>

namespace qualia_snn::bench {

/// One thing to measure, and its times.
struct Row {
  std::string name;
  std::function<void()> run;
  std::vector<double> seconds = {};  ///< of one run, one per round

  double median() const;
  double lowest() const;
  double highest() const;
};

/// Runs all rows in turn, `rounds` times; a round repeats a row for at least `seconds`, so that short ones are timed
/// well.
void measure(std::vector<Row>& rows, int rounds, double seconds);

/// Returns by how many bytes the memory of the process grew at most while `run` ran.
double peak_growth(const std::function<void()>& run);

}  // namespace qualia_snn::bench
