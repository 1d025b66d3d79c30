#include "tests/parity/case.h"

#include <ATen/ATen.h>

#include <limits>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/spelling.h"

namespace qualia_snn::parity {

std::string Case::kind() const {
  const auto* kind = golden().find("kind");
  return kind ? *kind->get_if<std::string>() : "";
}

std::map<std::string, at::Tensor> Case::group(const std::string& prefix) const {
  std::map<std::string, at::Tensor> found;
  for (const auto& [name, tensor] : tensors) {
    if (name.starts_with(prefix)) found.emplace(name.substr(prefix.size()), tensor);
  }
  return found;
}

double Case::sensitive_bar(const std::string& group) const {
  const auto* sensitivity = golden().find("sensitivity");
  const auto* value = sensitivity ? sensitivity->find(group) : nullptr;
  return std::max(2e-5, value ? 2 * *value->get_if<double>() : 0.0);
}

void Report::compare(const std::string& name, const at::Tensor& actual, const at::Tensor& reference, double bar) {
  if (actual.sizes() != reference.sizes()) return add(name, std::numeric_limits<double>::infinity(), bar);
  if (reference.numel() == 0) return add(name, 0, bar);
  const auto a = actual.detach().to(at::kDouble), r = reference.to(at::kDouble);
  if (!at::equal(a.isnan(), r.isnan())) return add(name, std::numeric_limits<double>::infinity(), bar);
  const auto scale = r.nan_to_num().abs().max().item<double>();
  const auto distance = (a - r).nan_to_num().abs().max().item<double>();
  add(name, scale > 0 ? distance / scale : distance, bar);
}

void Report::equal(const std::string& name, const at::Tensor& actual, const at::Tensor& reference) {
  const bool same =
      actual.sizes() == reference.sizes() && at::equal(actual.detach().to(at::kDouble), reference.to(at::kDouble));
  add(name, same ? 0 : std::numeric_limits<double>::infinity(), 0);
}

void Report::equal(const std::string& name, const std::vector<std::string>& actual,
                   const std::vector<std::string>& reference) {
  add(name, actual == reference ? 0 : std::numeric_limits<double>::infinity(), 0, join(actual));
}

void Report::add(const std::string& name, double figure, double bar, const std::string& found) {
  const bool good = figure <= bar;  // false for NaN
  const double ratio = good ? (bar > 0 ? figure / bar : 0) : std::numeric_limits<double>::infinity();
  passed_ = passed_ && good;
  if (ratio <= ratio_) return;
  name_ = name;
  found_ = good ? "" : found;
  figure_ = figure;
  bar_ = bar;
  ratio_ = ratio;
}

std::string Report::worst() const {
  return concat(name_, " ", figure_, " ", bar_, found_.empty() ? "" : " (" + found_ + ")");
}

}  // namespace qualia_snn::parity
