#include <algorithm>
#include <map>

#include "qualia_snn/config/load_config.h"
#include "qualia_snn/learningmodel/learning_model.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;

namespace {

const config::Registries kRegistries = registry::builtin_registries();
const std::string kFolder = QUALIA_SNN_SOURCE "/tests/config/qualia/";

/// What is wrong in a file.
struct Fault {
  std::string at;                                           ///< the message points to the first place of this text
  std::string message;                                      ///< what follows the place
  std::vector<std::pair<std::string, std::string>> repair;  ///< what the message asks for: texts and their replacements
};

/// A file of the folder with its faults, in the order in which they are reported.
struct Example {
  std::string file;
  std::vector<Fault> faults;
};

Fault misspelt_params(int augmentation) {
  return {"fparams",
          concat("data_augmentation.", augmentation, ".fparams = {melkwargs = {hop_length = 320}}: unknown key; ",
                 "did you mean \"params\"?; accepted: kind, params"),
          {{"fparams", "params"}}};
}

Fault name_in_template(const std::string& name) {
  return {"\"" + name + "\"",
          "model_template.name = \"" + name + "\": the template is for all models; move the name to its [[model]]",
          {{"name = \"" + name + "\"\n", ""}, {"[[model]]\n", "[[model]]\nname = \"" + name + "\"\n"}}};
}

Fault quoted_lsq() {
  return {"\"true\"",
          "model.1.update.quant_params.LSQ = \"true\": expected a boolean, got string; accepted: true, false (without "
          "quotes)",
          {{"\"true\"", "true"}}};
}

/// The option's name of an earlier Qualia, in each of the metrics of a file; Qualia 2.6 refuses it too.
Fault earlier_estimation_type(const std::string& add, const std::string& mul, std::size_t places) {
  return {"estimation_type",
          concat("postprocessing.1.params.estimation_type = {add = \"", add, "\", mul = \"", mul,
                 "\"}: unknown key; did you mean \"op_estimation_type\"?; accepted: mem_width, fifo_size, ",
                 "total_spikerate_exclude_nonbinary, op_estimation_type, sram_estimation_type, corrected"),
          {places, {"params.estimation_type", "params.op_estimation_type"}}};
}

const std::vector<Example> kExamples = {
    {"cifar10/SResNet18_int8_train.toml", {}},
    {"cifar10/SResNetv1_float32_train.toml", {}},
    {"cifar10/SVGG_float32_train.toml", {}},
    {"cifar10/cifar10_QSVGG11_student_10_with_decoupled_potential_v.toml", {}},
    {"cifar10/vgg16_bn_ifsr_float32_energyestimationmetric.toml", {}},
    {"cifar10/vgg16_bn_ifsr_float32_train.toml", {}},
    {"cifar10/vgg16_bn_ifsr_int8_train.toml", {}},
    {"cifar10_ICONIP/cifar10_SVGG_SCNN_float32_train.toml", {}},
    {"dvsgesture/CNN_float32_Linux.toml", {}},
    {"dvsgesture/SCNN_float32_Linux.toml", {}},
    {"dvsgesture/SCNN_int16_Linux.toml", {}},
    {"eurosat/config_snn_eurosat_ht1_8bit.toml", {}},
    {"eurosat/config_snn_eurosat_ht1_float.toml", {}},
    {"eurosat/config_snn_eurosat_ht2_8bit.toml", {}},
    {"eurosat/config_snn_eurosat_ht2_float.toml", {}},
    {"eurosat/config_snn_eurosat_ht4_8bit.toml", {}},
    {"eurosat/config_snn_eurosat_ht4_float.toml", {}},
    {"eurosat/config_snn_eurosat_st2_8bit.toml", {}},
    {"eurosat/config_snn_eurosat_st2_float.toml", {}},
    {"eurosat/config_snn_eurosat_st4_8bit.toml", {}},
    {"eurosat/config_snn_eurosat_st4_float.toml", {}},
    {"gsc_ICONIP/GSC_ResNetv1-8_ICONIP_livemfcc_full_STEST.toml", {misspelt_params(5)}},
    {"gsc_ICONIP/GSC_SResNetv1-8_ICONIP_livemfcc_float32_train.toml", {misspelt_params(4)}},
    {"gsc_ICONIP/GSC_SResNetv1-8_fused_ICONIP_livemfcc_LSQ4_and_8_train.toml", {misspelt_params(4), quoted_lsq()}},
    {"gsc_ICONIP/GSC_SResNetv1-8_fused_ICONIP_livemfcc_PTQ16_and_8_train.toml", {misspelt_params(4)}},
    {"gsc_ICONIP/GSC_SResNetv1-8_fused_ICONIP_livemfcc_QAT4_and_8_train.toml", {misspelt_params(4)}},
    {"gsc_ICONIP/GSC_SResNetv1-8_fused_ICONIP_livemfcc_TEST.toml", {misspelt_params(4)}},
    {"gsc_ICONIP/GSC_SResNetv1-8_no_fused_ICONIP_livemfcc_LSQ4_and_8_train.toml", {misspelt_params(4), quoted_lsq()}},
    {"gsc_ICONIP/GSC_SResNetv1-8_no_fused_ICONIP_livemfcc_QAT4_and_8_train.toml", {misspelt_params(4)}},
    {"nrj_estimation_comp/GSC_ResNetv8_0_4_8_16_32_float.toml",
     {misspelt_params(4), earlier_estimation_type("saturation", "saturation", 24), name_in_template("GSC_ResNetv8")}},
    {"nrj_estimation_comp/GSC_SResNetv8_0_4_8_16_32_float.toml",
     {misspelt_params(4), earlier_estimation_type("saturation", "saturation", 24), name_in_template("GSC_SResNetv8")}},
    {"nrj_estimation_comp/cifar10_SVGG16_0_32KB_only_4_8_16_32.toml", {}},
    {"nrj_estimation_comp/cifar10_SVGG16_0_4_8_16_32_float.toml",
     {earlier_estimation_type("saturation", "saturation", 24)}},
    {"nrj_estimation_comp/cifar10_VGG16_0_32KB_only_4_8_16_32_float.toml", {}},
    {"nrj_estimation_comp/cifar10_VGG16_0_4_8_16_32_float.toml",
     {earlier_estimation_type("saturation", "saturation", 24)}},
    {"shd/SCNN_float32_Linux.toml", {}},
};

/// The shape of one sample, without time, and the number of classes K.
struct DataShape {
  std::vector<std::int64_t> input_shape;
  std::int64_t classes;
};

const std::map<std::string, DataShape> kDataShapes = {
    {"CIFAR10", {{32, 32, 3}, 10}},  {"DVSGesture", {{128, 128, 2}, 11}},
    {"EuroSAT", {{64, 64, 13}, 10}}, {"GSC", {{16000, 1}, 35}},
    {"SHD", {{700, 2}, 20}},
};

/// Returns "line:column" of the first place of `part`.
std::string place_of(const std::string& part, const std::string& text) {
  const auto at = text.find(part);
  if (at == std::string::npos) return "nowhere";
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  const auto line_start = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  return concat(line, ":", at - line_start + 1);
}

std::string replaced(std::string text, const std::string& part, const std::string& replacement) {
  const auto at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), replacement);
}

config::LoadedConfig load(const std::string& path) { return config::load_config(path, {}, kRegistries); }

std::shared_ptr<learningmodel::LearningModel> build(const config::ModelConfig& model, const DataShape& data) {
  return kRegistries.learningmodels.make(model, {kRegistries, data.input_shape, {data.classes}, at::kCPU, {}});
}

}  // namespace

TEST_CASE("the table of Qualia's configurations and their folder agree", "[config][qualia]") {
  std::vector<std::string> files;
  for (const auto& file : testing::files_below(kFolder)) {
    if (file != "README.md") files.push_back(file);
  }
  std::vector<std::string> table;
  for (const auto& example : kExamples) table.push_back(example.file);
  CHECK(files == table);
  CHECK(table.size() == 36);
}

TEST_CASE("Qualia's configurations load, once repaired as the messages ask, and their models build",
          "[config][qualia]") {
  const testing::TemporaryFolder folder;
  const auto path = folder / "config.toml";
  for (const auto& example : kExamples) {
    INFO(example.file);
    auto text = testing::read_text(kFolder + example.file);
    testing::write_text(path, text);
    for (const auto& fault : example.faults) {
      CHECK_THROWS_AS(load(path), ConfigError);
      CHECK_THROWS_WITH(load(path), path + ":" + place_of(fault.at, text) + ": " + fault.message);
      for (const auto& [part, replacement] : fault.repair) text = replaced(text, part, replacement);
      testing::write_text(path, text);
    }
    const auto loaded = load(path);
    CHECK(loaded.warnings.empty());
    const auto& data = kDataShapes.at(loaded.config.dataset.kind);
    std::size_t enabled = 0;
    for (const auto& model : loaded.config.models) {
      if (model.disabled) continue;
      ++enabled;
      INFO(model.name);
      if (kRegistries.learningmodels.find(model.kind) == nullptr) continue;
      CHECK(build(model, data)->graph().output_shape() == Shape{data.classes});
    }
    CHECK(enabled > 0);
  }
}

// Qualia: fc_units states the flattened size, and dropouts without entries for linear layers drop the hidden one.
TEST_CASE("the networks for EuroSAT have one linear layer of 13456 inputs, or none", "[config][qualia]") {
  const auto loaded = load(kFolder + "eurosat/config_snn_eurosat_ht4_float.toml");
  CHECK(loaded.config.models.size() == 12);
  for (const auto& config : loaded.config.models) {
    INFO(config.name);
    const auto model = build(config, kDataShapes.at("EuroSAT"));
    std::map<std::string, Shape> shapes;
    for (const auto& node : model->graph().nodes()) shapes[node.name] = node.output_shape;
    const bool gsp = config.name.ends_with("_gsp");
    CHECK(shapes.contains("layers.gsp") == gsp);
    CHECK(shapes.contains("layers.fc1") == !gsp);
    CHECK_FALSE(shapes.contains("layers.fc2"));
    if (!gsp) CHECK(shapes.at("layers.flatten") == Shape{13456});
    REQUIRE(model->warnings().size() == 1);
    CHECK_THAT(model->warnings()[0],
               contains(gsp ? "fc_units is not used" : "dropouts has 2 entries: as in Qualia, the layer hidden fc1"));
  }
}

TEST_CASE("our own configurations load, and their models build", "[config]") {
  const std::string root = QUALIA_SNN_SOURCE "/configs";
  int found = 0;
  for (const auto& file : testing::files_below(root)) {
    if (!file.ends_with(".toml")) continue;
    INFO(file);
    ++found;
    const auto loaded = load(root + "/" + file);
    CHECK(loaded.warnings.empty());
    for (const auto& model : loaded.config.models) CHECK(kRegistries.learningmodels.find(model.kind) != nullptr);
    CHECK(kRegistries.datasets.find(loaded.config.dataset.kind) != nullptr);
    for (const auto& step : loaded.config.preprocessing) CHECK(kRegistries.preprocessings.find(step.kind) != nullptr);
  }
  CHECK(found >= 9);
}
