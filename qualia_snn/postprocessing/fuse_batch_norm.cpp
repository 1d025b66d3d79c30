#include "qualia_snn/postprocessing/fuse_batch_norm.h"

#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/learningmodel/fuse_batch_norm.h"

namespace qualia_snn::postprocessing {

std::shared_ptr<learningmodel::LearningModel> FuseBatchNorm::process_model(
    std::shared_ptr<learningmodel::LearningModel> model) const {
  model->eval();
  auto fused = std::make_shared<learningmodel::LearningModel>(learningmodel::fuse_batch_norm(*model));
  fused->eval();
  return fused;
}

TrainedModel FuseBatchNorm::apply(TrainedModel trained, const PostprocessingContext& context) {
  trained.model = process_model(trained.model);
  trained.name = process_name(trained.name);
  context.framework.set_model(trained.model);
  log::info(concat("\n", trained.model->summary()));
  if (options_.evaluate) evaluate(trained, context);
  return trained;
}

}  // namespace qualia_snn::postprocessing
