#pragma once

#include <optional>
#include <string>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/postprocessing/energy_costs.h"
#include "qualia_snn/postprocessing/metric_table.h"
#include "qualia_snn/postprocessing/postprocessing.h"

namespace qualia_snn::postprocessing {

/// Estimates the energy of one inference per layer on a 45 nm circuit.
class QUALIA_SNN_API EnergyEstimationMetric final : public Postprocessing {
 public:
  static constexpr const char* kDetails =
      "Energy of accesses to the memories of potentials, weights, biases, inputs and outputs, of operations and of\n"
      "addresses, in nJ on the terminal, in pJ in logs/<bench>/EnergyEstimationMetric/<date>_<name>_...csv, as a "
      "picture\n"
      "beside it. An access costs 1.09e-5 pJ per bit of the memory + 13.2 pJ; an operation what Horowitz, ISSCC 2014,\n"
      "says for 8 or 32 bits, or what op_estimation_type makes of it. Batch norm is not counted: FuseBatchNorm comes\n"
      "before.\n"
      "Source: qualia_plugin_snn.postprocessing.EnergyEstimationMetric; Lemaire et al., ICONIP 2022, arXiv:2210.13107.";
  struct OperationTypes {
    std::string add = "ICONIP", mul = "ICONIP";

    static void options(auto&& o) {
      o("add", &OperationTypes::add, "of additions").required().one_of(kinds());
      o("mul", &OperationTypes::mul, "of multiplications").required().one_of(kinds());
    }
    static std::vector<std::string> kinds() { return {"ICONIP", "saturation", "linear", "quadratic"}; }
  };
  struct Options {
    std::int64_t mem_width = 0, fifo_size = 0;
    bool total_spikerate_exclude_nonbinary = true;
    std::optional<OperationTypes> op_estimation_type;
    std::optional<std::string> sram_estimation_type;
    bool corrected = false;

    std::string validate() const;

    static void options(auto&& o) {
      o("mem_width", &Options::mem_width, "bits of a value in memory").required().at_least(1).at_most(64);
      o("fifo_size", &Options::fifo_size, "values in the queues of events between layers; spiking models need it")
          .at_least(0)
          .at_most(1e12);
      o("total_spikerate_exclude_nonbinary", &Options::total_spikerate_exclude_nonbinary,
        "the sums of rates and counts leave out what is no spikes");
      o("op_estimation_type", &Options::op_estimation_type,
        "how the energy of operations on mem_width bits is found; none: the figures for 8 or 32 bits, or those for 32");
      o("sram_estimation_type", &Options::sram_estimation_type,
        "energy of accesses to memory; old, or none: grows with its size; new: blocks of 8 KiB read 64 bits at once");
      o("corrected", &Options::corrected, "as the paper says where Qualia's code does otherwise (ours, not Qualia's)");
    }
  };

  EnergyEstimationMetric(const Options& options, const config::BuildContext&) : options_(options) {}
  TrainedModel apply(TrainedModel trained, const PostprocessingContext& context) override;
  void check(const learningmodel::LearningModel& model) const override;

  /// Returns the table: mem_pot, mem_weights, mem_bias, mem_io, mem_total, ops, addr, opsaddr, total, in pJ.
  MetricTable table(const CountedModel& model, bool corrected) const;
  /// Returns what follows the date in the name of the table's file.
  std::string file_suffix(const std::string& model) const;

 private:
  double memory(double values) const;
  double addition() const { return operation(kAddition, &OperationTypes::add); }
  double multiplication() const { return operation(kMultiplication, &OperationTypes::mul); }
  double operation(const OperationEnergies& energies, std::string OperationTypes::*type) const;

  Options options_;
};

}  // namespace qualia_snn::postprocessing
