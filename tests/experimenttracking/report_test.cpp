#include "qualia_snn/experimenttracking/report.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "qualia_snn/core/error.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using experimenttracking::LayerHealth;
using experimenttracking::Report;
using experimenttracking::report_html;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kMostPoints = 300;

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t number = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++number;
  return number;
}

/// A number from 0 to 1 that looks random and is the same everywhere.
double noise(std::size_t seed) {
  std::uint64_t bits = (seed + 1) * 0x9e3779b97f4a7c15U;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebU;
  return static_cast<double>((bits ^ (bits >> 31)) >> 11) * 0x1p-53;
}

Report::Epoch epoch_at(std::size_t index, std::size_t epochs) {
  const auto progress = static_cast<double>(index + 1) / static_cast<double>(epochs);
  const auto accuracy = 0.95 - 0.75 * std::exp(-5 * progress);
  const auto train = accuracy + 0.03 * progress, valid = accuracy - 0.02 + 0.01 * noise(index);
  return {2.3 * std::exp(-4 * progress) + 0.05,
          1e-3 * 0.5 * (1 + std::cos(3.14159 * progress)) + 1e-6,
          41.5,
          1432 + 40 * noise(index + 7),
          std::int64_t{3} << 30,
          {{"train_acc", train}, {"train_f1", train}, {"val_acc", valid}, {"val_f1", valid}, {"val_loss", 1 - valid}}};
}

std::vector<std::vector<std::int64_t>> confusion_of(std::size_t classes, std::int64_t samples) {
  std::vector<std::vector<std::int64_t>> matrix(classes, std::vector<std::int64_t>(classes, 0));
  for (std::size_t row = 0; row < classes; ++row) {
    matrix[row][row] = samples;
    for (std::size_t k = 0; k < 5; ++k) {
      const auto column = static_cast<std::size_t>(noise(row * 5 + k) * static_cast<double>(classes));
      matrix[row][column] += static_cast<std::int64_t>(noise(row + 99 * k) * static_cast<double>(samples) / 8);
    }
  }
  return matrix;
}

Report::Raster raster_of(std::int64_t steps, std::int64_t neurons, double rate) {
  Report::Raster raster{"test sample 3, class 5 taken for 3", "layers.neuron1", steps, neurons, {}};
  for (std::int64_t i = 0; i < steps * neurons; ++i) {
    raster.spikes.push_back(noise(static_cast<std::size_t>(i)) < rate);
  }
  return raster;
}

Report::Layer neurons(const std::string& name, std::size_t epochs, LayerHealth last) {
  Report::Layer layer{name, "LIFNode", "32 x 16 x 16", 0, 0, true, {}};
  for (std::size_t i = 0; i < epochs; ++i) {
    auto health = last;
    health.mean_rate *= 1 + 0.4 * std::exp(-static_cast<double>(i) / 4) + 0.05 * noise(i);
    layer.health.push_back(health);
  }
  return layer;
}

Report realistic() {
  Report report;
  report.name = "scnn_cifar10_r1";
  report.test_accuracy = 0.9132;
  report.facts = {{"Date", "2025-03-14 10:22"},
                  {"Device", "NVIDIA H100 80GB HBM3, 16 threads"},
                  {"Versions", "qualia_snn 0.9.0, LibTorch 2.5.1"},
                  {"Seed", "1234"},
                  {"Model file", "out/learningmodel/scnn_cifar10_r1.pth"}};
  report.command = "qualia-snn configs/scnn_cifar10.toml train --model.0.epochs=20 --device cuda:0";
  report.warnings = {"model.0.params.dropouts has 5 entries, 4 layers take one: the last is ignored, as in Qualia"};
  constexpr std::size_t kEpochs = 20;
  for (std::size_t i = 0; i < kEpochs; ++i) report.epochs.push_back(epoch_at(i, kEpochs));
  report.confusion_matrix = confusion_of(10, 900);
  for (int i = 1; i <= 4; ++i) {
    report.layers.push_back({concat("layers.conv", i),
                             "Conv2d",
                             concat(16 << i, " x ", 64 >> i, " x ", 64 >> i),
                             2400 << (2 * i),
                             11000000 * i,
                             false,
                             {}});
    const auto rate = 0.24 / i;
    report.layers.push_back(
        neurons(concat("layers.neuron", i), kEpochs, {rate, 0.05 * i, 0.01, 2.1e-5 * i, 3.4e-5 * i}));
  }
  report.layers.push_back({"layers.fc1", "Linear", "10", 20490, 81920, false, {}});
  report.rasters = {raster_of(100, 48, 0.12), raster_of(4, 32, 0.2), raster_of(2000, 40, 0.03)};
  for (int i = 0; i < 12; ++i) {
    report.settings.push_back(
        {concat("model.0.params.option_", i), std::to_string(i), i % 3 ? "default" : "scnn.toml:12:10"});
  }
  return report;
}

/// Everything at once that can go wrong or be large.
Report extreme() {
  Report report;
  report.name = std::string(90, 'n') + "_r1";
  report.test_accuracy = kNaN;
  constexpr std::size_t kEpochs = 1000;
  for (std::size_t i = 0; i < kEpochs; ++i) {
    report.epochs.push_back(epoch_at(i, kEpochs));
    if (i % 97 == 5) report.epochs.back().loss = i % 2 ? kNaN : kInfinity;
    report.epochs.back().metrics.emplace_back("val_mse", i % 50 ? 3e7 / static_cast<double>(i) : -kInfinity);
    report.epochs.back().metrics.emplace_back("val_corr", kNaN);
  }
  report.epochs.back().loss = kNaN;
  report.confusion_matrix = confusion_of(200, 50);
  report.confusion_matrix[7].assign(200, 0);
  for (int i = 0; i < 30; ++i) {
    const auto name = concat("blocks.stage", i, ".residual_branch_with_a_long_name.spiking_activation");
    const LayerHealth health{0.3 * noise(static_cast<std::size_t>(i)), i % 7 == 3 ? 0.81 : 0.1, i == 4 ? 0.62 : 0.0,
                             std::pow(10.0, i / 5 - 9), std::pow(10.0, i / 5 - 9)};
    report.layers.push_back(neurons(name, kEpochs, i == 11 ? LayerHealth{kNaN, kNaN, kNaN, kNaN, kNaN} : health));
    report.layers.back().parameters = std::int64_t{1} << i;
    report.layers.back().operations = std::int64_t{1} << (2 * i);
  }
  report.rasters = {raster_of(1500, 400, 0.3), {"no spikes", "none", 0, 0, {}}, raster_of(1, 1, 1)};
  report.rasters[0].layer = std::string(80, 'l');
  for (int i = 0; i < 3; ++i) report.warnings.push_back(std::string(300, 'w') + " gradient\nnot finite");
  report.settings = {{std::string(120, 's'), std::string(5000, 'v'), "a/" + std::string(150, 'o') + ".toml:1:1"}};
  report.facts = {{std::string(60, 'f'), std::string(400, 'g')}};
  report.command = std::string(600, 'c');
  return report;
}

Report one_epoch() {
  auto report = realistic();
  report.epochs.resize(1);
  for (auto& layer : report.layers) layer.health.resize(std::min<std::size_t>(1, layer.health.size()));
  return report;
}

/// Returns what is wrong with the nesting of elements or with an attribute; "" if nothing is.
std::string not_well_formed(const std::string& html) {
  std::vector<std::string> open;
  for (auto at = html.find('<'); at != std::string::npos; at = html.find('<', at)) {
    const auto end = html.find('>', at);
    if (end == std::string::npos) return "a tag without an end";
    auto tag = html.substr(at + 1, end - at - 1);
    at = end;
    if (tag.starts_with('!')) continue;
    if (tag.find('<') != std::string::npos || occurrences(tag, "\"") % 2 != 0) return "a damaged tag: " + tag;
    const auto name = tag.substr(0, tag.find_first_of(" /", 1));
    if (tag.ends_with('/') || name == "meta") continue;
    if (!tag.starts_with('/')) {
      open.push_back(name);
    } else if (open.empty() || "/" + open.back() != tag) {
      return concat(tag, " closes ", open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back() + " is not closed";
}

/// The values of an attribute throughout the page.
std::vector<std::string> attributes(const std::string& html, const std::string& name) {
  std::vector<std::string> values;
  const auto start = " " + name + "=\"";
  for (auto at = html.find(start); at != std::string::npos; at = html.find(start, at)) {
    at += start.size();
    values.push_back(html.substr(at, html.find('"', at) - at));
  }
  return values;
}

std::size_t flags(const Report& report, const std::string& kind) {
  return occurrences(report_html(report), "class=\"flag " + kind + "\"");
}

Report with_layers(const std::vector<LayerHealth>& last) {
  Report report;
  for (std::size_t i = 0; i < last.size(); ++i) report.layers.push_back(neurons(concat("n", i), 1, last[i]));
  return report;
}

}  // namespace

TEST_CASE("a page shows each fact, setting, warning and the command, as text", "[experimenttracking][report]") {
  Report report;
  report.name = "a<b>&\"c\"";
  report.facts = {{"Data & more", "<none>"}, {"Seed", "42"}};
  report.warnings = {"1 < 2", "'quoted'"};
  report.settings = {{"model.0.epochs", "20", "scnn.toml:12:10"}, {"x", "<y>", "default"}};
  report.command = "qualia-snn a.toml train --model.0.name=\"a&b\"";
  const auto page = report_html(report);
  for (const auto* text :
       {"<h1>a&lt;b&gt;&amp;&quot;c&quot;</h1>", "Data &amp; more", "&lt;none&gt;", "Seed", ">42<", "2 warnings",
        "1 &lt; 2", "&#39;quoted&#39;", "model.0.epochs", ">20<", "scnn.toml:12:10", "&lt;y&gt;",
        "1 chosen, 1 by default", "qualia-snn a.toml train --model.0.name=&quot;a&amp;b&quot;"}) {
    CHECK_THAT(page, contains(text));
  }
}

TEST_CASE("no text of a report becomes markup", "[experimenttracking][report]") {
  const std::string attack = "\"'><script>alert(1)</script>\x01";
  auto report = realistic();
  report.name = report.command = attack;
  report.facts = {{attack, attack}};
  report.warnings = {attack};
  report.settings = {{attack, attack, attack}};
  for (auto& epoch : report.epochs) epoch.metrics.emplace_back("val_" + attack, 0.5);
  for (auto& epoch : report.epochs) epoch.metrics.emplace_back(attack, 0.6);
  for (auto& layer : report.layers) layer.name = layer.kind = layer.output = attack;
  report.layers[1].health.back() = {0, 1, 1, 0, 0};
  for (auto& raster : report.rasters) raster.title = raster.layer = attack;
  for (const int more : {0, 9}) {  // more layers are drawn in another way
    for (int i = 0; i < more; ++i) report.layers.push_back(report.layers[1]);
    const auto page = report_html(report);
    CHECK(occurrences(page, "<script") == 0);
    CHECK(occurrences(page, "\x01") == 0);
    CHECK(occurrences(page, "\"'>") == 0);
    CHECK(not_well_formed(page) == "");
  }
}

TEST_CASE("a page is well-formed, small and needs no network whatever is in the report",
          "[experimenttracking][report]") {
  auto two_classes = realistic();
  two_classes.confusion_matrix = {{5, 0}, {0, 0}};
  auto diverged = realistic();
  for (auto& epoch : diverged.epochs) epoch = {kNaN, kInfinity, kNaN, kNaN, 0, {{"val_acc", kNaN}}};
  auto odd = realistic();
  odd.confusion_matrix = {{1, 2, 3}, {4}};
  odd.rasters[0].spikes.resize(10);
  odd.layers[1].health.clear();
  for (const auto& report : {Report{}, realistic(), extreme(), one_epoch(), two_classes, diverged, odd}) {
    const auto page = report_html(report);
    CHECK(not_well_formed(page) == "");
    CHECK(page.size() < 1000000);
    CHECK(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    for (const auto* outside : {"http:", "https:", "src=", "@import", "url(", "<link"})
      CHECK(occurrences(page, outside) == 0);
    for (const auto* name : {"d", "style", "viewBox", "width", "height"}) {
      for (const auto& value : attributes(page, name)) {
        CHECK(value.find("nan") == std::string::npos);
        CHECK(value.find("inf") == std::string::npos);
        CHECK(value.find('e') == (std::string(name) == "style" ? value.find('e') : std::string::npos));
      }
    }
    CHECK(occurrences(page, "role=\"img\"") == occurrences(page, "<title>") - 1);
  }
}

TEST_CASE("a page says what is not there", "[experimenttracking][report]") {
  const auto page = report_html(Report{});
  for (const auto* text :
       {"not measured", "No epoch was trained.", "The confusion matrix was not measured.", "No layers were counted."}) {
    CHECK_THAT(page, contains(text));
  }
  auto report = realistic();
  report.epochs[11].loss = kNaN;
  CHECK_THAT(report_html(report), contains("train: no finite value in 1 epoch (epoch 12)."));
  report.epochs[14].loss = kInfinity;
  CHECK_THAT(report_html(report), contains("train: no finite value in 2 epochs, first in epoch 12."));
}

TEST_CASE("figures are written so that people can read them", "[experimenttracking][report]") {
  auto report = realistic();
  report.layers = {{"a", "k", "o", 1234567, 999999, false, {}}, {"b", "k", "o", 12, 3400000000, false, {}}};
  report.epochs.resize(1);
  report.epochs[0].learning_rate = 1e-6;
  report.epochs[0].loss = 0.0012;
  const auto page = report_html(report);
  for (const auto* text :
       {"91.32 %", ">1.23 M<", ">1 M<", ">12<", ">3.4 G<", ">1e-6<", ">0.0012<", ">3 GiB<", ">41.5 s<"}) {
    CHECK_THAT(page, contains(text));
  }
}

TEST_CASE("metrics of training and validation share a chart, and repeated metrics too",
          "[experimenttracking][report]") {
  const auto page = report_html(realistic());
  CHECK(occurrences(page, "<h3>Accuracy</h3>") == 1);
  CHECK(occurrences(page, "<h3>Loss</h3>") == 1);
  CHECK(occurrences(page, "<h3>F1 score</h3>") == 0);
  CHECK_THAT(page, contains("The same values: F1 score."));
  CHECK_THAT(page, contains("Accuracy over 20 epochs; train from "));
}

TEST_CASE("layers are flagged where they are dead or saturated in the last epoch", "[experimenttracking][report]") {
  const auto report =
      with_layers({{0.1, 0.5, 0.5, 1, 1}, {0, 0.51, 0, 1, 1}, {1, 0, 0.51, 1, 1}, {kNaN, kNaN, kNaN, 1, 1}});
  CHECK(flags(report, "dead") == 1);
  CHECK(flags(report, "saturated") == 1);
  CHECK(flags(report, "vanishing") == 0);
  CHECK_THAT(report_html(report), contains("<b>n1</b> is dead: 51.0 % of its neurons never fired."));
  CHECK_THAT(report_html(report), contains("<b>n2</b> is saturated: 51.0 % of its neurons fired at every time step."));
  auto recovered = report;
  for (auto& layer : recovered.layers) layer.health.push_back({0.1, 0, 0, 1, 1});
  CHECK(flags(recovered, "dead") + flags(recovered, "saturated") == 0);
}

TEST_CASE("a gradient is flagged where it vanishes on its way to the first layer", "[experimenttracking][report]") {
  const auto with_gradients = [](double first, double last) {
    return with_layers({{0.1, 0, 0, first, 1}, {0.1, 0, 0, 1e-30, 1}, {0.1, 0, 0, last, 1}});
  };
  CHECK(flags(with_gradients(0.9e-3, 1), "vanishing") == 1);
  CHECK(flags(with_gradients(0, 1), "vanishing") == 1);
  CHECK(flags(with_gradients(1.1e-3, 1), "vanishing") == 0);
  CHECK(flags(with_gradients(0, 0), "vanishing") == 0);
  CHECK(flags(with_layers({{0.1, 0, 0, kNaN, 1e-5}, {0.1, 0, 0, 1, 1}}), "vanishing") ==
        1);  // the input has no gradient
  CHECK(flags(with_layers({{0.1, 0, 0, 1e-9, 1e-9}}), "vanishing") == 0);
}

TEST_CASE("a curve of 10,000 epochs is thinned, and keeps its peaks", "[experimenttracking][report]") {
  auto report = realistic();
  report.epochs.clear();
  constexpr std::size_t kEpochs = 10000;
  for (std::size_t i = 0; i < kEpochs; ++i) report.epochs.push_back(epoch_at(i, kEpochs));
  report.epochs[5003].loss = 7;
  for (auto& layer : report.layers) layer.health.resize(layer.spikes ? kEpochs : 0, {0.1, 0.1, 0.1, 0.1, 0.1});
  const auto page = report_html(report);
  CHECK(page.size() < 1000000);
  std::size_t most = 0;
  for (const auto& path : attributes(page, "d")) most = std::max(most, occurrences(path, "L"));
  CHECK(most < kMostPoints);
  CHECK(most > kMostPoints / 2);
  // The axis is logarithmic, from 0.01 to 10, and 200 high: 200 * (1 - log(700) / log(1000)).
  CHECK_THAT(page, contains(" 10.33L"));
}

TEST_CASE("the confusion matrix has counts and recalls, or is a picture when it is large",
          "[experimenttracking][report]") {
  Report report;
  report.confusion_matrix = {{8, 2, 0}, {0, 5, 0}, {0, 0, 0}};
  const auto page = report_html(report);
  CHECK(occurrences(page, "<td class=\"cell") == 9);
  for (const auto* text : {">8<", "80.0 %", "100.0 %", "0 taken for 1", "20.0 %"}) CHECK_THAT(page, contains(text));
  report.confusion_matrix = confusion_of(20, 10);
  CHECK(occurrences(report_html(report), "<td class=\"cell") == 400);
  for (const std::size_t classes : {std::size_t{21}, std::size_t{200}}) {
    report.confusion_matrix = confusion_of(classes, 10);
    const auto large = report_html(report);
    CHECK(occurrences(large, "<td class=\"cell") == 0);
    CHECK_THAT(large, contains(concat("Confusion matrix of ", classes, " classes")));
  }
}
