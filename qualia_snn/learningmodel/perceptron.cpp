#include "qualia_snn/learningmodel/perceptron.h"

#include <algorithm>
#include <string>

#include "qualia_snn/layer/flatten.h"
#include "qualia_snn/layer/linear.h"
#include "qualia_snn/learningmodel/sizes.h"

namespace qualia_snn::learningmodel {

ModelParts build_perceptron(const PerceptronOptions& options, const config::BuildContext& context,
                            const Activation& activation) {
  const auto& sizes = options.input_shape.empty() ? context.input_shape : options.input_shape;
  const auto axes = std::max<std::int64_t>(static_cast<std::int64_t>(sizes.size()) - 1, 0);
  const auto shape = template_shape(options.input_shape, options.output_shape, axes, context);
  layer::LayerGraph graph(channels_first(shape.input));
  graph.add("layers.flatten1", std::make_shared<layer::Flatten>());
  auto in = product(shape.input);
  for (std::size_t i = 0; i < options.units.size(); ++i) {
    const auto index = std::to_string(i + 1);
    graph.add("layers.fc" + index, std::make_shared<layer::Linear>(in, options.units[i]));
    graph.add("layers." + activation.name + index, activation.make());
    in = options.units[i];
  }
  const auto last = std::to_string(options.units.size() + 1);
  graph.add("layers.fc" + last, std::make_shared<layer::Linear>(in, shape.output[0]));
  return {{shape.input, shape.output, 1, {}}, std::move(graph)};
}

}  // namespace qualia_snn::learningmodel
