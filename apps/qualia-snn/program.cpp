#include "program.h"

#include <c10/util/Exception.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "qualia_snn/command/experiment.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/spelling.h"
#include "qualia_snn/registry/builtin.h"

namespace {

using namespace qualia_snn;

const std::vector<std::string> kActions = {"preprocess_data", "train"};
const std::vector<std::string> kActionsOfQualia = {"prepare_deploy", "deploy_and_evaluate", "evaluate",
                                                   "parameter_research"};

void check_action(const std::string& action) {
  if (std::find(kActions.begin(), kActions.end(), action) != kActions.end()) return;
  for (const auto& known : kActionsOfQualia) {
    QUALIA_SNN_CHECK(action != known, ConfigError, action,
                     ": an action of Qualia that is not offered yet; offered: ", join(kActions));
  }
  throw ConfigError(concat(action, ": unknown action", did_you_mean(action, kActions), "; offered: ", join(kActions)));
}

void print(const command::Results& results) {
  for (const auto& model : results.models) {
    if (results.models.size() > 1) std::cout << "model = " << model.name << ", run " << model.run << '\n';
    std::cout << "test_acc = " << (model.test_accuracy ? std::to_string(*model.test_accuracy) : "None") << '\n';
    std::cout << "weights = " << model.weights.value_or("None") << '\n';
  }
  if (!results.models.empty()) std::cout << "logs = " << results.logs << std::endl;
}

void run(const QualiaSnnArguments& arguments) {
  check_action(arguments.action);
  const auto registries = registry::builtin_registries();
  const std::vector<std::string> overrides(arguments.overrides, arguments.overrides + arguments.override_count);
  const std::chrono::steady_clock::time_point start{std::chrono::nanoseconds(arguments.start_ns)};
  command::Experiment experiment(config::load_config(arguments.config, overrides, registries), registries, "", start);
  if (arguments.action == std::string("preprocess_data")) {
    experiment.preprocess_data();
  } else {
    const auto results = experiment.train();
    print(results);
    QUALIA_SNN_CHECK(results.left_out.empty(), ConfigError, "postprocessing: not offered yet: ", join(results.left_out),
                     "; training and export are done, these steps were left out");
  }
}

/// Keeps freed memory in the process: a training step frees and asks for the same large blocks again and again, and
/// giving them back to the system in between cost a fifth of the time in page faults.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2147483647);
}

int fail(ExitCode code, const std::string& message) {
  std::cerr << message << std::endl;
  return static_cast<int>(code);
}

}  // namespace

extern "C" QUALIA_SNN_API int qualia_snn_main(const QualiaSnnArguments* arguments) {
  keep_freed_memory();
  std::signal(SIGXFSZ, SIG_IGN);  // a file over the size limit is then an error of write(), which cleans up
  try {
    run(*arguments);
    return static_cast<int>(ExitCode::kOk);
  } catch (const Error& error) {
    return fail(error.exit_code(), error.what());
  } catch (const c10::Error& error) {
    return fail(ExitCode::kUnexpected, concat("unexpected error in LibTorch: ", error.what_without_backtrace()));
  } catch (const std::exception& error) {
    return fail(ExitCode::kUnexpected, concat("unexpected error: ", error.what()));
  }
}
