#include "qualia_snn/learningframework/activation_memory.h"

#include "qualia_snn/core/allocated_memory.h"
#include "qualia_snn/core/random_source.h"

namespace qualia_snn::learningframework {
namespace {

/// Lets go of the plan at the end, also after an error.
struct PlanWatch {
  learningmodel::LearningModel& model;
  ~PlanWatch() {
    model.watch_plan({});
    model.reset();
  }
};

/// Returns the bytes that are kept behind every step of the plan, without its output.
std::vector<double> kept_behind(TrainerModule& module, const datamodel::RawData& data, std::int64_t samples) {
  const RandomSource random(RandomKey(0));  // the numbers of the program's own streams stay as they are
  const auto batch =
      module.prepare(data.x.narrow(0, 0, samples), data.y.narrow(0, 0, samples), /*training=*/true, random);
  auto& model = module.model();
  model.train();
  std::vector<double> kept;
  const AllocatedMemory memory;
  const PlanWatch watch{model};
  model.watch_plan([&](const std::string&, const Sequence& output) {
    kept.push_back(static_cast<double>(memory.bytes()) - static_cast<double>(output.x.storage().nbytes()));
  });
  const Autocast autocast(module.precision(), module.device());
  module.forward(batch.x);
  return kept;
}

}  // namespace

std::vector<LayerMemory> activation_memory(TrainerModule& module, const datamodel::RawData& data) {
  constexpr std::int64_t kFew = 2, kMore = 4;
  if (data.size() < kMore) return {};
  const auto few = kept_behind(module, data, kFew), more = kept_behind(module, data, kMore);
  std::vector<LayerMemory> all;
  double before = 0;
  for (std::size_t i = 0; i < more.size(); ++i) {
    const auto& node = module.model().plan().nodes()[i];
    const auto behind = (more[i] - few[i]) / (kMore - kFew);
    all.push_back({node.name, node.module->kind(), node.output_shape, behind - before});
    before = behind;
  }
  return all;
}

}  // namespace qualia_snn::learningframework
