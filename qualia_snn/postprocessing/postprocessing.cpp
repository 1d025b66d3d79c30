#include "qualia_snn/postprocessing/postprocessing.h"

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn::postprocessing {

Postprocessing::~Postprocessing() = default;

void Postprocessing::check(const learningmodel::LearningModel&) const {}

std::string Postprocessing::process_name(const std::string& name) const { return name; }

std::shared_ptr<learningmodel::LearningModel> Postprocessing::process_model(
    std::shared_ptr<learningmodel::LearningModel> model) const {
  return model;
}

const datamodel::RawData& test_set(const PostprocessingContext& context, const std::string& use) {
  const auto& test = context.data.sets.test;
  QUALIA_SNN_CHECK(test && test->size() > 0, DataError, context.data.name, ": there is no test set to ", use);
  return *test;
}

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
