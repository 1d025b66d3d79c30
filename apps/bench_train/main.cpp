// Trains a configuration and prints the time and loss of every step as JSON, for scripts/bench/compare.py.

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iomanip>
#include <iostream>

#include "qualia_snn/command/experiment.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/freed_memory.h"
#include "qualia_snn/learningframework/trainer_module.h"
#include "qualia_snn/registry/builtin.h"

namespace {

using namespace qualia_snn;

/// Seconds of the monotonic clock, which other processes read too.
double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Notes when each step ended, and its loss.
class StepTimes final : public learningframework::Observer {
 public:
  /// @param layer_by_layer  train without fused blocks
  explicit StepTimes(bool layer_by_layer) : layer_by_layer_(layer_by_layer) {}
  void on_fit_begin(const learningframework::FitInfo& info) override {
    if (layer_by_layer_) info.module.model().set_fused(false);
    begin_ = now();
  }
  void on_step_end(const learningframework::StepInfo& info) override {
    ends_.push_back(now());
    losses_.push_back(info.loss);
  }
  void on_fit_end() override {
    // Evaluation comes later: the most memory that training took.
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    peak_kib_ = usage.ru_maxrss;
  }

  void print(std::ostream& out) const {
    out << std::setprecision(15) << "RESULT {\"begin\": " << begin_ << ", \"peak_kib\": " << peak_kib_;
    print_list(out, "ends", ends_);
    print_list(out, "losses", losses_);
    out << "}" << std::endl;
  }

 private:
  static void print_list(std::ostream& out, const char* name, const std::vector<double>& values) {
    out << ", \"" << name << "\": [";
    for (std::size_t i = 0; i < values.size(); ++i) out << (i ? ", " : "") << values[i];
    out << "]";
  }

  bool layer_by_layer_;
  double begin_ = 0;
  long peak_kib_ = 0;
  std::vector<double> ends_, losses_;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Trains a configuration and prints the time and loss of every step as JSON.");
  std::string config;
  app.add_option("config", config, "configuration, its data set preprocessed")->required();
  bool layer_by_layer = false;
  app.add_flag("--layer-by-layer", layer_by_layer, "without fused blocks");
  app.allow_extras();
  CLI11_PARSE(app, argc, argv);
  keep_freed_memory();  // as the program does
  try {
    const auto registries = registry::builtin_registries();
    command::Experiment experiment(config::load_config(config, app.remaining(), registries), registries);
    const auto times = std::make_shared<StepTimes>(layer_by_layer);
    experiment.add_observer(times);
    experiment.train();
    times->print(std::cout);
    return 0;
  } catch (const Error& error) {
    std::cerr << error.what() << std::endl;
    return static_cast<int>(error.exit_code());
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
    return 1;
  }
}
