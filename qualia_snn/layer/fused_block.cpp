#include "qualia_snn/layer/fused_block.h"

#include "qualia_snn/core/memory_order.h"

namespace qualia_snn::layer {
namespace {

/// Returns the window of a pool; over one axis its height is 1.
neuron::Window window_of(const MaxPool& pool) {
  const auto& size = pool.kernel_size();
  const auto entry = [&size](std::size_t i) { return static_cast<int>(size[i]); };
  return size.size() == 1 ? neuron::Window{1, entry(0)} : neuron::Window{entry(0), entry(1)};
}

}  // namespace

std::vector<std::shared_ptr<SequenceModule>> FusedLayers::modules() const {
  std::vector<std::shared_ptr<SequenceModule>> all;
  for (std::shared_ptr<SequenceModule> module :
       std::initializer_list<std::shared_ptr<SequenceModule>>{batch_norm, neuron, dropout, max_pool}) {
    if (module) all.push_back(std::move(module));
  }
  return all;
}

Sequence FusedBlock::forward(const Sequence& given) {
  const auto window = layers_.max_pool ? window_of(*layers_.max_pool) : neuron::Window{};
  const bool pools = layers_.neuron->fuses(given.x, window);
  if (!pools && !layers_.neuron->fuses(given.x, {})) return one_by_one(given);
  auto input = given.with(in_known_order(given.x));
  input.recipe = given.recipe;
  neuron::SourceAndSink around;
  if (layers_.batch_norm) layers_.batch_norm->fuse(input, around);
  if (layers_.dropout) around.mask = layers_.dropout->mask(input.x.narrow(0, 0, input.batch()).detach());
  if (pools) around.window = window;
  const auto output = layers_.neuron->forward_fused(input, around);
  // Kernels take windows of a few places only.
  return pools || !layers_.max_pool ? output : layers_.max_pool->forward(output);
}

Sequence FusedBlock::one_by_one(const Sequence& input) const {
  auto value = input;
  for (const auto& module : layers_.modules()) {
    value = module->forward(module->takes_repeated() ? value : value.expanded());
  }
  return value;
}

Shape FusedBlock::output_shape(const std::vector<Shape>& inputs) const {
  auto shape = inputs.at(0);
  for (const auto& module : layers_.modules()) shape = module->output_shape({shape});
  return shape;
}

std::string FusedBlock::kind() const {
  std::string kinds;
  for (const auto& module : layers_.modules()) kinds += (kinds.empty() ? "" : " + ") + module->kind();
  return kinds;
}

}  // namespace qualia_snn::layer
