#include <dlfcn.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "program.h"
#include "qualia_snn/core/version.h"

namespace {

constexpr int kConfigExit = 2;
constexpr int kUnexpectedExit = 1;

int run_program(const QualiaSnnArguments& arguments) {
  // Never closed: plugins and LibTorch keep pointers into it until the process ends.
  void* library = dlopen(kQualiaSnnLibrary, RTLD_NOW | RTLD_GLOBAL);
  void* entry = library ? dlsym(library, kQualiaSnnMainName) : nullptr;
  if (entry == nullptr) {
    std::cerr << "cannot open the qualia_snn library: " << dlerror() << std::endl;
    return kUnexpectedExit;
  }
  return reinterpret_cast<QualiaSnnMain>(entry)(&arguments);
}

}  // namespace

int main(int argc, char** argv) {
  const auto start = std::chrono::steady_clock::now().time_since_epoch();
  CLI::App app{"Trains spiking neural networks from Qualia's TOML configurations.", "qualia-snn"};
  std::string config, action, device, input, output;
  bool dry_run = false;
  app.add_option("config", config, "TOML file, or: list [CATEGORY], describe KIND")->required();
  app.add_option("action", action, "preprocess_data | train | evaluate | predict");
  app.add_flag("--dry-run", dry_run, "train: show configuration, data and models, and do nothing");
  app.add_option("--input", input, "predict: .npy file of preprocessed samples");
  app.add_option("--output", output, "predict: .csv file to write");
  app.add_option("--device", device, "device to run on")->check(CLI::IsMember({"auto", "cpu", "gpu", "cuda"}));
  app.set_version_flag("--version", std::string(qualia_snn::kBuildTag));
  app.allow_extras();
  app.footer(
      "Every value of the file can be set on the command line, as TOML or Python writes it:\n"
      "  qualia-snn configs/fashion_mnist/scnn.toml train --model.0.epochs=1 --bench.name=\"'mine'\"\n"
      "What can be named in the file:\n"
      "  qualia-snn list; qualia-snn list neuron; qualia-snn describe LIFNode\n"
      "Exit codes: 0 done, 1 unexpected, 2 configuration, 3 data, 4 shape, 5 device, 6 plugin, 7 training diverged.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {  // --help, --version
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    std::cerr << error.what() << "; see qualia-snn --help" << std::endl;
    return kConfigExit;
  }

  auto words = app.remaining();
  if (!device.empty()) words.push_back("--learningframework.params.accelerator=" + device);
  std::vector<const char*> overrides;
  for (const auto& word : words) overrides.push_back(word.c_str());
  return run_program({config.c_str(), action.c_str(), dry_run, input.c_str(), output.c_str(), overrides.data(),
                      static_cast<std::int64_t>(overrides.size()),
                      std::chrono::duration_cast<std::chrono::nanoseconds>(start).count()});
}
