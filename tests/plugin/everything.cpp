// A plugin with a component of every category but optimiser and scheduler; plugin_test.cpp trains with them.
#include <ATen/ATen.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "qualia_snn/dataaugmentation/data_augmentation.h"
#include "qualia_snn/dataset/dataset.h"
#include "qualia_snn/layer/flatten.h"
#include "qualia_snn/layer/linear.h"
#include "qualia_snn/learningframework/observer.h"
#include "qualia_snn/learningframework/spikingjelly.h"
#include "qualia_snn/learningmodel/learning_model.h"
#include "qualia_snn/neuron/neuron_layer.h"
#include "qualia_snn/postprocessing/postprocessing.h"
#include "qualia_snn/preprocessing/preprocessing.h"
#include "tests/plugin/components.h"

namespace {

using namespace qualia_snn;

/// What a component without options declares.
struct NoOptions {
  static void options(auto&&) {}
};

/// Counts its inputs; by tensor operations.
struct Counter : neuron::Neuron {
  static constexpr const char* kKind = "CounterNode";
  QUALIA_SNN_INLINE auto charge(const auto& v, const auto& x) const { return v + x; }
};

/// 40 samples [4, 1] whose brightest place tells the class.
struct Places final : dataset::Dataset {
  using Options = NoOptions;
  Places(const Options&, const config::BuildContext&) {}
  std::string name() const override { return "Places"; }
  datamodel::DataModel load() const override {
    const auto y = at::arange(40, at::kLong) % 4;
    const auto x = at::one_hot(y, 4).to(at::kFloat).unsqueeze(2);
    datamodel::RawDataModel data{"Places", {}};
    data.sets.train = data.sets.test = datamodel::RawData{x, y};
    return data;
  }
};

struct OneHot final : preprocessing::RawPreprocessing {
  using Options = NoOptions;
  OneHot(const Options&, const config::BuildContext&) : RawPreprocessing("OneHot") {}
  void change(datamodel::RawDataModel& data) const override {
    for (auto& [name, set] : data.sets.named()) {
      if (*set) (*set)->y = at::one_hot((*set)->y, 4).to(at::kFloat);
    }
  }
};

struct Dim final : dataaugmentation::DataAugmentation {
  using Options = DataAugmentation::Options;
  Dim(const Options& options, const config::BuildContext&) : DataAugmentation(options) {}
  dataaugmentation::Batch apply(const dataaugmentation::Batch& batch, const RandomSource&) const override {
    auto dimmed = batch;
    dimmed.x = batch.x * 0.9;
    return dimmed;
  }
};

struct Perceptron final : learningmodel::LearningModel {
  struct Options {
    config::Kind neuron;
    std::int64_t timesteps = 3;
    static void options(auto&& o) {
      o("neuron", &Options::neuron, "neuron of the input").required().of(&config::Registries::neurons);
      o("timesteps", &Options::timesteps, "number of time steps T");
    }
  };
  Perceptron(const Options& options, const config::BuildContext& context)
      : LearningModel({context.input_shape, context.output_shape, options.timesteps, StepMode::kMulti},
                      build(options, context)) {}

  static layer::LayerGraph build(const Options& options, const config::BuildContext& context) {
    const auto &in = context.input_shape, &out = context.output_shape;
    layer::LayerGraph graph({in[1], in[0]});
    graph.add("flatten", std::make_shared<layer::Flatten>());
    graph.add("neuron", context.registries.neurons.make(options.neuron, context));
    graph.add("fc", std::make_shared<layer::Linear>(in[0] * in[1], out[0]));
    return graph;
  }
};

struct Framework final : learningframework::SpikingJelly {
  using SpikingJelly::SpikingJelly;

 protected:
  std::string kind() const override { return "Framework"; }
  std::optional<StepMode> step_mode() const override { return std::nullopt; }
};

/// Writes a line per epoch.
struct EpochFile final : learningframework::Observer {
  struct Options {
    std::string path;
    static void options(auto&& o) { o("path", &Options::path, "file to write").required(); }
  };
  EpochFile(const Options& options, const config::BuildContext&) : file(options.path) {}
  void on_epoch_end(const learningframework::EpochInfo& info) override { file << "epoch " << info.epoch << std::endl; }
  std::ofstream file;
};

/// Doubles the weights of every parameter.
struct Double final : postprocessing::Postprocessing {
  using Options = NoOptions;
  Double(const Options&, const config::BuildContext&) {}
  postprocessing::TrainedModel apply(postprocessing::TrainedModel trained,
                                     const postprocessing::PostprocessingContext& context) override {
    const at::NoGradGuard no_grad;
    for (auto& parameter : trained.model->parameters()) parameter.mul_(2);
    trained.name += "_double_" + context.data.name;
    trained.log = true;
    return trained;
  }
};

void register_components(config::Registries& registries) {
  registries.neurons.add<neuron::NeuronLayer<Counter>>("CounterNode", "counts");
  registries.surrogates.add<testing::Half>("Half", "half of every gradient");
  registries.datasets.add<Places>("Places", "four places");
  registries.preprocessings.add<OneHot>("OneHot", "class numbers to vectors");
  registries.dataaugmentations.add<Dim>("Dim", "a little darker");
  registries.learningmodels.add<Perceptron>("Perceptron", "a neuron and a linear layer", "spiking");
  registries.learningframeworks.add<Framework>("Framework", "static data, any step mode", "spiking");
  registries.observers.add<EpochFile>("EpochFile", "a line per epoch");
  registries.postprocessings.add<Double>("Double", "weights times two");
}

}  // namespace

const registry::Plugin qualia_snn_plugin = {registry::kPluginAbi, kBuildTag, register_components};
