#include "qualia_snn/postprocessing/distribution.h"

#include <filesystem>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/python_text.h"
#include "qualia_snn/postprocessing/distribution_chart.h"

namespace fs = std::filesystem;

namespace qualia_snn::postprocessing {
namespace {

std::string csv_text(const std::vector<ParameterDistribution>& distributions, std::int64_t bins) {
  std::string text = "name,min,max,mean,std,low,high";
  for (std::int64_t bin = 0; bin < bins; ++bin) text += concat(",bin_", bin);
  for (const auto& parameter : distributions) {
    text += concat('\n', parameter.name);
    for (const double figure : {parameter.min, parameter.max, parameter.mean, parameter.std}) {
      text += concat(',', io::python_repr(figure));
    }
    text += concat(",", parameter.low, ",", parameter.high);
    for (const auto count : parameter.histogram) text += concat(",", count);
  }
  text += '\n';
  return text;
}

}  // namespace

TrainedModel Distribution::apply(TrainedModel trained, const PostprocessingContext& context) {
  const auto distributions = parameter_distributions(*trained.model, options_.bins, options_.min, options_.max);
  for (const auto& parameter : distributions) {
    log::info(concat(parameter.name, ": min ", parameter.min, ", max ", parameter.max, ", mean ", parameter.mean,
                     ", std ", parameter.std));
  }
  const auto name = concat(trained.name, "_r", trained.run);
  const auto base = (fs::path(context.root) / "out" / "distribution" / trained.name / name).string();
  const auto write = [](const std::string& path, const std::string& text) {
    io::write_file(path, text);
    log::info("distribution = " + path);
  };
  if (options_.output_layer) write(base + "_distribution.csv", csv_text(distributions, options_.bins));
  if (options_.output_pdf) write(base + "_distribution.svg", distribution_chart(name, distributions));
  return trained;
}

}  // namespace qualia_snn::postprocessing
