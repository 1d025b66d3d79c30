#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "qualia_snn/core/api.h"
#include "qualia_snn/learningframework/layer_health.h"

namespace qualia_snn::experimenttracking {

using learningframework::LayerHealth;

/// A page about one training run: what `report_html` shows.
struct Report {
  struct Epoch {
    double loss, learning_rate, seconds, samples_per_second;
    std::int64_t memory;                                  ///< peak so far, bytes
    std::vector<std::pair<std::string, double>> metrics;  ///< train_acc, val_acc, ...
  };
  struct Layer {
    std::string name, kind, output;               ///< output: shape of one sample and time step, as text
    std::int64_t parameters = 0, operations = 0;  ///< operations: multiply-accumulates of one sample, all time steps
    bool spikes = false;                          ///< health has one entry per epoch
    std::vector<LayerHealth> health;
  };
  struct Raster {
    std::string title, layer;             ///< "test sample 3, class 5 taken for 3"; name of the layer
    std::int64_t steps = 0, neurons = 0;  ///< T time steps; some of the layer's neurons, evenly chosen
    std::vector<std::uint8_t> spikes;     ///< [T, neurons], 0 or 1
  };
  struct Setting {
    std::string name, value, origin;  ///< "model.0.epochs", "20", "scnn.toml:12:10" or "default"
  };

  std::string name;                     ///< of the run, for example "scnn_r1"
  std::optional<double> test_accuracy;  ///< share
  std::vector<std::pair<std::string, std::string>>
      facts;            ///< date, device, versions, seeds, data, files: name and text
  std::string command;  ///< that reproduces the run
  std::vector<std::string> warnings;
  std::vector<Epoch> epochs;
  std::vector<std::vector<std::int64_t>> confusion_matrix;  ///< [K, K]: rows are truth; empty: not measured
  std::vector<Layer> layers;
  std::vector<Raster> rasters;
  std::vector<Setting> settings;
};

/// Returns one HTML file that needs nothing else: no network, no scripts of others.
QUALIA_SNN_API std::string report_html(const Report& report);

}  // namespace qualia_snn::experimenttracking
