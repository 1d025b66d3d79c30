// Checks every golden case of one family: parity_tests FAMILY [FOLDER ...]
//
// Cases lie in the given folders and in those named by QUALIA_SNN_GOLDEN (colon-separated). One line per case,
//   PASS|FAIL|SKIP <folder> <worst tensor> <figure> <bar>
// then the totals. Exit code: 1 if a case failed, 77 if every case was skipped, else 0.
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <set>
#include <sstream>

#include "qualia_snn/config/parse.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/io/safetensors.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/parity/case.h"

namespace fs = std::filesystem;

namespace {

using namespace qualia_snn;

/// What may be skipped because it does not exist yet; any other skip is a failure.
const std::set<std::string> kSkippable = {
    // models
    "TorchVisionModel",
    // data augmentations
    "TorchVisionModelTransforms", "Rotation", "CMSISMFCC",
    // postprocessings
    "quantization",
    // a whole family
    "quantizer"};

void skip_family(const parity::Case& c, const config::Registries&, parity::Report&) {
  throw parity::Skip{*c.golden().find("family")->get_if<std::string>()};
}

parity::Family find_family(const std::string& name) {
  if (name == "model") return parity::check_model;
  if (name == "neuron") return parity::check_neuron;
  if (name == "surrogate") return parity::check_surrogate;
  if (name == "scheduler") return parity::check_scheduler;
  if (name == "seed") return parity::check_seed;
  if (name == "preprocessing") return parity::check_preprocessing;
  if (name == "metrics") return parity::check_metrics;
  if (name == "augmentation") return parity::check_augmentation;
  if (name == "postprocessing") return parity::check_postprocessing;
  if (name == "quantizer") return skip_family;
  return nullptr;
}

std::vector<fs::path> case_folders(int argc, char** argv) {
  std::vector<std::string> roots(argv + 2, argv + argc);
  if (const char* more = std::getenv("QUALIA_SNN_GOLDEN")) {
    std::istringstream list(more);
    for (std::string root; std::getline(list, root, ':');) {
      if (!root.empty()) roots.push_back(root);
    }
  }
  std::vector<fs::path> folders;
  for (const auto& root : roots) {
    for (const auto& entry : fs::directory_iterator(root)) {
      if (fs::exists(entry.path() / "case.toml")) folders.push_back(entry.path());
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

struct Totals {
  int passed = 0, failed = 0, skipped = 0;
};

void check(const fs::path& folder, const config::Value& config, parity::Family family,
           const config::Registries& registries, Totals& totals) {
  const auto name = folder.filename().string();
  const auto fail = [&](const std::string& reason) {
    ++totals.failed;
    std::cout << "FAIL " << name << " " << reason << std::endl;
  };
  try {
    const parity::Case c{name, folder.string(), config,
                         io::read_safetensors((folder / "tensors.safetensors").string()).tensors};
    parity::Report report;
    family(c, registries, report);
    if (!report.passed()) return fail(report.worst());
    ++totals.passed;
    std::cout << "PASS " << name << " " << report.worst() << std::endl;
  } catch (const parity::Skip& skip) {
    if (!kSkippable.contains(skip.kind))
      return fail("- inf 0 (skipped for " + skip.kind + ", which may not be skipped)");
    ++totals.skipped;
    std::cout << "SKIP " << name << " " << skip.kind << " - -" << std::endl;
  } catch (const std::exception& error) {
    fail(concat("- inf 0 (", error.what(), ")"));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto family = argc > 1 ? find_family(argv[1]) : nullptr;
  if (family == nullptr) {
    std::cerr << "usage: parity_tests FAMILY [FOLDER ...]" << std::endl;
    return 2;
  }
  at::set_num_threads(1);
  const auto registries = registry::builtin_registries();
  Totals totals;
  for (const auto& folder : case_folders(argc, argv)) {
    const auto config = config::parse_file((folder / "case.toml").string());
    const auto* golden = config.find("golden");
    const auto* name = golden ? golden->find("family") : nullptr;
    if (name == nullptr || find_family(*name->get_if<std::string>()) == nullptr) {
      std::cout << "FAIL " << folder.filename().string() << " - inf 0 (unknown family)" << std::endl;
      ++totals.failed;
    } else if (*name->get_if<std::string>() == argv[1]) {
      check(folder, config, family, registries, totals);
    }
  }
  std::cout << argv[1] << ": " << totals.passed << " passed, " << totals.failed << " failed, " << totals.skipped
            << " skipped" << std::endl;
  if (totals.failed > 0 || totals.passed + totals.skipped == 0) return 1;
  return totals.passed == 0 ? 77 : 0;
}
