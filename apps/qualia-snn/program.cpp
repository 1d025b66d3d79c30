#include "program.h"

#include <c10/util/Exception.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/command/describe.h"
#include "qualia_snn/command/experiment.h"
#include "qualia_snn/config/override.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/freed_memory.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/spelling.h"
#include "qualia_snn/registry/builtin.h"
#include "qualia_snn/registry/load_plugins.h"

namespace {

using namespace qualia_snn;

volatile std::sig_atomic_t g_interrupted = 0;  // NOLINT: what a signal handler may write

/// The first signal asks for an end after the present step; the second one ends the program.
extern "C" void on_interrupt(int) {
  if (g_interrupted != 0) _exit(static_cast<int>(ExitCode::kInterrupted));
  g_interrupted = 1;
}

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

const std::vector<std::string> kActions = {"preprocess_data", "train", "evaluate", "predict"};
const std::vector<std::string> kActionsOfQualia = {"prepare_deploy", "deploy_and_evaluate", "parameter_research"};

void check_action(const QualiaSnnArguments& arguments) {
  const std::string action = arguments.action;
  QUALIA_SNN_CHECK(!action.empty(), ConfigError, "missing action; offered: ", join(kActions));
  for (const auto& known : kActionsOfQualia) {
    QUALIA_SNN_CHECK(action != known, ConfigError, action,
                     ": an action of Qualia that is not offered yet; offered: ", join(kActions));
  }
  QUALIA_SNN_CHECK(std::find(kActions.begin(), kActions.end(), action) != kActions.end(), ConfigError, action,
                   ": unknown action", did_you_mean(action, kActions), "; offered: ", join(kActions));
  const bool files = *arguments.input != '\0' || *arguments.output != '\0';
  QUALIA_SNN_CHECK(action == "predict" || !files, ConfigError, "--input and --output belong to the action predict");
  QUALIA_SNN_CHECK(action != "predict" || (*arguments.input != '\0' && *arguments.output != '\0'), ConfigError,
                   "predict: missing --input x.npy or --output y.csv");
  QUALIA_SNN_CHECK(action == "train" || !arguments.dry_run, ConfigError, "--dry-run belongs to the action train");
  QUALIA_SNN_CHECK(action == "train" || !arguments.resume, ConfigError, "--resume belongs to the action train");
}

std::string without(std::string text, const std::string& part) {
  if (const auto at = text.find(part); at != std::string::npos) text.erase(at, part.size());
  return text;
}

/// Writes to standard output and notices when that fails: a full disk behind a redirection must not pass for success.
void print(const std::string& text) {
  std::cout << text << std::flush;
  QUALIA_SNN_CHECK(std::cout.good(), DataError, "standard output cannot be written");
}

std::string results_text(const command::Results& results) {
  std::ostringstream text;
  for (const auto& model : results.models) {
    if (results.models.size() > 1) text << "model = " << model.name << ", run " << model.run << '\n';
    text << "test_acc = " << (model.test_accuracy ? std::to_string(*model.test_accuracy) : "None") << '\n';
    text << "weights = " << model.weights.value_or("None") << '\n';
  }
  for (const auto& model : command::statistics(results)) {
    if (model.runs < 2) continue;
    text << model.name << ": test_acc " << std::fixed << std::setprecision(4) << model.mean << " ± " << model.deviation
         << " (mean and standard deviation of " << model.runs << " runs)\n";
  }
  if (!results.models.empty()) text << "logs = " << results.logs << '\n';
  return std::move(text).str();
}

void run_action(command::Experiment& experiment, const QualiaSnnArguments& arguments) {
  const std::string action = arguments.action;
  if (action == "preprocess_data") {
    experiment.preprocess_data();
  } else if (action == "evaluate") {
    print(results_text(experiment.evaluate()));
  } else if (action == "predict") {
    experiment.predict(arguments.input, arguments.output);
  } else if (arguments.dry_run) {
    print(experiment.dry_run());
  } else {
    const auto results = experiment.train();
    print(results_text(results));
    QUALIA_SNN_CHECK(results.left_out.empty(), ConfigError, "postprocessing: not offered yet: ", join(results.left_out),
                     "; training and export are done, these steps were left out");
  }
}

/// Loads the plugins that a question names, `--bench.plugins=[...]`; it has no configuration file.
void load_plugins_of_question(const std::string& question, const std::vector<std::string>& overrides,
                              config::Registries& registries) {
  constexpr const char* kPlugins = "--bench.plugins=";
  for (const auto& word : overrides) {
    QUALIA_SNN_CHECK(word.starts_with(kPlugins), ConfigError, question, ": unexpected ", word,
                     "; expected: list [CATEGORY], or describe KIND, and --bench.plugins=[...]");
  }
  config::Value config(config::Value::Table{}, {});
  config::apply_overrides(config, overrides);
  for (const auto& plugin : config::plugins_of(config).names) registry::load_plugin(plugin, registries);
}

void run(const QualiaSnnArguments& arguments) {
  auto registries = registry::builtin_registries();
  const std::string config = arguments.config;
  const std::vector<std::string> overrides(arguments.overrides, arguments.overrides + arguments.override_count);
  const bool asks = config == "list" || config == "describe";
  if (asks) load_plugins_of_question(config, overrides, registries);
  QUALIA_SNN_CHECK(config != "describe" || *arguments.action != '\0', ConfigError,
                   "describe: missing KIND; qualia-snn list shows all");
  if (config == "list") return print(command::list(registries, arguments.action));
  if (config == "describe") return print(command::describe(registries, arguments.action));
  check_action(arguments);
  command::Environment environment;
  environment.program_start = std::chrono::steady_clock::time_point(std::chrono::nanoseconds(arguments.start_ns));
  environment.command_line = without(arguments.command_line, " --resume");
  environment.resume = arguments.resume;
  if (std::string(arguments.action) == "train" && !arguments.dry_run) {
    catch_interrupts();
    environment.interrupted = [] { return g_interrupted != 0; };
  }
  // Before the experiment holds the registries: plugins add to them.
  auto loaded = registry::load_config(config, overrides, registries);
  command::Experiment experiment(std::move(loaded), registries, environment);
  run_action(experiment, arguments);
  print("");  // what the log wrote
}

int fail(ExitCode code, const std::string& message) {
  std::cerr << message << std::endl;
  return static_cast<int>(code);
}

}  // namespace

extern "C" QUALIA_SNN_API int qualia_snn_main(const QualiaSnnArguments* arguments) {
  keep_freed_memory();
  log::set_level(arguments->verbosity < 0   ? log::Level::kWarning
                 : arguments->verbosity > 0 ? log::Level::kDebug
                                            : log::Level::kInfo);
  std::signal(SIGXFSZ, SIG_IGN);  // a file over the size limit is then an error of write(), which cleans up
  try {
    run(*arguments);
    return static_cast<int>(ExitCode::kOk);
  } catch (const Interrupted& interrupted) {
    const std::string command = arguments->command_line;
    return fail(interrupted.exit_code(),
                concat(interrupted.what(), "\ngo on with: ", command, arguments->resume ? "" : " --resume"));
  } catch (const Error& error) {
    return fail(error.exit_code(), error.what());
  } catch (const c10::Error& error) {
    return fail(ExitCode::kUnexpected, concat("unexpected error in LibTorch: ", error.what_without_backtrace()));
  } catch (const std::exception& error) {
    return fail(ExitCode::kUnexpected, concat("unexpected error: ", error.what()));
  }
}
