#pragma once

#include "qualia_snn/config/registries.h"
#include "qualia_snn/postprocessing/metric_table.h"
#include "qualia_snn/postprocessing/postprocessing.h"

namespace qualia_snn::postprocessing {

/// Counts operations and memory accesses of one inference per layer.
class QUALIA_SNN_API OperationCounter final : public Postprocessing {
 public:
  static constexpr const char* kDetails =
      "Accumulations and multiply-accumulations of synapses and of addresses, reads and writes of memory, and rates "
      "of\n"
      "spikes over the test set, in a table and logs/<bench>/OperationCounter/<date>_<name>.csv. Batch norm is not\n"
      "counted: FuseBatchNorm comes before.\n"
      "Source: qualia_plugin_snn.postprocessing.OperationCounter; Lemaire et al., ICONIP 2022, arXiv:2210.13107.";
  struct Options {
    bool total_spikerate_exclude_nonbinary = true, corrected = false;

    static void options(auto&& o) {
      o("total_spikerate_exclude_nonbinary", &Options::total_spikerate_exclude_nonbinary,
        "the sums of rates and counts leave out what is no spikes");
      o("corrected", &Options::corrected, "as the paper says where Qualia's code does otherwise (ours, not Qualia's)");
    }
  };

  OperationCounter(const Options& options, const config::BuildContext&) : options_(options) {}
  TrainedModel apply(TrainedModel trained, const PostprocessingContext& context) override;

 private:
  Options options_;
};

/// Returns the table of OperationCounter: syn_acc, syn_mac, addr_acc, addr_mac, total_acc, total_mac, mem_write,
/// mem_read.
QUALIA_SNN_API MetricTable operation_table(const CountedModel& model, bool corrected);

}  // namespace qualia_snn::postprocessing
