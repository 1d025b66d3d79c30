#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "qualia_snn/config/bench_config.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/io/pth.h"
#include "qualia_snn/layer/state_dict.h"
#include "qualia_snn/learningframework/optimizer.h"
#include "qualia_snn/learningframework/trainer_module.h"
#include "tests/parity/case.h"

namespace qualia_snn::parity {
namespace {

std::vector<std::string> strings(const config::Value& list) {
  std::vector<std::string> words;
  for (const auto& item : *list.get_if<config::Value::List>()) words.push_back(*item.get_if<std::string>());
  return words;
}

/// A case's model in a learning framework, with the recorded weights.
struct Instance {
  std::shared_ptr<learningframework::TrainerModule> framework;
  std::shared_ptr<learningmodel::LearningModel> model;

  at::Tensor forward(const at::Tensor& x, bool training) const {
    model->train(training);
    return framework->forward(x);
  }
};

class ModelCase {
 public:
  ModelCase(const Case& c, const config::Registries& registries, Report& report)
      : c_(c), registries_(registries), report_(report) {
    config_ = config::parse_value<config::ModelConfig>(c.config.find("model")->get_if<config::Value::List>()->at(0),
                                                       "model.0", {});
    framework_ = config::parse_value<config::Kind>(*c.config.find("learningframework"), "learningframework", {});
    skip_if_missing(registries.learningmodels, config_.kind);
    skip_if_missing(registries.optimizers, config_.optimizer->kind);
    if (const auto* neuron = config_.params.value.find("neuron")) {
      skip_if_missing(registries.neurons, *neuron->find("kind")->get_if<std::string>());
    }
  }

  void run() {
    check_graph();
    check_training();
    check_evaluation();
    check_steps();
  }

 private:
  Instance make() const {
    const config::BuildContext context{registries_, {}, {}, at::kCPU, {}};
    Instance instance{registries_.learningframeworks.make(framework_, context),
                      registries_.learningmodels.make(config_, context)};
    instance.framework->set_model(instance.model);
    const auto state = c_.group("state.");
    layer::load_state_dict(*instance.model, io::StateDict(state.begin(), state.end()), c_.folder);
    return instance;
  }

  void check_graph() {
    const auto model = make().model;
    std::vector<std::string> modules, parameters;
    // In the order of registration. The reference lists leaves, and Qualia's Add has something below it.
    for (const auto& item : model->named_modules("", /*include_self=*/false)) {
      const auto* const module = dynamic_cast<const SequenceModule*>(item.value().get());
      if (module && module->kind() != "Add") modules.push_back(item.key() + ": " + module->kind());
    }
    for (const auto& item : model->named_parameters()) parameters.push_back(item.key());
    report_.equal("golden.modules", modules, strings(*c_.golden().find("modules")));
    report_.equal("golden.parameters", parameters, strings(*c_.golden().find("parameters")));
  }

  void check_training() {
    const auto instance = make();
    const auto logits = instance.forward(c_.tensors.at("input"), true);
    const auto loss = instance.framework->loss(logits, c_.tensors.at("target"));
    report_.compare("logits_train", logits, c_.tensors.at("logits_train"), 2e-5);
    report_.compare("loss", loss, c_.tensors.at("loss"), 2e-5);
    const auto buffers = instance.model->named_buffers();
    for (const auto& [name, reference] : c_.group("after_forward.")) {
      compare_state("after_forward." + name, buffers[name], reference, 2e-5);
    }
    loss.backward();
    const auto parameters = instance.model->named_parameters();
    for (const auto& [name, reference] : c_.group("grad.")) {
      report_.compare("grad." + name, parameters[name].grad(), reference, c_.sensitive_bar("grad"));
    }
  }

  void check_evaluation() {
    const at::NoGradGuard no_grad;
    report_.compare("logits_eval", make().forward(c_.tensors.at("input"), false), c_.tensors.at("logits_eval"), 2e-5);
  }

  void check_steps() {
    const auto instance = make();
    const auto optimizer =
        registries_.optimizers.make(*config_.optimizer, {registries_, {}, {}, at::kCPU, instance.model->parameters()});
    const auto steps = *c_.golden().find("steps")->get_if<std::int64_t>();
    for (std::int64_t i = 0; i < steps; ++i) {
      optimizer->zero_grad();
      instance.framework->loss(instance.forward(c_.tensors.at("input"), true), c_.tensors.at("target")).backward();
      optimizer->step();
    }
    const auto reference = c_.group("stepped.");
    for (const auto& [name, tensor] : layer::state_dict(*instance.model)) {
      compare_state("stepped." + name, tensor, reference.at(name), c_.sensitive_bar("stepped"));
    }
    const at::NoGradGuard no_grad;
    report_.compare("logits_stepped_eval", instance.forward(c_.tensors.at("input"), false),
                    c_.tensors.at("logits_stepped_eval"), 2e-5);
  }

  void compare_state(const std::string& name, const at::Tensor& actual, const at::Tensor& reference, double bar) {
    if (reference.is_floating_point()) {
      report_.compare(name, actual, reference, bar);
    } else {
      report_.equal(name, actual, reference);
    }
  }

  const Case& c_;
  const config::Registries& registries_;
  Report& report_;
  config::ModelConfig config_;
  config::Kind framework_;
};

}  // namespace

void check_model(const Case& c, const config::Registries& registries, Report& report) {
  ModelCase(c, registries, report).run();
}

}  // namespace qualia_snn::parity
