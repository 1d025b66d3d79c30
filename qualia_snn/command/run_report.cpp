#include "qualia_snn/command/run_report.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/util/ArrayRef.h>

#include <chrono>
#include <ctime>

#include "qualia_snn/config/dump.h"
#include "qualia_snn/core/device.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/process_memory.h"
#include "qualia_snn/core/version.h"
#include "qualia_snn/experimenttracking/log_path.h"
#include "qualia_snn/experimenttracking/report_text.h"
#include "qualia_snn/experimenttracking/tensorboard_pictures.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/png.h"
#include "qualia_snn/learningframework/spike_raster.h"
#include "qualia_snn/learningmodel/layer_cost.h"
#include "qualia_snn/neuron/spiking_neuron.h"

namespace qualia_snn::command {
namespace {

using experimenttracking::Report;

constexpr std::int64_t kSamplesOfRasters = 3;

std::string local_time() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm broken_down{};
  localtime_r(&now, &broken_down);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &broken_down);
  return text;
}

std::vector<Report::Layer> layers_of(const learningmodel::LearningModel& model,
                                     const experimenttracking::ReportRecorder& recorder) {
  std::vector<Report::Layer> layers;
  const auto costs = learningmodel::layer_costs(model.graph());
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const auto& node = model.graph().nodes()[i];
    Report::Layer layer{node.name, node.module->kind(), concat(c10::IntArrayRef(node.output_shape)), 0, 0, false, {}};
    layer.parameters = costs[i].parameters;
    layer.operations = costs[i].multiply_accumulates * model.shape().timesteps;
    layer.spikes = dynamic_cast<const neuron::SpikingNeuron*>(node.module.get()) != nullptr;
    if (layer.spikes) layer.health = recorder.health(node.name);
    layers.push_back(std::move(layer));
  }
  return layers;
}

/// Rasters of the test set, or of the training set where there is none.
std::vector<Report::Raster> rasters_of(const Bench& bench) {
  const auto sets = bench.evaluated_sets();
  if (sets.empty()) return {};
  const auto& [set, data] = sets.back();
  const RandomSource source(RandomKey(0).with("spike_raster"));
  std::vector<Report::Raster> rasters;
  for (const auto& recorded : learningframework::record_spikes(bench.framework(), *data, kSamplesOfRasters, source)) {
    const auto spikes = recorded.spikes.to(at::kByte).contiguous();
    const auto* const first = spikes.const_data_ptr<std::uint8_t>();
    auto title = concat(set, " sample ", recorded.sample);
    if (data->y.size(1) > 1) {  // one column holds no classes
      title += concat(", class ", recorded.truth);
      title += recorded.truth == recorded.predicted ? ", recognised" : concat(" taken for ", recorded.predicted);
    }
    rasters.push_back(
        {std::move(title), recorded.layer, spikes.size(0), spikes.size(1), {first, first + spikes.numel()}});
  }
  return rasters;
}

std::vector<std::vector<std::int64_t>> rows_of(const at::Tensor& counts) {
  std::vector<std::vector<std::int64_t>> rows;
  if (!counts.defined()) return rows;
  const auto table = counts.cpu().contiguous();
  const auto* first = table.const_data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < table.size(0); ++i, first += table.size(1))
    rows.emplace_back(first, first + table.size(1));
  return rows;
}

std::vector<std::pair<std::string, std::string>> facts_of(const ReportContext& context, const ModelResult& result) {
  const auto& bench = context.loaded.config.bench;
  const auto device = context.bench.framework().device();
  return {{"Date", local_time()},
          {"Device", device_text(device)},
          {"Threads", std::to_string(at::get_num_threads())},
          {"Versions", concat("qualia_snn ", kVersion, ", LibTorch ", kLibTorchVersion)},
          {"Seed", std::to_string(bench.seed)},
          {"Run", std::to_string(result.run)},
          {"Data", context.bench.data_text()},
          {"Parameters", std::to_string(result.parameters)},
          {"Memory at most", experimenttracking::report::bytes(static_cast<double>(process_memory().peak))},
          {"Weights", result.weights.value_or("not written")}};
}

}  // namespace

Report make_report(const ReportContext& context, const ModelRun& model_run, const ModelResult& result,
                   const std::optional<Evaluation>& evaluation, const experimenttracking::ReportRecorder& recorder) {
  Report report;
  report.name = concat(result.name, "_r", model_run.run);
  report.test_accuracy = result.test_accuracy;
  report.facts = facts_of(context, result);
  report.command = context.environment.command_line;
  report.warnings = context.bench.warnings();
  report.epochs = recorder.epochs();
  if (evaluation) report.confusion_matrix = rows_of(evaluation->confusion_matrix);
  report.layers = layers_of(context.bench.framework().model(), recorder);
  report.rasters = rasters_of(context.bench);
  for (auto& setting : config::settings(context.loaded.resolved)) {
    report.settings.push_back({std::move(setting.name), std::move(setting.value), std::move(setting.origin)});
  }
  return report;
}

void write_report(const ReportContext& context, const std::string& run, const Report& report) {
  const auto folder =
      experimenttracking::log_folder(context.environment.root, context.loaded.config.bench.name, "report");
  const auto path = concat(folder, "/", run, "/", report.name, ".html");
  try {
    io::write_file(path, experimenttracking::report_html(report));
    log::info("report = " + path);
  } catch (const DataError& error) {
    log::warning(concat("there is no report: ", error.what()));
  }
}

experimenttracking::NamedImages pictures(const Report& report) {
  using namespace experimenttracking::tensorboard;
  experimenttracking::NamedImages images;
  if (!io::writes_png()) return images;
  if (!report.confusion_matrix.empty())
    images.emplace_back("confusion_matrix", confusion_picture(report.confusion_matrix));
  for (const auto& raster : report.rasters) {
    images.emplace_back(concat("spikes/", raster.layer, "/", raster.title), raster_picture(raster));
  }
  return images;
}

}  // namespace qualia_snn::command
