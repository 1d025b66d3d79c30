#include "qualia_snn/config/parse.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/learningframework/best_epochs.h"
#include "qualia_snn/learningframework/loader.h"
#include "qualia_snn/learningframework/trainer.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using learningframework::TrainerModule;

namespace {

const config::Registries kRegistries = registry::builtin_registries();
const config::BuildContext kContext{kRegistries, {}, {}, at::kCPU, {}};

std::shared_ptr<TrainerModule> framework(const std::string& kind, const std::string& params = "") {
  return kRegistries.learningframeworks.make({kind, {config::parse_text(params, "f.toml"), "params"}, {}, "f"},
                                             kContext);
}

std::shared_ptr<learningmodel::LearningModel> model(const std::string& mode, int dims = 2,
                                                    const std::string& more = "") {
  at::manual_seed(3);
  const auto input = dims == 2 ? "[6, 6, 2]" : "[6, 2]";
  const auto params =
      "filters = [3]\nkernel_sizes = [3]\npaddings = [1]\nstrides = [1]\npool_sizes = [2]\ndropouts = 0.2\n"
      "fc_units = []\nbatch_norm = true\ntimesteps = 3\noutput_shape = [4]\ninput_shape = " +
      std::string(input) + "\ndims = " + std::to_string(dims) + "\nneuron = {kind = 'IFNode', params = {step_mode = '" +
      mode + "'}}\n" + more;
  return kRegistries.learningmodels.make({"SCNN", {config::parse_text(params, "m.toml"), "p"}, {}, "m"}, kContext);
}

datamodel::RawData make_data(std::int64_t n) {
  const auto x = at::rand({n, 6, 6, 2});
  return {x, at::one_hot((x.mean(at::IntArrayRef({1, 2, 3})) * 40).to(at::kLong) % 4, 4).to(at::kFloat)};
}

struct Run {
  std::vector<at::Tensor> weights;
  std::vector<learningframework::EpochInfo> epochs;
};

class Recorder final : public learningframework::Observer {
 public:
  explicit Recorder(Run& run) : run_(run) {}
  void on_epoch_end(const learningframework::EpochInfo& info) override { run_.epochs.push_back(info); }

 private:
  Run& run_;
};

Run train(const datamodel::RawData& data, double lr, bool with_optimizer = true, const std::string& params = "") {
  const auto module = framework("SpikingJellyMultiStep", params);
  const auto net = model("m");
  module->set_model(net);
  const auto optimizer =
      kRegistries.optimizers.make({"SGD", {config::parse_text("lr = " + std::to_string(lr), "o"), "p"}, {}, "o"},
                                  {kRegistries, {}, {}, at::kCPU, net->parameters()});
  Run run;
  learningframework::KeyedDraws draws{RandomKey(5)};
  learningframework::fit(*module, data, nullptr, with_optimizer ? optimizer.get() : nullptr, nullptr, {"test", 2, 8},
                         draws, {std::make_shared<Recorder>(run)});
  for (const auto& parameter : net->parameters()) run.weights.push_back(parameter.detach().clone());
  return run;
}

}  // namespace

TEST_CASE("channels move between last and first, with and without time", "[learningframework]") {
  const auto check = [](const std::string& kind, const at::Tensor& stored, const at::Tensor& batch) {
    const auto module = framework(kind);
    const auto first = module->channels_last_to_channels_first(stored);
    CHECK(at::equal(first, batch));
    CHECK(first.data_ptr() == stored.data_ptr());  // a view
    CHECK(at::equal(module->channels_first_to_channels_last(batch), stored));
  };
  // Two channels that hold 0 1 2 and 10 11 12: stored side by side, in a batch one after the other.
  const auto stored = at::tensor({0, 10, 1, 11, 2, 12});
  const auto batch = at::tensor({0, 1, 2, 10, 11, 12});
  check("SpikingJelly", stored.view({1, 3, 2}), batch.view({1, 2, 3}));
  check("PyTorch", stored.view({1, 3, 1, 2}), batch.view({1, 2, 3, 1}));
  check("SpikingJellyTimeStepsInData", stored.view({1, 1, 3, 2}), batch.view({1, 1, 2, 3}));
  check("SpikingJellyMultiStepTimeStepsInData", stored.view({1, 1, 3, 1, 2}), batch.view({1, 1, 2, 3, 1}));
  CHECK_THROWS_WITH(framework("PyTorch")->channels_last_to_channels_first(at::zeros({2, 5})),
                    contains("takes samples [N, S, C] or [N, H, W, C], got [2, 5]"));
}

TEST_CASE("all frameworks give the same output where the input is the same at every step", "[learningframework]") {
  const auto x = at::rand({2, 2, 6, 6});
  const auto x_in_time = x.unsqueeze(1).repeat({1, 3, 1, 1, 1});
  const auto run = [](const std::string& kind, const std::string& mode, const at::Tensor& batch) {
    const auto module = framework(kind);
    const auto net = model(mode);
    net->eval();
    module->set_model(net);
    module->forward(batch);
    return module->forward(batch);  // the state of the first call is forgotten
  };
  const auto expected = run("SpikingJelly", "s", x);
  CHECK(expected.sizes() == at::IntArrayRef({2, 4}));
  CHECK(at::allclose(run("SpikingJellyMultiStep", "m", x), expected));
  CHECK(at::allclose(run("SpikingJellyTimeStepsInData", "s", x_in_time), expected));
  CHECK(at::allclose(run("SpikingJellyMultiStepTimeStepsInData", "m", x_in_time), expected));
}

TEST_CASE("time in the data is the second axis of a batch and time-major in the model", "[learningframework]") {
  const auto module = framework("SpikingJellyTimeStepsInData");
  const auto net = model("s");
  net->eval();
  module->set_model(net);
  const auto x = at::rand({2, 3, 2, 6, 6});
  net->reset();
  at::Tensor sum = at::zeros({2, 4});
  for (const auto& step : x.unbind(1)) sum += net->forward({step, 1}).x;
  CHECK(at::allclose(module->forward(x), sum / 3));
}

TEST_CASE("batches and models that do not fit a framework are explained", "[learningframework]") {
  const auto image = framework("SpikingJellyMultiStep");
  image->set_model(model("m"));
  CHECK_THROWS_WITH(image->forward(at::rand({2, 6, 6})), contains("takes batches [N, C, H, W], got [2, 6, 6]"));
  CHECK_THROWS_WITH(image->forward(at::rand({2, 3, 6, 6})), contains("takes samples [2, 6, 6] (channels first)"));
  CHECK_THROWS_WITH(image->forward(at::zeros({2, 2, 6, 6}, at::kByte)), contains("set dataset.params.dtype"));
  const auto video = framework("SpikingJellyMultiStepTimeStepsInData");
  video->set_model(model("m"));
  CHECK_THROWS_WITH(video->forward(at::rand({2, 2, 6, 6})), contains("takes batches [N, T, C, H, W]"));
  CHECK_THROWS_WITH(video->forward(at::rand({2, 4, 2, 6, 6})),
                    contains("the data has T = 4 time steps, the model has timesteps = 3"));
  CHECK_THROWS_WITH(
      image->set_model(model("s")),
      contains("drives step_mode 'm', the model's neuron has step_mode 's'; set params.neuron.params.step_mode "
               "= \"m\" or use SpikingJelly"));
  CHECK_THROWS_WITH(framework("SpikingJelly")->set_model(model("m")), contains("or use SpikingJellyMultiStep"));
  CHECK_THROWS_AS(framework("PyTorch", "accelerator = 'gpu'"), DeviceError);
  CHECK_THROWS_WITH(framework("PyTorch", "devices = [0]"), contains("--learningframework.params.accelerator=cpu"));
  CHECK_NOTHROW(framework("PyTorch", "devices = [0]\naccelerator = 'cpu'"));
  CHECK_THROWS_WITH(framework("PyTorch", "devices = 2"), contains("f.toml:1:11"));
  CHECK_THROWS_WITH(framework("PyTorch", "devices = [0, 1]"), contains("2 devices: not offered yet"));
  CHECK_THROWS_WITH(framework("PyTorch", "devices = 'two'"), contains("a number of devices or a list"));
  CHECK_THROWS_WITH(framework("PyTorch", "precision = '17-mixed'"),
                    contains("f.toml:1:13: learningframework.params.precision = \"17-mixed\": must be 32"));
}

TEST_CASE("losses are those of the mean output", "[learningframework]") {
  const auto output = at::tensor({1.f, 2.f, 0.f, 4.f}).view({2, 2});
  const auto target = at::tensor({1.f, 0.f, 0.f, 1.f}).view({2, 2});
  // -log softmax of the target: log(1 + e) and log(1 + e^-4), averaged.
  CHECK(framework("PyTorch")->loss(output, target).item<double>() ==
        Approx((std::log1p(std::exp(1)) + std::log1p(std::exp(-4))) / 2));
  CHECK(framework("PyTorch", "loss = 'mse'")->loss(output, target).item<double>() == Approx((0 + 4 + 0 + 9) / 4.));
  CHECK_THROWS_AS(framework("PyTorch")->loss(output, at::zeros({2, 3})), ShapeError);
}

TEST_CASE("classification metrics follow from the confusion matrix", "[learningframework][metrics]") {
  learningframework::MetricCollection collection({"acc", "avgclsacc", "f1"});
  CHECK(collection.compute("test_").empty());
  const auto one_hot = [](std::vector<std::int64_t> classes) {
    return at::one_hot(at::tensor(classes), 4).to(at::kFloat);
  };
  collection.add(one_hot({0, 0, 1}), one_hot({0, 1, 1}));
  collection.add(one_hot({2}), one_hot({1}));
  CHECK(at::equal(collection.confusion_matrix().counts(),
                  at::tensor({1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}, at::kLong).view({4, 4})));
  // Recalls 1, 1/3 and 0 (predicted, never true); class 3 was not seen at all.
  const auto metrics = collection.compute("test_");
  CHECK(metrics[0] == std::pair<std::string, double>("test_acc", 0.5));
  CHECK(metrics[1].first == "test_avgclsacc");
  CHECK(metrics[1].second == Approx((1 + 1. / 3) / 3));
  CHECK(metrics[2] == std::pair<std::string, double>("test_f1", 0.5));
  CHECK_THROWS_AS(collection.add(at::zeros({2, 3}), at::zeros({2, 4})), ShapeError);
}

TEST_CASE("regression metrics follow from sums over all batches", "[learningframework][metrics]") {
  learningframework::MetricCollection collection({"mse", "mae", "mape", "corr", "slope"});
  const auto column = [](std::vector<float> values) { return at::tensor(values).unsqueeze(1); };
  collection.add(column({1, 3}), column({1, 2}));
  collection.add(column({5}), column({3}));
  std::map<std::string, double> metrics;
  for (const auto& [name, value] : collection.compute("")) metrics[name] = value;
  CHECK(metrics.at("mse") == Approx((0 + 1 + 4) / 3.));
  CHECK(metrics.at("mae") == Approx(1));
  CHECK(metrics.at("mape") == Approx((0 + 0.5 + 2. / 3) / 3));
  CHECK(metrics.at("corr") == Approx(1));  // the outputs are 2 y - 1
  CHECK(metrics.at("slope") == Approx(2));
  learningframework::MetricCollection several({"corr"});
  several.add(at::tensor({1.f, 1.f, 2.f, 0.f}).view({2, 2}), at::tensor({1.f, 1.f, 2.f, 2.f}).view({2, 2}));
  const auto correlations = several.compute("val_");
  REQUIRE(correlations.size() == 2);
  CHECK(correlations[0] == std::pair<std::string, double>("val_corr.0", 1.0));
  CHECK(correlations[1] == std::pair<std::string, double>("val_corr.1", -1.0));
}

TEST_CASE("batches cover every sample once, the last one short", "[learningframework][loader]") {
  const datamodel::RawData data{at::arange(10).view({10, 1}), at::arange(10)};
  const auto read = [&](const at::Tensor& order) {
    const learningframework::Loader loader(data, 4, order);
    CHECK(loader.batches() == 3);
    std::vector<at::Tensor> parts;
    for (std::int64_t i = 0; i < 3; ++i) {
      const auto batch = loader.batch(i);
      CHECK(at::equal(batch.x.flatten(), batch.y));
      parts.push_back(batch.y);
    }
    CHECK(parts[2].size(0) == 2);
    return at::cat(parts);
  };
  CHECK(at::equal(read({}), at::arange(10)));
  CHECK(at::equal(read(at::arange(10).flip(0)), at::arange(10).flip(0)));
  // A set that is not stored sample after sample.
  const datamodel::RawData strided{at::arange(20).view({2, 10}).t(), at::arange(10)};
  const learningframework::Loader loader(strided, 3, at::arange(10).flip(0));
  CHECK(at::equal(loader.batch(1).x.select(1, 0), at::tensor({6, 5, 4})));
  using learningframework::Loader;
  CHECK_THROWS_WITH(Loader(data, 4, at::arange(9)), contains("expected [10], int64"));
  CHECK_THROWS_WITH(Loader(data, 4, at::arange(10, at::kInt)), contains("expected [10], int64"));
  CHECK_THROWS_WITH(Loader(data, 4, at::arange(1, 11)), contains("expected 0 to 9"));
}

TEST_CASE("our draws are a function of key, epoch and step, whatever was drawn before", "[learningframework][draws]") {
  const auto net = model("m");
  const auto order = [](std::uint64_t seed, std::int64_t epoch) {
    return learningframework::KeyedDraws(RandomKey(seed)).order(epoch, 50);
  };
  CHECK(at::equal(std::get<0>(order(1, 0).sort()), at::arange(50)));
  CHECK(at::equal(order(1, 0), order(1, 0)));
  CHECK_FALSE(at::equal(order(1, 0), order(2, 0)));
  CHECK_FALSE(at::equal(order(1, 0), order(1, 1)));
  const auto draw = [&](std::int64_t epoch, std::int64_t step) {
    learningframework::KeyedDraws draws(RandomKey(1));
    const auto source = draws.begin_training_step(*net, epoch, step);
    const auto of_augmentation = at::rand({8}, source.generator(), at::TensorOptions());
    return at::cat({of_augmentation, at::rand({8})});  // the second from LibTorch's own generator
  };
  CHECK(at::equal(draw(0, 3), draw(0, 3)));
  CHECK_FALSE(at::equal(draw(0, 3).narrow(0, 8, 8), draw(0, 4).narrow(0, 8, 8)));
  CHECK_FALSE(at::equal(draw(0, 3).narrow(0, 0, 8), draw(1, 3).narrow(0, 0, 8)));
}

TEST_CASE("training twice gives equal bits, and the loss falls", "[learningframework][trainer]") {
  const auto data = make_data(30);
  const auto first = train(data, 0.1);
  at::manual_seed(12345);
  at::rand({7});
  const auto second = train(data, 0.1);
  for (std::size_t i = 0; i < first.weights.size(); ++i) CHECK(at::equal(first.weights[i], second.weights[i]));
  REQUIRE(first.epochs.size() == 2);
  CHECK(first.epochs[1].loss < first.epochs[0].loss);
  CHECK(first.epochs[1].metrics[0].first == "train_prec");
}

TEST_CASE("16-mixed trains in bfloat16 on a CPU and says so; weights stay float32", "[learningframework][precision]") {
  CHECK_THAT(framework("SpikingJellyMultiStep", "precision = '16-mixed'")->precision().warning,
             contains("means \"bf16-mixed\" on a CPU"));
  CHECK(framework("SpikingJellyMultiStep", "precision = 'bf16-mixed'")->precision().warning.empty());
  const auto data = make_data(30);
  const auto exact = train(data, 0.1), mixed = train(data, 0.1, true, "precision = 'bf16-mixed'");
  CHECK(mixed.weights[0].scalar_type() == at::kFloat);
  CHECK_FALSE(at::equal(exact.weights[0], mixed.weights[0]));
  CHECK(at::allclose(exact.weights[0], mixed.weights[0], 0.1, 0.1));
  CHECK(mixed.epochs[1].loss < mixed.epochs[0].loss);
}

TEST_CASE("64 trains in double and leaves float32 weights", "[learningframework][precision]") {
  const auto data = make_data(30);
  const auto single = train(data, 0.1), exact = train(data, 0.1, true, "precision = 64");
  CHECK(exact.weights[0].scalar_type() == at::kFloat);
  CHECK_FALSE(at::equal(single.weights[0], exact.weights[0]));
  CHECK(at::allclose(single.weights[0], exact.weights[0], 1e-3, 1e-4));
}

TEST_CASE("64 takes whole numbers that an augmentation makes real", "[learningframework][precision]") {
  const auto module = framework("SpikingJellyMultiStep", "precision = 64");
  module->set_model(model("m"));
  module->set_type(at::kDouble);
  module->set_augmentations({kRegistries.dataaugmentations.make(
      {"IntToFloat32", {config::parse_text("scale = true", "f"), "params"}, {}, "a"}, kContext)});
  const auto batch = module->prepare(at::full({2, 6, 6, 2}, 3, at::kByte), at::zeros({2, 4}), /*training=*/true, {});
  CHECK(batch.x.scalar_type() == at::kDouble);
  CHECK(batch.target.scalar_type() == at::kDouble);
  CHECK(module->forward(batch.x).scalar_type() == at::kDouble);
}

TEST_CASE("the two best epochs are kept, the earlier of equal ones first", "[learningframework][checkpoint]") {
  const auto module = framework("SpikingJellyMultiStep", "checkpoint_metric = {name = 'val_acc', mode = 'max'}");
  module->set_model(model("m"));
  const testing::TemporaryFolder folder;
  learningframework::BestEpochs best(*module, folder.path().string());
  const auto end_epoch = [&](std::int64_t epoch, learningframework::Metrics metrics) {
    best.on_epoch_end({epoch, 9, 10 * (epoch + 1), 0, 0, 0, 0, std::move(metrics)});
  };
  end_epoch(0, {{"train_acc", 1}});
  CHECK_FALSE(best.best());
  end_epoch(1, {{"val_acc", 0.5}});
  end_epoch(2, {{"val_acc", 0.7}});
  end_epoch(3, {{"val_acc", 0.7}});
  end_epoch(4, {{"val_acc", 0.6}});
  CHECK(testing::files_below(folder.path()) == std::vector<std::string>{"epoch=2-step=30.pth", "epoch=3-step=40.pth"});
  CHECK(best.best() == (folder / "epoch=2-step=30.pth"));
}

TEST_CASE("without an optimiser no weight moves", "[learningframework][trainer]") {
  const auto run = train(make_data(16), 0.1, false);
  const auto untouched = model("m")->parameters();
  for (std::size_t i = 0; i < untouched.size(); ++i) CHECK(at::equal(run.weights[i], untouched[i]));
}

TEST_CASE("a loss that is not finite stops the training at that step", "[learningframework][trainer]") {
  const auto diverge = [](double lr, const std::string& params) { train(make_data(16), lr, true, params); };
  CHECK_THROWS_AS(diverge(1e30, "loss = 'mse'"), TrainingError);
  CHECK_THROWS_WITH(diverge(1e30, "loss = 'mse'"), contains("training diverged: the loss is inf in epoch 1, step 2"));
  // A loss can stay finite while a statistic does not.
  CHECK_THROWS_WITH(diverge(1e22, ""), contains("layers.bn1.running_var is not finite after epoch 1"));
  CHECK_THROWS_WITH(diverge(1e39, ""), contains("training diverged: the loss is"));
}
