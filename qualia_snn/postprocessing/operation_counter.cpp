#include "qualia_snn/postprocessing/operation_counter.h"

#include "qualia_snn/core/log.h"
#include "qualia_snn/postprocessing/metric_step.h"

namespace qualia_snn::postprocessing {

MetricTable operation_table(const CountedModel& model, bool corrected) {
  const auto figures = [&](const CountedLayer&, const LayerCounts& counts) -> std::vector<double> {
    const bool hybrid = counts.method == LayerCounts::Method::kHybrid;
    const double mac = counts.multiply_accumulates + counts.leak_multiplies;
    // Qualia: what is no spikes is read once here, its weights at each step; its energies count both once.
    const double weights =
        hybrid && !corrected ? counts.weight_reads * static_cast<double>(model.timesteps) : counts.weight_reads;
    return {counts.accumulates,
            mac,
            counts.address_accumulates,
            counts.address_multiply_accumulates,
            counts.accumulates + counts.address_accumulates,
            mac + counts.address_multiply_accumulates,
            counts.output_writes + counts.potential_reads,
            counts.input_reads + weights + counts.bias_reads + counts.potential_reads};
  };
  return make_table(model,
                    {"syn_acc", "syn_mac", "addr_acc", "addr_mac", "total_acc", "total_mac", "mem_write", "mem_read"},
                    figures, corrected);
}

TrainedModel OperationCounter::apply(TrainedModel trained, const PostprocessingContext& context) {
  const auto model = count_test_set(trained, context, options_.total_spikerate_exclude_nonbinary);
  const auto table = operation_table(model, options_.corrected);
  log::info("operations and memory accesses of one inference:" + terminal_text(table, 1));
  if (options_.corrected) tell_difference(table, operation_table(model, /*corrected=*/false), "total_acc");
  write_log(context, "OperationCounter", "_" + trained.name + ".csv", csv_text(table));
  if (trained.hash) {
    const auto& sum = table.rows.back();
    for (const auto& recorder : context.recorders) {
      recorder->on_operations({*trained.hash, table.columns, sum.figures, sum.spiking, sum.in_rate, sum.out_rate,
                               sum.in_count, sum.out_count, sum.in_binary, sum.out_binary});
    }
  }
  return trained;
}

}  // namespace qualia_snn::postprocessing
