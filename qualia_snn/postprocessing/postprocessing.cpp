#include "qualia_snn/postprocessing/postprocessing.h"

#include "qualia_snn/core/log.h"

namespace qualia_snn::postprocessing {

Postprocessing::~Postprocessing() = default;

void evaluate(TrainedModel& trained, const PostprocessingContext& context) {
  if (!context.evaluate) return;
  trained.metrics = context.evaluate(trained.name);
  trained.test_accuracy.reset();
  for (const auto& [name, value] : trained.metrics) {
    if (name == "test_acc") trained.test_accuracy = value;
  }
}

void write_log(const PostprocessingContext& context, const std::string& kind, const std::string& suffix,
               const std::string& text) {
  if (context.write_log) log::info(kind + " = " + context.write_log(kind, suffix, text));
}

}  // namespace qualia_snn::postprocessing
