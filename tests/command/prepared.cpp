#include "tests/command/prepared.h"

#include <cstdint>

#include "tests/support/testing.h"

namespace qualia_snn::testing {

const std::string kConfig = R"([bench]
name = "bench"
seed = 2
first_run = 1
last_run = 1
plugins = ["qualia_plugin_snn"]

[learningframework]
kind = "SpikingJellyMultiStep"

[dataset]
kind = "FashionMNIST"
params.path = "raw"

[[preprocessing]]
kind = "Normalize"
params.method = "min-max"
params.axis = [0, 1, 2, 3]

[[preprocessing]]
kind = "Class2BinMatrix"
params.classes = 10

[model_template]
kind = "SCNN"
epochs = 2
batch_size = 16

[model_template.params]
dims = 2
timesteps = 2
batch_norm = true
neuron = {kind = "LIFNode", params = {v_reset = false, step_mode = "m"}}

[model_template.optimizer]
kind = "Adam"
params.lr = 0.01
scheduler = {kind = "StepLR", params = {step_size = 1, gamma = 0.5}}

[[model]]
name = "small"
params.filters = [4]
params.kernel_sizes = [3]
params.paddings = [1]
params.strides = [2]
params.pool_sizes = [2]
params.dropouts = 0.1
params.fc_units = []

[[model]]
name = "other"
kind = "TorchVisionModel"
disabled = true
params.anything = 1
)";

namespace {

std::string big_endian(std::uint32_t n) {
  return {static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8), static_cast<char>(n)};
}

/// Writes `n` images whose brightest column tells the class, as IDX files.
void write_set(const TemporaryFolder& folder, const std::string& prefix, std::uint32_t n) {
  std::string images = big_endian(0x803) + big_endian(n) + big_endian(28) + big_endian(28);
  std::string labels = big_endian(0x801) + big_endian(n);
  for (std::uint32_t i = 0; i < n; ++i) {
    labels += static_cast<char>(i % 10);
    for (std::uint32_t p = 0; p < 28 * 28; ++p) {
      images += static_cast<char>(p % 28 == 2 * (i % 10) ? 255 : (p * 7 + i * 13) % 64);
    }
  }
  write_text(folder / ("raw/" + prefix + "-images-idx3-ubyte"), images);
  write_text(folder / ("raw/" + prefix + "-labels-idx1-ubyte"), labels);
}

}  // namespace

void write_data(const TemporaryFolder& folder) {
  write_set(folder, "train", 40);
  write_set(folder, "t10k", 20);
}

Prepared::Prepared() {
  write_text(folder / "c.toml", kConfig);
  write_data(folder);
  const auto run = run_program(folder.path().string(), {"c.toml", "preprocess_data"});
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
}

ProgramRun Prepared::train(const Arguments& more) const {
  Arguments arguments = {"c.toml", "train"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_program(folder.path().string(), arguments);
}

}  // namespace qualia_snn::testing
