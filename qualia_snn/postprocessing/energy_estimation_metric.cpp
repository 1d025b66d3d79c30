#include "qualia_snn/postprocessing/energy_estimation_metric.h"

#include <map>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/io/python_text.h"
#include "qualia_snn/postprocessing/energy_chart.h"
#include "qualia_snn/postprocessing/metric_step.h"

namespace qualia_snn::postprocessing {
namespace {

constexpr double kPicoPerNano = 1000;

OperationEstimate estimate_named(const std::string& name) {
  static const std::map<std::string, OperationEstimate> kEstimates = {{"ICONIP", OperationEstimate::kICONIP},
                                                                      {"saturation", OperationEstimate::kSaturation},
                                                                      {"linear", OperationEstimate::kLinear},
                                                                      {"quadratic", OperationEstimate::kQuadratic}};
  return kEstimates.at(name);
}

}  // namespace

std::string EnergyEstimationMetric::Options::validate() const {
  if (sram_estimation_type && *sram_estimation_type != "old" && *sram_estimation_type != "new") {
    return "sram_estimation_type = \"" + *sram_estimation_type + "\": must be \"old\" or \"new\"";
  }
  const bool saturates =
      op_estimation_type && (op_estimation_type->add == "saturation" || op_estimation_type->mul == "saturation");
  if (saturates && mem_width > 32) return concat("mem_width = ", mem_width, ": saturation knows widths up to 32");
  return "";
}

double EnergyEstimationMetric::memory(double values) const {
  return memory_energy(values, options_.mem_width, options_.sram_estimation_type == "new");
}

double EnergyEstimationMetric::operation(const OperationEnergies& energies, std::string OperationTypes::*type) const {
  const auto& types = options_.op_estimation_type;
  if (types) return operation_energy(energies, options_.mem_width, estimate_named((*types).*type));
  return options_.mem_width == 8 ? energies.at_8_bits : energies.at_32_bits;
}

MetricTable EnergyEstimationMetric::table(const CountedModel& model, bool corrected) const {
  const double add = addition(), mul = multiplication(), mac = add + mul;
  const auto figures = [&](const CountedLayer& layer, const LayerCounts& counts) -> std::vector<double> {
    const double I = layer.inputs.empty() ? 0 : volume(layer.inputs[0]), O = volume(layer.output);
    const auto fifo = static_cast<double>(options_.fifo_size);
    const double potentials = 2 * counts.potential_reads * memory(O);
    const double weights = counts.weight_reads * memory(static_cast<double>(layer.weights));
    const double biases = layer.biases == 0 ? 0 : counts.bias_reads * memory(static_cast<double>(layer.biases));
    const double io =
        counts.input_reads * memory(model.spiking ? fifo : I) + counts.output_writes * memory(model.spiking ? fifo : O);
    const double operations =
        counts.multiply_accumulates * mac + counts.accumulates * add + counts.leak_multiplies * mul;
    const double addresses = counts.address_multiply_accumulates * mac + counts.address_accumulates * add;
    const double memories = potentials + weights + biases + io, computed = operations + addresses;
    return {potentials, weights, biases, io, memories, operations, addresses, computed, memories + computed};
  };
  return make_table(model,
                    {"mem_pot", "mem_weights", "mem_bias", "mem_io", "mem_total", "ops", "addr", "opsaddr", "total"},
                    figures, corrected);
}

std::string EnergyEstimationMetric::file_suffix(const std::string& model) const {
  const auto& types = options_.op_estimation_type;
  return concat("_", model, "_mem", options_.mem_width, "bit_", io::python_repr(addition()), "_",
                io::python_repr(multiplication()), "_",
                types ? "add" + types->add + "mul" + types->mul : std::string("ICONIP"), "_sram",
                options_.sram_estimation_type.value_or("ICONIP"));
}

void EnergyEstimationMetric::check(const learningmodel::LearningModel& model) const {
  QUALIA_SNN_CHECK(!model.shape().step_mode || options_.fifo_size > 0, ConfigError,
                   "EnergyEstimationMetric: params.fifo_size = 0: spiking models need the size of their queues");
}

TrainedModel EnergyEstimationMetric::apply(TrainedModel trained, const PostprocessingContext& context) {
  const auto model = count_test_set(trained, context, options_.total_spikerate_exclude_nonbinary);
  const auto energies = table(model, options_.corrected);
  log::info("energy of one inference of " + trained.name + " in nJ, on 45 nm:" + terminal_text(energies, kPicoPerNano));
  if (options_.corrected) tell_difference(energies, table(model, /*corrected=*/false), "total");
  const auto suffix = file_suffix(trained.name);
  write_log(context, "EnergyEstimationMetric", suffix + ".csv", csv_text(energies));
  write_log(context, "EnergyEstimationMetric", suffix + ".svg", energy_chart(trained.name, energies));
  return trained;
}

}  // namespace qualia_snn::postprocessing
