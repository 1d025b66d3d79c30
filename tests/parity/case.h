#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/config/value.h"

namespace qualia_snn::parity {

/// A golden case: numbers that the original Python code gave; tests/golden/README.md describes the formats.
struct Case {
  std::string folder;  ///< its name
  std::string path;
  config::Value config;  ///< case.toml
  std::map<std::string, at::Tensor> tensors;

  const config::Value& golden() const { return *config.find("golden"); }
  /// Returns golden.kind, or "".
  std::string kind() const;
  /// Returns the tensors whose names start with `prefix`, without it.
  std::map<std::string, at::Tensor> group(const std::string& prefix) const;
  /// Returns max(2e-5, twice the sensitivity that was measured for a group of tensors).
  double sensitive_bar(const std::string& group) const;
};

/// Raised by a family that cannot check a case because a kind does not exist yet.
struct Skip {
  std::string kind;
};

/// The deviations of one case from its reference.
class Report {
 public:
  /// Compares by max|a-b| / max|reference|; NaN has to stand where it stands in the reference.
  void compare(const std::string& name, const at::Tensor& actual, const at::Tensor& reference, double bar);
  /// Compares bit by bit in value.
  void equal(const std::string& name, const at::Tensor& actual, const at::Tensor& reference);
  void equal(const std::string& name, const std::vector<std::string>& actual,
             const std::vector<std::string>& reference);

  bool passed() const { return passed_; }
  /// Returns "<tensor> <figure> <bar>" of the comparison that came closest to its bar or went furthest beyond, and what
  /// was found where that is not a number.
  std::string worst() const;

 private:
  void add(const std::string& name, double figure, double bar, const std::string& found = "");

  bool passed_ = true;
  std::string name_ = "-", found_;
  double figure_ = 0, bar_ = 0, ratio_ = -1;
};

/// Checks one case; throws Skip.
using Family = void (*)(const Case&, const config::Registries&, Report&);

void check_model(const Case& c, const config::Registries& registries, Report& report);
void check_neuron(const Case& c, const config::Registries& registries, Report& report);
void check_surrogate(const Case& c, const config::Registries& registries, Report& report);
void check_scheduler(const Case& c, const config::Registries& registries, Report& report);
void check_seed(const Case& c, const config::Registries& registries, Report& report);
void check_augmentation(const Case& c, const config::Registries& registries, Report& report);
void check_split(const Case& c, const config::Registries& registries, Report& report);    // of the family seed
void check_eurosat(const Case& c, const config::Registries& registries, Report& report);  // of the family seed
void check_preprocessing(const Case& c, const config::Registries& registries, Report& report);
void check_postprocessing(const Case& c, const config::Registries& registries, Report& report);
void check_metrics(const Case& c, const config::Registries& registries, Report& report);

/// Throws Skip if the kind is one of Qualia's that is not offered; an unknown kind stays an error.
template <class Base>
void skip_if_missing(const config::Registry<Base>& registry, const std::string& kind) {
  if (!registry.find(kind) && registry.is_not_offered(kind)) throw Skip{kind};
}

}  // namespace qualia_snn::parity
