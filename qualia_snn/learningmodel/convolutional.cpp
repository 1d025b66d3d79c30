#include "qualia_snn/learningmodel/convolutional.h"

#include <algorithm>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/spelling.h"
#include "qualia_snn/layer/batch_norm.h"
#include "qualia_snn/layer/conv.h"
#include "qualia_snn/layer/dropout.h"
#include "qualia_snn/layer/flatten.h"
#include "qualia_snn/layer/linear.h"
#include "qualia_snn/layer/pool.h"
#include "qualia_snn/learningmodel/sizes.h"

namespace qualia_snn::learningmodel {
namespace {

class Builder {
 public:
  Builder(const ConvolutionalOptions& options, const config::BuildContext& context, const Activation& activation,
          StepMode step_mode)
      : o_(options),
        activation_(activation),
        step_mode_(step_mode),
        shape_(template_shape(o_.input_shape, o_.output_shape, o_.dims, context)),
        graph_(channels_first(shape_.input)),
        prepool_(pool_extents(o_.prepool, o_.dims, "prepool")),
        postpool_(pool_extents(o_.postpool, o_.dims, "postpool")) {
    QUALIA_SNN_CHECK(!o_.filters.empty(), ConfigError, "filters is empty; expected at least one convolution");
    dropouts_ = o_.dropouts.values;
    // Qualia: one rate stands for all layers.
    if (!o_.dropouts.is_list) dropouts_.resize(o_.filters.size() + o_.fc_units.size(), o_.dropouts.values.at(0));
    convolutions_ = count_convolutions();
  }

  ModelParts run() {
    if (o_.gsp && !o_.fc_units.empty()) warnings_.push_back("gsp = true: fc_units is not used");
    if (product(prepool_) > 1) add("prepool", std::make_shared<layer::AvgPool>(prepool_));
    for (std::size_t i = 0; i < convolutions_; ++i) add_convolution(i);
    if (product(postpool_) > 1) add("postpool", std::make_shared<layer::AvgPool>(postpool_));
    if (o_.gsp) {
      add_global_sum_pool();
    } else {
      add_linear_layers();
    }
    return {{shape_.input, shape_.output, 1, {}}, std::move(graph_), std::move(warnings_)};
  }

 private:
  // Qualia: layers are built by zip() over all lists, so the shortest list decides how many there are.
  std::size_t count_convolutions() {
    const std::pair<const char*, std::size_t> lists[] = {
        {"kernel_sizes", o_.kernel_sizes.size()},
        {"pool_sizes", o_.pool_sizes.size()},
        {"paddings", o_.paddings.size()},
        {"strides", o_.strides.size()},
        {"dropouts", dropouts_.size()},
        {"separables", o_.separables ? o_.separables->size() : o_.filters.size()}};
    auto count = o_.filters.size();
    for (const auto& [name, length] : lists) {
      if (length < o_.filters.size()) dropped(name, length, "conv", length + 1, o_.filters.size());
      const bool rates = name == std::string("dropouts");  // those of the linear layers follow
      const auto used = o_.filters.size() + (rates ? o_.fc_units.size() : 0);
      if (length > used) warnings_.push_back(concat(name, " has ", length, " entries, ", used, " are used"));
      count = std::min(count, length);
    }
    return count;
  }

  void dropped(const char* list, std::size_t length, const char* layer, std::size_t first, std::size_t last) {
    std::vector<std::string> names;
    for (auto i = first; i <= last; ++i) names.push_back(layer + std::to_string(i));
    warnings_.push_back(concat(list, " has ", length, length == 1 ? " entry" : " entries", ": as in Qualia, the layer",
                               names.size() == 1 ? " " : "s ", join(names), names.size() == 1 ? " is" : " are",
                               " left out"));
  }

  void add(const std::string& name, std::shared_ptr<SequenceModule> module) {
    graph_.add("layers." + name, std::move(module));
  }

  void add_activation(const std::string& index) { add(activation_.name + index, activation_.make()); }

  void add_conv_bn_activation(const std::string& index, layer::ConvOptions conv) {
    const auto channels = conv.out_channels;
    conv.bias = !o_.batch_norm;
    add("conv" + index, std::make_shared<layer::Conv>(std::move(conv)));
    if (o_.batch_norm) add("bn" + index, std::make_shared<layer::BatchNorm>(channels, o_.dims, step_mode_));
    add_activation(index);
  }

  void add_convolution(std::size_t i) {
    const auto index = std::to_string(i + 1);
    const auto in = i == 0 ? shape_.input.back() : o_.filters[i - 1];
    const auto kernel = extents(o_.kernel_sizes[i], o_.dims, "kernel_sizes");
    const auto stride = extents(o_.strides[i], o_.dims, "strides");
    const auto padding = extents(o_.paddings[i], o_.dims, "paddings");
    if (o_.separables && (*o_.separables)[i]) {
      const auto axes = static_cast<std::size_t>(o_.dims);
      // Not copied from Qualia: its depthwise batch norm has the wrong size and fails unless in == out.
      add_conv_bn_activation(index + "_dw", {in, in, kernel, stride, padding, in});
      add_conv_bn_activation(index + "_pw", {in, o_.filters[i], Sizes(axes, 1), Sizes(axes, 1), Sizes(axes, 0)});
    } else {
      add_conv_bn_activation(index, {in, o_.filters[i], kernel, stride, padding});
    }
    if (dropouts_[i] > 0) add("dropout" + index, std::make_shared<layer::Dropout>(dropouts_[i]));
    if (has_pool(i))
      add("maxpool" + index, std::make_shared<layer::MaxPool>(pool_extents(o_.pool_sizes[i], o_.dims, "pool_sizes")));
  }

  bool has_pool(std::size_t i) const { return o_.pool_sizes[i].values != Sizes{0}; }

  void add_global_sum_pool() {
    const auto axes = static_cast<std::size_t>(o_.dims);
    const auto index = std::to_string(convolutions_ + 1);
    add("conv" + index, std::make_shared<layer::Conv>(layer::ConvOptions{
                            o_.filters.back(), shape_.output[0], Sizes(axes, 1), Sizes(axes, 1), Sizes(axes, 0)}));
    add_activation(index);
    add("gsp", std::make_shared<layer::GlobalSumPool>(o_.dims));
  }

  // Qualia: the size comes from this formula and the last entry of filters, not from the layers that were built.
  std::int64_t flattened_features() const {
    Sizes size(shape_.input.begin(), shape_.input.end() - 1);
    for (std::size_t axis = 0; axis < size.size(); ++axis) {
      auto& d = size[axis];
      d /= prepool_[axis];
      const auto count = std::min(
          {o_.filters.size(), o_.kernel_sizes.size(), o_.pool_sizes.size(), o_.paddings.size(), o_.strides.size()});
      for (std::size_t i = 0; i < count; ++i) {
        d += 2 * extents(o_.paddings[i], o_.dims, "paddings")[axis] -
             (extents(o_.kernel_sizes[i], o_.dims, "kernel_sizes")[axis] - 1);
        const auto stride = extents(o_.strides[i], o_.dims, "strides")[axis];
        d = (d + stride - 1) / stride;
        d /= pool_extents(o_.pool_sizes[i], o_.dims, "pool_sizes")[axis];
      }
      d /= postpool_[axis];
    }
    return product(size) * o_.filters.back();
  }

  void add_linear_layers() {
    add("flatten", std::make_shared<layer::Flatten>());
    auto in = flattened_features();
    QUALIA_SNN_CHECK(in > 0, ShapeError, "nothing is left of the input ", at::IntArrayRef(shape_.input),
                     " after the convolutions and pools");
    // Qualia: hidden layers are zipped with what the dropout list holds beyond the convolutions.
    const auto rates = dropouts_.size() > o_.filters.size() ? dropouts_.size() - o_.filters.size() : 0;
    const auto hidden = std::min(o_.fc_units.size(), rates);
    if (hidden < o_.fc_units.size()) dropped("dropouts", dropouts_.size(), "hidden fc", hidden + 1, o_.fc_units.size());
    for (std::size_t j = 0; j < hidden; ++j) {
      // The activation's number goes on after the convolutions: neuron14 after 13 of them.
      const auto index = std::to_string(convolutions_ + j + 1);
      add("fc" + std::to_string(j + 1), std::make_shared<layer::Linear>(in, o_.fc_units[j]));
      add_activation(index);
      const auto rate = dropouts_[o_.filters.size() + j];
      if (rate > 0) add("dropout" + index, std::make_shared<layer::Dropout>(rate));
      in = o_.fc_units[j];
    }
    if (!o_.fc_units.empty()) in = o_.fc_units.back();
    add("fc" + std::to_string(hidden + 1), std::make_shared<layer::Linear>(in, shape_.output[0]));
  }

  const ConvolutionalOptions& o_;
  const Activation& activation_;
  StepMode step_mode_;
  TemplateShape shape_;
  layer::LayerGraph graph_;
  Sizes prepool_, postpool_;
  std::vector<double> dropouts_;
  std::size_t convolutions_ = 0;
  std::vector<std::string> warnings_;
};

}  // namespace

ModelParts build_convolutional(const ConvolutionalOptions& options, const config::BuildContext& context,
                               const Activation& activation, StepMode step_mode) {
  return Builder(options, context, activation, step_mode).run();
}

}  // namespace qualia_snn::learningmodel
