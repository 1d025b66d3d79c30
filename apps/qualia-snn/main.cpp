#include <dlfcn.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "program.h"
#include "qualia_snn/core/version.h"

namespace {

constexpr int kConfigExit = 2;
constexpr int kUnexpectedExit = 1;

/// Returns the words of a command as a shell takes them.
std::string command_line(int count, const char* const* words) {
  std::string line;
  for (int i = 0; i < count; ++i) {
    const std::string word = words[i];
    const auto is_plain = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::strchr("-_=./,:+@%", c) != nullptr;
    };
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), is_plain);
    std::string quoted;
    for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += (i > 0 ? " " : "") + (plain ? word : "'" + quoted + "'");
  }
  return line;
}

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
  bool dry_run = false, resume = false, quiet = false, verbose = false;
  app.add_option("config", config, "TOML file, or: list [CATEGORY], describe KIND")->required();
  app.add_option("action", action, "preprocess_data | train | evaluate | predict");
  app.add_flag("--dry-run", dry_run, "train: show configuration, data and models, and do nothing");
  app.add_flag("--resume", resume, "train: go on where a run of this configuration was left");
  auto* const quiet_flag = app.add_flag("-q,--quiet", quiet, "print warnings and results only");
  app.add_flag("-v,--verbose", verbose, "print what is of use when something is looked into")->excludes(quiet_flag);
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
      "Exit codes: 0 done, 1 unexpected, 2 configuration, 3 data, 4 shape, 5 device, 6 plugin, 7 training diverged,\n"
      "130 interrupted (train: after the state was kept).");
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
  const auto command = command_line(argc, argv);
  return run_program({config.c_str(), action.c_str(), dry_run, resume, verbose - quiet, command.c_str(), input.c_str(),
                      output.c_str(), overrides.data(), static_cast<std::int64_t>(overrides.size()),
                      std::chrono::duration_cast<std::chrono::nanoseconds>(start).count()});
}
