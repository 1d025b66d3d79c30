#include "qualia_snn/postprocessing/fuse_batch_norm.h"

#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/learningmodel/fuse_batch_norm.h"

namespace qualia_snn::postprocessing {

TrainedModel FuseBatchNorm::apply(TrainedModel trained, const PostprocessingContext& context) {
  trained.model->eval();
  trained.model = std::make_shared<learningmodel::LearningModel>(learningmodel::fuse_batch_norm(*trained.model));
  trained.model->eval();
  trained.name += "_fused";
  context.framework.set_model(trained.model);
  log::info(concat("\n", trained.model->summary()));
  if (options_.evaluate) evaluate(trained, context);
  return trained;
}

}  // namespace qualia_snn::postprocessing
