#include "qualia_snn/learningmodel/learning_model.h"

#include <c10/util/ArrayRef.h>

#include <iomanip>
#include <sstream>
#include <utility>

#include "qualia_snn/core/error.h"

namespace qualia_snn::learningmodel {

LearningModel::LearningModel(ModelShape shape, layer::LayerGraph graph, std::vector<std::string> warnings)
    : shape_(std::move(shape)), graph_(std::move(graph)), warnings_(std::move(warnings)) {
  const c10::IntArrayRef expected(shape_.output_shape);
  QUALIA_SNN_CHECK(expected.equals(graph_.output_shape()), ShapeError, "the model gives ",
                   c10::IntArrayRef(graph_.output_shape()), " per sample; the data asks for ", expected);
  for (const auto& child : graph_.root()->named_children()) register_module(child.key(), child.value());
}

LearningModel::~LearningModel() = default;

Sequence LearningModel::forward(const Sequence& input) { return graph_.forward(input); }
void LearningModel::reset() { graph_.reset(); }
void LearningModel::set_random_key(const RandomKey& key) { graph_.set_random_key(key); }

std::int64_t LearningModel::parameter_count() const {
  std::int64_t count = 0;
  for (const auto& parameter : parameters()) count += parameter.numel();
  return count;
}

std::string LearningModel::summary() const {
  std::ostringstream text;
  const auto line = [&](const auto& name, const auto& kind, const auto& shape, const auto& parameters,
                        const auto& operations) {
    text << std::left << std::setw(22) << name << std::setw(16) << kind << std::setw(18) << shape << std::setw(12)
         << parameters << operations << '\n';
  };
  line("layer", "kind", "output", "parameters", "MACs per step");
  const auto& nodes = graph_.nodes();
  std::int64_t total = 0;
  for (const auto& node : nodes) {
    std::int64_t count = 0;
    for (const auto& parameter : node.module->parameters()) count += parameter.numel();
    std::vector<Shape> inputs;
    for (const auto i : node.inputs) {
      inputs.push_back(i < 0 ? graph_.input_shape() : nodes[static_cast<std::size_t>(i)].output_shape);
    }
    const auto operations = node.module->multiply_accumulates(inputs, node.output_shape);
    total += operations;
    line(node.name, node.module->kind(), concat(c10::IntArrayRef(node.output_shape)), count, operations);
  }
  text << "Number of parameters: " << parameter_count() << "\nMACs per sample: " << total << " x " << shape_.timesteps
       << " time steps";
  return std::move(text).str();
}

}  // namespace qualia_snn::learningmodel
