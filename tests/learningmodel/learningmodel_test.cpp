#include "qualia_snn/config/load_config.h"
#include "qualia_snn/config/parse.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/layer/conv.h"
#include "qualia_snn/learningframework/optimizer.h"
#include "qualia_snn/learningframework/trainer_module.h"
#include "qualia_snn/learningmodel/learning_model.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/testing.h"

using namespace qualia_snn;

namespace {

const config::Registries kRegistries = registry::builtin_registries();

std::shared_ptr<learningmodel::LearningModel> build(const std::string& params, std::vector<std::int64_t> input_shape,
                                                    const std::string& kind = "SCNN") {
  const config::Kind model{kind, {config::parse_text(params, "m.toml"), "model.0.params"}, {}, "model.0"};
  return kRegistries.learningmodels.make(model, {kRegistries, std::move(input_shape), {3}, at::kCPU, {}});
}

std::vector<std::string> names(const learningmodel::LearningModel& model) {
  std::vector<std::string> names;
  for (const auto& node : model.graph().nodes()) names.push_back(node.name.substr(std::string("layers.").size()));
  return names;
}

const std::string kConvolutions = R"(
filters = [4, 6]
kernel_sizes = [3, 3]
paddings = [1, 1]
strides = [1, 1]
pool_sizes = [2, 0]
dims = 2
)";
const std::string kNeuron = "neuron = {kind = 'IFNode', params = {step_mode = 'm'}}\n";

}  // namespace

TEST_CASE("SVGG16 of Qualia's documentation parses, builds and trains one step", "[learningmodel]") {
  // The data set does not exist yet: everything else of the file is validated.
  const auto loaded = config::load_config(QUALIA_SNN_SOURCE "/configs/cifar10/svgg16.toml",
                                          {"--dataset.kind=FashionMNIST"}, kRegistries);
  const auto& config = loaded.config.models.at(0);
  at::manual_seed(1);
  const auto model = kRegistries.learningmodels.make(config, {kRegistries, {32, 32, 3}, {10}, at::kCPU, {}});
  CHECK(model->warnings().empty());

  std::vector<std::string> expected;
  for (int i = 1; i <= 13; ++i) {
    const auto n = std::to_string(i);
    for (const char* layer : {"conv", "bn", "neuron"}) expected.push_back(layer + n);
    if (i == 2 || i == 4 || i == 7 || i == 10 || i == 13) expected.push_back("maxpool" + n);
  }
  for (const char* layer : {"flatten", "fc1", "neuron14", "fc2", "neuron15", "fc3"}) expected.push_back(layer);
  CHECK(names(*model) == expected);

  // Flattened to 1 * 1 * 512; convolutions 3 * 3 * in * out without bias, batch norm 2 * out, linear (in + 1) * out.
  const std::vector<std::int64_t> filters = {3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512};
  std::int64_t count = 513 * 4096 + 4097 * 4096 + 4097 * 10;
  for (std::size_t i = 1; i < filters.size(); ++i) count += 9 * filters[i - 1] * filters[i] + 2 * filters[i];
  CHECK(model->parameter_count() == count);
  for (const auto& node : model->graph().nodes()) {
    if (node.name == "layers.flatten") CHECK(node.output_shape == Shape{512});
  }

  const auto framework = kRegistries.learningframeworks.make({"SpikingJellyMultiStep", {{}, "p"}, {}, "f"},
                                                             {kRegistries, {}, {}, at::kCPU, {}});
  framework->set_model(model);
  const auto optimizer =
      kRegistries.optimizers.make(*config.optimizer, {kRegistries, {}, {}, at::kCPU, model->parameters()});
  const auto before = model->parameters()[0].detach().clone();
  const auto output = framework->forward(at::rand({2, 3, 32, 32}));
  CHECK(output.sizes() == at::IntArrayRef({2, 10}));
  const auto loss = framework->loss(output, at::eye(10).narrow(0, 0, 2));
  CHECK(std::isfinite(loss.item<float>()));
  loss.backward();
  optimizer->step();
  CHECK_FALSE(at::equal(before, model->parameters()[0]));
}

TEST_CASE("short lists drop layers as in Qualia, with a warning that names them", "[learningmodel]") {
  // Without the second convolution the flatten size is still that of filters[-1] = 6 channels.
  const auto params =
      "filters = [6, 6]\nkernel_sizes = [3, 3]\npaddings = [1]\nstrides = [1, 1]\npool_sizes = [2, 0]\n"
      "dims = 2\ndropouts = 0\nfc_units = []\n" +
      kNeuron;
  const auto conv = build(params, {8, 8, 1});
  CHECK(names(*conv) == std::vector<std::string>{"conv1", "neuron1", "maxpool1", "flatten", "fc1"});
  REQUIRE(conv->warnings().size() == 1);
  CHECK(conv->warnings()[0] == "paddings has 1 entry: as in Qualia, the layer conv2 is left out");

  // EuroSAT configurations rely on this: fc_units holds the flatten size and no hidden layer is built.
  const auto linear = build(kConvolutions + "dropouts = [0, 0]\nfc_units = [7, 96]\n" + kNeuron, {8, 8, 3});
  CHECK(names(*linear).back() == "fc1");
  REQUIRE(linear->warnings().size() == 1);
  CHECK(linear->warnings()[0] ==
        "dropouts has 2 entries: as in Qualia, the layers hidden fc1, hidden fc2 are left out");
}

TEST_CASE("entries that nothing uses are named", "[learningmodel]") {
  const auto model = build(
      "filters = [4]\nkernel_sizes = [3, 5]\npaddings = [1]\nstrides = [1]\npool_sizes = [0]\ndims = 2\n"
      "dropouts = [0, 0, 0]\nfc_units = [7]\ngsp = true\n" +
          kNeuron,
      {8, 8, 1});
  CHECK(model->warnings() == std::vector<std::string>{"kernel_sizes has 2 entries, 1 are used",
                                                      "dropouts has 3 entries, 2 are used",
                                                      "gsp = true: fc_units is not used"});
}

TEST_CASE("dropout, pools, separable convolutions and batch norm stand where Qualia puts them", "[learningmodel]") {
  const auto model = build(kConvolutions +
                               "dropouts = [0, 0.5, 0.25]\nfc_units = [9]\nbatch_norm = true\n"
                               "separables = [false, true]\nprepool = 2\npostpool = [2, 1]\n" +
                               kNeuron,
                           {16, 12, 2});
  CHECK(names(*model) == std::vector<std::string>{"prepool", "conv1", "bn1", "neuron1", "maxpool1", "conv2_dw",
                                                  "bn2_dw", "neuron2_dw", "conv2_pw", "bn2_pw", "neuron2_pw",
                                                  "dropout2", "postpool", "flatten", "fc1", "neuron3", "dropout3",
                                                  "fc2"});
  CHECK(model->shape().timesteps == 4);
  CHECK(model->forward({at::rand({2, 2, 16, 12}), 4, true}).x.sizes() == at::IntArrayRef({8, 3}));
}

TEST_CASE("one-dimensional networks and the ReLU twin are built from the same options", "[learningmodel]") {
  const auto params =
      "filters = [4]\nkernel_sizes = [5]\npaddings = [2]\nstrides = [2]\npool_sizes = [2]\n"
      "dropouts = 0.1\nfc_units = [8]\ndims = 1\ngsp = ";
  const auto model = build(std::string(params) + "false\n", {20, 2}, "CNN");
  CHECK(names(*model) == std::vector<std::string>{"conv1", "relu1", "dropout1", "maxpool1", "flatten", "fc1", "relu2",
                                                  "dropout2", "fc2"});
  CHECK_FALSE(model->shape().step_mode.has_value());
  CHECK(model->forward({at::rand({3, 2, 20}), 1}).x.sizes() == at::IntArrayRef({3, 3}));
  const auto gsp = build(std::string(params) + "true\n", {20, 2}, "CNN");
  CHECK(names(*gsp) == std::vector<std::string>{"conv1", "relu1", "dropout1", "maxpool1", "conv2", "relu2", "gsp"});
}

TEST_CASE("convolutions before the maximum of what neurons get keep ties, others need not", "[learningmodel]") {
  const auto keeping = [](const learningmodel::LearningModel& model) {
    std::vector<std::string> names;
    for (const auto& node : model.graph().nodes()) {
      const auto* const conv = dynamic_cast<const layer::Conv*>(node.module.get());
      if (conv && conv->keeps_ties()) names.push_back(node.name);
    }
    return names;
  };
  const std::string sizes =
      "filters = [4, 6]\nkernel_sizes = [3, 3]\npaddings = [1, 1]\nstrides = [1, 2]\nnum_blocks = [1]\ndims = 2\n"
      "batch_norm = true\n";
  CHECK(keeping(*build(sizes + kNeuron, {8, 8, 2}, "SResNet")) ==
        std::vector<std::string>{"layers.0.0.conv1", "layers.0.0.sconv"});
  CHECK(keeping(*build(sizes, {8, 8, 2}, "ResNet")).empty());
  CHECK(keeping(*build(kConvolutions + "dropouts = 0\nfc_units = []\n" + kNeuron, {16, 12, 2})).empty());
}

TEST_CASE("parameters that cannot be built are explained", "[learningmodel]") {
  const auto rest = "dropouts = 0\nfc_units = []\n" + kNeuron;
  CHECK_THROWS_WITH(build(kConvolutions + rest, {784, 1}),
                    contains("dims = 2 needs an input_shape [H, W, C], got [784, 1]"));
  CHECK_THROWS_WITH(build(kConvolutions + "dropouts = 0\nfc_units = []\n", {8, 8, 1}),
                    contains("model.0.params.neuron: missing"));
  CHECK_THROWS_WITH(build(kConvolutions + rest + "postpool = [2]\nprepool = [2, 2, 2]\n", {8, 8, 1}),
                    contains("prepool has 3 entries; dims = 2 axes"));
  CHECK_THROWS_WITH(build(kConvolutions + rest + "prepool = 8\n", {8, 8, 1}), contains("layers.maxpool1: window of 2"));
  CHECK_THROWS_WITH(
      build("filters = []\nkernel_sizes = []\npaddings = []\nstrides = []\npool_sizes = []\n" + rest, {8, 1}),
      contains("filters is empty"));
  // A dropped convolution that changes the size: Qualia's formula and the layers disagree.
  CHECK_THROWS_WITH(
      build("filters = [4, 6]\nkernel_sizes = [3, 3]\npaddings = [1, 1]\nstrides = [1]\npool_sizes = [2, 2]\n"
            "dims = 2\n" +
                rest,
            {8, 8, 1}),
      contains("layers.fc1: takes 96 features, gets [64]"));
}
