#include "qualia_snn/postprocessing/parameter_distribution.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

namespace qualia_snn::postprocessing {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// Qualia: "layers.0.conv1.weight" is "layers00conv01-weight".
std::string table_name(const std::string& parameter) {
  const auto dot = parameter.rfind('.');
  std::string layer = dot == std::string::npos ? "" : parameter.substr(0, dot);
  layer.erase(std::remove(layer.begin(), layer.end(), '.'), layer.end());
  std::string name;
  for (std::size_t i = 0; i < layer.size(); ++i) {
    const bool starts = is_digit(layer[i]) && i > 0 && !is_digit(layer[i - 1]);
    const bool ends = i + 1 == layer.size() || !is_digit(layer[i + 1]);
    if (starts && ends) name += '0';
    name += layer[i];
  }
  return name + "-" + (dot == std::string::npos ? parameter : parameter.substr(dot + 1));
}

ParameterDistribution distribution_of(const std::string& name, const at::Tensor& parameter, std::int64_t bins,
                                      double min, double max) {
  const auto values = parameter.detach().cpu().flatten();
  ParameterDistribution result;
  result.name = table_name(name);
  result.min = values.min().item<double>();
  result.max = values.max().item<double>();
  result.mean = values.mean().item<double>();
  result.std = values.numel() > 1 ? values.std().item<double>() : std::numeric_limits<double>::quiet_NaN();
  // Values that are all beyond one bound leave its two ends in the wrong order.
  auto [low, high] = std::minmax({std::floor(std::max(result.min, min)), std::ceil(std::min(result.max, max))});
  if (low == high) {
    low -= 1;
    high += 1;
  }
  result.low = static_cast<std::int64_t>(low);
  result.high = static_cast<std::int64_t>(high);
  const auto histogram = at::histc(values, bins, low, high).to(at::kLong);
  const auto* counts = histogram.const_data_ptr<std::int64_t>();
  result.histogram.assign(counts, counts + bins);
  return result;
}

}  // namespace

std::vector<ParameterDistribution> parameter_distributions(const learningmodel::LearningModel& model, std::int64_t bins,
                                                           double min, double max) {
  std::vector<ParameterDistribution> distributions;
  for (const auto& parameter : model.named_parameters()) {
    distributions.push_back(distribution_of(parameter.key(), parameter.value(), bins, min, max));
  }
  return distributions;
}

}  // namespace qualia_snn::postprocessing
