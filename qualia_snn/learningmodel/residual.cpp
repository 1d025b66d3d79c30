#include "qualia_snn/learningmodel/residual.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/layer/add.h"
#include "qualia_snn/layer/batch_norm.h"
#include "qualia_snn/layer/conv.h"
#include "qualia_snn/layer/flatten.h"
#include "qualia_snn/layer/linear.h"
#include "qualia_snn/layer/pool.h"
#include "qualia_snn/learningmodel/sizes.h"

namespace qualia_snn::learningmodel {
namespace {

const config::Extents kOne = {{1}};

/// Sizes of the first convolution or of the blocks of a group.
struct Group {
  std::int64_t filters = 0;
  config::Extents kernel, padding;
  config::Extents stride = kOne;  ///< of the convolution; in a group: of its first block
  config::Extents pool = kOne;
  bool pools_once = false;  ///< only the first block pools
  std::int64_t blocks = 0;
};

/// What a template makes of its options.
struct Topology {
  std::vector<Group> groups;  ///< the first: the first convolution
  bool force_projection;      ///< of blocks that pool
  bool offers_sum;            ///< postpool = "sum"
};

/// Returns the extents of a position as they hold for Qualia, where 1 is no pool and no stride.
bool is_one(const config::Extents& extents) { return extents.values == Sizes{1}; }

class Builder {
 public:
  Builder(const ResidualOptions& options, const Topology& topology, const config::BuildContext& context,
          const ResidualStyle& style)
      : o_(options),
        style_(style),
        topology_(topology),
        shape_(template_shape(o_.input_shape, o_.output_shape, o_.dims, context)),
        graph_(channels_first(shape_.input)) {}

  /// @param window  of the pool after the blocks, by Qualia's formula
  ModelParts run(const Sizes& window) {
    const auto& groups = topology_.groups;
    if (style_.normalization) graph_.add("samplenorm", style_.normalization);
    add_beginning(groups.front());
    for (std::size_t g = 1; g < groups.size(); ++g) {
      for (std::int64_t b = 0; b < groups[g].blocks; ++b) add_block(groups[g], g - 1, b);
    }
    if (o_.postpool == "sum" && topology_.offers_sum) {
      add_global_sum_pool();
    } else {
      add_postpool(window);
      add("flatten", std::make_shared<layer::Flatten>());
      add("linear", std::make_shared<layer::Linear>(graph_.output_shape()[0], shape_.output[0]));
    }
    return {{shape_.input, shape_.output, 1, {}}, std::move(graph_), std::move(warnings_)};
  }

  const Sizes& input_shape() const { return shape_.input; }

 private:
  std::int64_t add(const std::string& name, std::shared_ptr<SequenceModule> module) {
    return graph_.add(style_.prefix + name, std::move(module));
  }
  std::int64_t add(const std::string& name, std::shared_ptr<SequenceModule> module, std::vector<std::int64_t> inputs) {
    return graph_.add(style_.prefix + name, std::move(module), std::move(inputs));
  }
  std::int64_t last() const { return static_cast<std::int64_t>(graph_.nodes().size()) - 1; }

  Sizes sizes(const config::Extents& given, const char* name) const { return extents(given, o_.dims, name); }

  std::shared_ptr<layer::Conv> make_conv(std::int64_t in, std::int64_t out, const config::Extents& kernel,
                                         const config::Extents& stride, const config::Extents& padding) const {
    return std::make_shared<layer::Conv>(layer::ConvOptions{in, out, sizes(kernel, "kernel_sizes"),
                                                            sizes(stride, "strides"), sizes(padding, "paddings"), 1,
                                                            !o_.batch_norm});
  }
  std::shared_ptr<layer::BatchNorm> make_batch_norm(std::int64_t channels) const {
    return std::make_shared<layer::BatchNorm>(channels, o_.dims, style_.step_mode, o_.bn_momentum);
  }
  std::shared_ptr<layer::MaxPool> make_pool(const config::Extents& window) const {
    return std::make_shared<layer::MaxPool>(pool_extents(window, o_.dims, "pool_sizes"));
  }
  void add_activation(const std::string& group, const std::string& index) {
    add(group + style_.activation.name + index, style_.activation.make());
  }

  void add_beginning(const Group& first) {
    if (o_.prepool > 1) {
      add("prepool", std::make_shared<layer::AvgPool>(sizes({{o_.prepool}}, "prepool")));
    }
    add("conv1", make_conv(shape_.input.back(), first.filters, first.kernel, first.stride, first.padding));
    if (o_.batch_norm) add("bn1", make_batch_norm(first.filters));
    if (!is_one(first.pool)) add("pool1", make_pool(first.pool));
    add_activation("", "1");
    channels_ = first.filters;
  }

  void add_block(const Group& group, std::size_t g, std::int64_t b) {
    const auto name = concat("layers.", g, ".", b, ".");
    const auto& stride = b == 0 ? group.stride : kOne;
    const auto& pool = b == 0 || !group.pools_once ? group.pool : kOne;
    const bool pools = !is_one(pool);
    const bool projects = channels_ != group.filters || (topology_.force_projection && pools) || !is_one(stride);
    const auto input = last();

    add(name + "conv1", make_conv(channels_, group.filters, group.kernel, stride, group.padding));
    if (o_.batch_norm) add(name + "bn1", make_batch_norm(group.filters));
    if (pools) add(name + "pool1", make_pool(pool));
    add_activation(name, "1");
    add(name + "conv2", make_conv(group.filters, group.filters, group.kernel, kOne, group.padding));
    if (o_.batch_norm) add(name + "bn2", make_batch_norm(group.filters));
    if (style_.spiking) add_activation(name, "2");
    const auto branch = last();
    const auto shortcut = add_shortcut(name, group, input, projects ? &stride : nullptr, pools ? &pool : nullptr);
    add(name + "add", std::make_shared<layer::Add>(), {branch, shortcut});
    if (!style_.spiking) add_activation(name, "");
    channels_ = group.filters;
  }

  /// @param stride  of the projection; null: there is none
  /// @param pool    null: none
  /// @return  the last node of the shortcut
  std::int64_t add_shortcut(const std::string& name, const Group& group, std::int64_t input,
                            const config::Extents* stride, const config::Extents* pool) {
    const auto pool_name = name + style_.shortcut_pool;
    const auto max_pool = pool ? make_pool(*pool) : nullptr;
    if (!stride) return pool ? add(pool_name, max_pool, {input}) : input;

    const auto conv = make_conv(channels_, group.filters, kOne, *stride, {{0}});
    const auto neuron = style_.spiking ? style_.activation.make() : nullptr;
    const auto neuron_name = name + style_.activation.name + "r";
    // Qualia registers them in this order, which is that of parameters and state_dict, and runs them in another one.
    if (pool) graph_.declare(style_.prefix + pool_name, max_pool);
    graph_.declare(style_.prefix + name + "sconv", conv);
    if (neuron) graph_.declare(style_.prefix + neuron_name, neuron);
    add(name + "sconv", conv, {input});
    if (o_.batch_norm) add(name + "sbn", make_batch_norm(group.filters));
    if (pool) add(pool_name, max_pool);
    if (neuron) add(neuron_name, neuron);
    return last();
  }

  void add_global_sum_pool() {
    add("conv2", std::make_shared<layer::Conv>(layer::ConvOptions{channels_, shape_.output[0], sizes(kOne, "conv2"),
                                                                  sizes(kOne, "conv2"), sizes({{0}}, "conv2")}));
    add_activation("", "2");
    add("gsp", std::make_shared<layer::GlobalSumPool>(o_.dims));
  }

  void add_postpool(const Sizes& window) {
    const bool is_max = o_.postpool == "max";
    if (!is_max && o_.postpool != "avg") {
      warnings_.push_back(concat("postpool = \"", o_.postpool, "\": as in Qualia, no pool"));
      return;
    }
    const auto& map = graph_.output_shape();
    const Sizes all(map.begin() + 1, map.end());
    // Qualia: the mean of float models is taken over what there is, the rest over what a formula says.
    auto used = !is_max && !style_.spiking ? all : window;
    if (!leaves_one(all, used)) {
      warnings_.push_back(concat("postpool: the window of Qualia's formula is ", at::IntArrayRef(used),
                                 ", and fails there; it is ", at::IntArrayRef(all), " here"));
      used = all;
    }
    if (is_max) {
      add("postpool", std::make_shared<layer::MaxPool>(used));
    } else {
      add("postpool", std::make_shared<layer::AvgPool>(used));
    }
  }

  static bool leaves_one(const Sizes& map, const Sizes& window) {
    return std::equal(map.begin(), map.end(), window.begin(), window.end(),
                      [](std::int64_t size, std::int64_t w) { return w > 0 && size / w == 1; });
  }

  const ResidualOptions& o_;
  const ResidualStyle& style_;
  const Topology& topology_;
  TemplateShape shape_;
  layer::LayerGraph graph_;
  std::int64_t channels_ = 0;
  std::vector<std::string> warnings_;
};

/// Qualia: lists are zipped, so the shortest decides how many groups there are.
std::size_t count_groups(const ResidualOptions& o, std::size_t more) {
  const auto count = std::min({o.filters.size(), o.kernel_sizes.size(), o.strides.size(), o.paddings.size(), more});
  QUALIA_SNN_CHECK(count > 0, ConfigError, "filters, kernel_sizes, strides, paddings and pool_sizes need an entry for ",
                   "the first convolution");
  return std::min(count, o.num_blocks.size() + 1);
}

Group common_sizes(const ResidualOptions& o, std::size_t i) {
  Group group;
  group.filters = o.filters[i];
  group.kernel = o.kernel_sizes[i];
  group.padding = o.paddings[i];
  group.blocks = i == 0 ? 0 : o.num_blocks[i - 1];
  return group;
}

/// Returns what Qualia believes is left of the input: the window of the pool after the blocks.
template <class Shrink>
Sizes window_by_formula(const ResidualOptions& o, const Sizes& input, std::size_t count, const Shrink& shrink) {
  Sizes window(input.begin(), input.end() - 1);
  for (std::size_t axis = 0; axis < window.size(); ++axis) {
    window[axis] /= std::max<std::int64_t>(o.prepool, 1);
    for (std::size_t i = 0; i < count; ++i) {
      window[axis] += 2 * extents(o.paddings[i], o.dims, "paddings")[axis];
      window[axis] -= extents(o.kernel_sizes[i], o.dims, "kernel_sizes")[axis] - 1;
      window[axis] = shrink(std::max<std::int64_t>(window[axis], 0), i, axis);
    }
  }
  return window;
}

/// Warns of lists of unlike lengths.
void warn_of_lengths(ModelParts& parts, std::size_t groups, const ResidualOptions& o, std::size_t more) {
  for (const auto length :
       {o.filters.size(), o.kernel_sizes.size(), o.strides.size(), o.paddings.size(), o.num_blocks.size() + 1, more}) {
    if (length == groups) continue;
    parts.warnings.push_back(concat("lists of unlike lengths: as in Qualia, there are ", groups - 1,
                                    " groups of blocks and what is longer is left out"));
    return;
  }
}

}  // namespace

ModelParts build_resnet(const ResNetOptions& options, const config::BuildContext& context, const ResidualStyle& style) {
  const auto count = count_groups(options, options.filters.size());
  Topology topology{{}, options.force_projection_with_stride, /*offers_sum=*/false};
  for (std::size_t i = 0; i < count; ++i) {
    auto group = common_sizes(options, i);
    (i == 0 ? group.stride : group.pool) = options.strides[i];
    group.pools_once = true;
    topology.groups.push_back(std::move(group));
  }
  Builder builder(options, topology, context, style);
  auto parts = builder.run(
      window_by_formula(options, builder.input_shape(), count, [&](std::int64_t size, std::size_t i, std::size_t axis) {
        return size / extents(options.strides[i], options.dims, "strides")[axis];
      }));
  warn_of_lengths(parts, count, options, options.filters.size());
  return parts;
}

ModelParts build_resnet_stride(const ResNetStrideOptions& options, const config::BuildContext& context,
                               const ResidualStyle& style) {
  const auto count = count_groups(options, options.pool_sizes.size());
  Topology topology{{}, options.force_projection_with_pooling, /*offers_sum=*/true};
  for (std::size_t i = 0; i < count; ++i) {
    auto group = common_sizes(options, i);
    group.stride = options.strides[i];
    // Not copied from Qualia: a pool of 0, as its own example has it, fails there.
    group.pool = options.pool_sizes[i].values == Sizes{0} ? kOne : options.pool_sizes[i];
    topology.groups.push_back(std::move(group));
  }
  Builder builder(options, topology, context, style);
  auto parts = builder.run(
      window_by_formula(options, builder.input_shape(), count, [&](std::int64_t size, std::size_t i, std::size_t axis) {
        const auto stride = extents(options.strides[i], options.dims, "strides")[axis];
        return (size / pool_extents(topology.groups[i].pool, options.dims, "pool_sizes")[axis] + stride - 1) / stride;
      }));
  warn_of_lengths(parts, count, options, options.pool_sizes.size());
  return parts;
}

}  // namespace qualia_snn::learningmodel
