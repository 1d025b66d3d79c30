#include "qualia_snn/learningmodel/sizes.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "qualia_snn/core/error.h"

namespace qualia_snn::learningmodel {

std::int64_t product(const Sizes& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
}

Shape channels_first(const Sizes& channels_last) {
  Shape shape = {channels_last.back()};
  shape.insert(shape.end(), channels_last.begin(), channels_last.end() - 1);
  return shape;
}

Sizes extents(const config::Extents& given, std::int64_t axes, const char* name) {
  if (given.values.size() == 1) return Sizes(static_cast<std::size_t>(axes), given.values[0]);
  QUALIA_SNN_CHECK(given.values.size() == static_cast<std::size_t>(axes), ConfigError, name, " has ",
                   given.values.size(), " entries; dims = ", axes, " axes");
  return given.values;
}

Sizes pool_extents(const config::Extents& given, std::int64_t axes, const char* name) {
  auto window = extents(given.values == Sizes{0} ? config::Extents{{1}} : given, axes, name);
  QUALIA_SNN_CHECK(std::find(window.begin(), window.end(), 0) == window.end(), ConfigError, name, " = ",
                   at::IntArrayRef(given.values), ": 0 is no window; 0 alone means no pool");
  return window;
}

TemplateShape template_shape(const Sizes& input, const Sizes& output, std::int64_t axes,
                             const config::BuildContext& context) {
  TemplateShape shape{input.empty() ? context.input_shape : input, output.empty() ? context.output_shape : output};
  QUALIA_SNN_CHECK(shape.input.size() == static_cast<std::size_t>(axes) + 1, ShapeError, "dims = ", axes,
                   " needs an input_shape ", axes == 1 ? "[S, C]" : "[H, W, C]", ", got ", at::IntArrayRef(shape.input),
                   "; set params.dims or params.input_shape");
  QUALIA_SNN_CHECK(shape.output.size() == 1, ShapeError, "needs an output_shape [K], got ",
                   at::IntArrayRef(shape.output), "; class numbers become [K] with the preprocessing Class2BinMatrix");
  return shape;
}

}  // namespace qualia_snn::learningmodel
