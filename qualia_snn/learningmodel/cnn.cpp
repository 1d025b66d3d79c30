#include "qualia_snn/learningmodel/cnn.h"

#include <utility>

#include "qualia_snn/layer/relu.h"

namespace qualia_snn::learningmodel {

CNN::CNN(const Options& options, const config::BuildContext& context)
    : CNN(build_convolutional(options, context, {"relu", [] { return std::make_shared<layer::ReLU>(); }},
                              StepMode::kMulti)) {}

CNN::CNN(ConvolutionalGraph built)
    : LearningModel(std::move(built.shape), std::move(built.graph), std::move(built.warnings)) {}

}  // namespace qualia_snn::learningmodel
