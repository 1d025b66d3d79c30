#include "qualia_snn/core/sequence_module.h"

#include "qualia_snn/core/error.h"

namespace qualia_snn {

SequenceModule::~SequenceModule() = default;

Sequence SequenceModule::forward(const Sequence&) { throw ShapeError(concat(kind(), " takes several inputs")); }

Sequence SequenceModule::forward_inputs(c10::ArrayRef<Sequence> inputs) {
  QUALIA_SNN_CHECK(inputs.size() == 1, ShapeError, kind(), " takes one input, got ", inputs.size());
  return forward(inputs[0]);
}

Shape SequenceModule::output_shape(const std::vector<Shape>& inputs) const { return inputs.at(0); }

std::int64_t SequenceModule::multiply_accumulates(const std::vector<Shape>&, const Shape&) const { return 0; }

}  // namespace qualia_snn
