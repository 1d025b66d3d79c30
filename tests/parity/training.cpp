#include <ATen/ATen.h>

#include "qualia_snn/config/bench_config.h"
#include "qualia_snn/learningframework/lr_scheduler.h"
#include "qualia_snn/learningframework/optimizer.h"
#include "tests/parity/case.h"

namespace qualia_snn::parity {

void check_scheduler(const Case& c, const config::Registries& registries, Report& report) {
  const auto model = config::parse_value<config::ModelConfig>(
      c.config.find("model")->get_if<config::Value::List>()->at(0), "model.0", {});
  skip_if_missing(registries.optimizers, model.optimizer->kind);
  skip_if_missing(registries.schedulers, model.optimizer->scheduler->kind);
  const config::BuildContext context{registries, {}, {}, at::kCPU, {}};
  const auto optimizer = registries.optimizers.make(*model.optimizer, context);
  const auto scheduler = registries.schedulers.make(*model.optimizer->scheduler, context);
  const double base = optimizer->learning_rate();
  std::vector<double> rates;
  for (std::int64_t epoch = 0; epoch < c.tensors.at("lr").numel(); ++epoch) {
    scheduler->start_epoch(epoch, base, *optimizer);
    rates.push_back(optimizer->learning_rate());
  }
  report.compare("lr", at::tensor(rates, at::kDouble), c.tensors.at("lr"), 1e-12);
}

}  // namespace qualia_snn::parity
