#include "qualia_snn/experimenttracking/register_experimenttracking.h"

#include "qualia_snn/experimenttracking/qualia_database.h"

namespace qualia_snn::experimenttracking {

void register_experimenttracking(config::Registries& registries) {
  auto& observers = registries.observers;
  observers.add<QualiaDatabase>("QualiaDatabase", "an SQLite database of all models and their metrics");
  observers.add_not_offered("ClearML", "remove [experimenttracking]; runs leave TensorBoard's files");
  observers.add_not_offered("Neptune", "remove [experimenttracking]; runs leave TensorBoard's files");
}

}  // namespace qualia_snn::experimenttracking
