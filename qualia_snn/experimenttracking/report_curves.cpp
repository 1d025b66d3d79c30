#include "qualia_snn/experimenttracking/report_curves.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "qualia_snn/core/error.h"
#include "qualia_snn/experimenttracking/report_charts.h"
#include "qualia_snn/experimenttracking/report_text.h"

namespace qualia_snn::experimenttracking::report {
namespace {

constexpr std::size_t kMostCharts = 16;
constexpr std::size_t kMostRows = 100;  // of the table of epochs

struct MetricName {
  std::string set, quantity;  // "validation", "acc"
};

MetricName split(const std::string& name) {
  static const std::array<std::pair<std::string, std::string>, 4> sets{
      {{"train_", "train"}, {"val_", "validation"}, {"valid_", "validation"}, {"test_", "test"}}};
  for (const auto& [prefix, set] : sets) {
    if (name.starts_with(prefix) && name.size() > prefix.size()) return {set, name.substr(prefix.size())};
  }
  return {"", name};
}

std::string title_of(const std::string& quantity) {
  static const std::array<std::pair<std::string, std::string>, 11> titles{{{"loss", "Loss"},
                                                                           {"acc", "Accuracy"},
                                                                           {"avgclsacc", "Average class accuracy"},
                                                                           {"prec", "Precision"},
                                                                           {"rec", "Recall"},
                                                                           {"f1", "F1 score"},
                                                                           {"mse", "Mean squared error"},
                                                                           {"mae", "Mean absolute error"},
                                                                           {"mape", "Mean absolute percentage error"},
                                                                           {"corr", "Correlation"},
                                                                           {"slope", "Slope"}}};
  const auto found =
      std::find_if(titles.begin(), titles.end(), [&](const auto& entry) { return entry.first == quantity; });
  return found == titles.end() ? quantity : found->second;
}

template <class Of>
std::vector<double> values_of(const Report& report, Of of) {
  std::vector<double> values;
  for (const auto& epoch : report.epochs) values.push_back(static_cast<double>(of(epoch)));
  return values;
}

double metric_of(const Report::Epoch& epoch, const std::string& name) {
  for (const auto& [other, value] : epoch.metrics) {
    if (other == name) return value;
  }
  return NAN;
}

/// The metrics of all epochs in the order in which they first came.
std::vector<std::string> metric_names(const Report& report) {
  std::vector<std::string> names;
  for (const auto& epoch : report.epochs) {
    for (const auto& [name, value] : epoch.metrics) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

struct Group {
  std::string quantity;
  std::vector<Series> series;
  std::string same;  // titles of further quantities with the same values
};

void add_series(std::vector<Group>& groups, const std::string& quantity, Series series) {
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.quantity == quantity; });
  auto& group = found == groups.end() ? groups.emplace_back(Group{quantity, {}, ""}) : *found;
  if (group.series.size() < kMostSeries) group.series.push_back(std::move(series));
}

bool same_series(const Group& a, const Group& b) {
  const auto same_value = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  return std::equal(a.series.begin(), a.series.end(), b.series.begin(), b.series.end(),
                    [&](const Series& x, const Series& y) {
                      return x.name == y.name &&
                             std::equal(x.values.begin(), x.values.end(), y.values.begin(), y.values.end(), same_value);
                    });
}

/// Micro averages repeat the accuracy under other names: one chart says so.
std::vector<Group> without_repetitions(std::vector<Group> groups) {
  const auto is_accuracy = [](const Group& group) { return group.quantity == "loss" || group.quantity == "acc"; };
  std::stable_partition(groups.begin(), groups.end(), is_accuracy);
  std::vector<Group> kept;
  for (auto& group : groups) {
    const auto same =
        std::find_if(kept.begin(), kept.end(), [&](const auto& other) { return same_series(other, group); });
    if (same == kept.end()) {
      kept.push_back(std::move(group));
    } else {
      same->same += (same->same.empty() ? "" : ", ") + title_of(group.quantity);
    }
  }
  return kept;
}

std::vector<Group> groups_of(const Report& report) {
  std::vector<Group> groups;
  const auto names = metric_names(report);
  if (std::find(names.begin(), names.end(), "train_loss") == names.end()) {
    add_series(groups, "loss", {"train", values_of(report, [](const auto& epoch) { return epoch.loss; })});
  }
  for (const auto& name : names) {
    const auto [set, quantity] = split(name);
    add_series(groups, quantity, {set, values_of(report, [&](const auto& epoch) { return metric_of(epoch, name); })});
  }
  return without_repetitions(std::move(groups));
}

std::string metric_charts(const Report& report) {
  std::string text;
  const auto groups = groups_of(report);
  for (std::size_t i = 0; i < std::min(groups.size(), kMostCharts); ++i) {
    const auto& group = groups[i];
    auto remark = group.same.empty() ? "" : "The same values: " + group.same + ".";
    const auto scale = group.quantity == "loss" ? Scale::kLogarithmicIfWide : Scale::kLinear;
    // A single curve has no legend: what it was measured on goes beside the title.
    const auto unit = group.series.size() == 1 ? group.series.front().name : "";
    text += line_chart({title_of(group.quantity), unit, group.series, scale, figure, std::move(remark)});
  }
  if (groups.size() > kMostCharts) {
    text += concat("<p class=\"note\">", groups.size() - kMostCharts, " more metrics are in the table of epochs.</p>");
  }
  return text;
}

std::string memory_chart(const Report& report) {
  auto values = values_of(report, [](const auto& epoch) { return epoch.memory; });
  const auto largest = *std::max_element(values.begin(), values.end());
  const auto prefix = bytes_prefix(largest);
  for (auto& value : values) value /= prefix.factor;
  const auto text = [](double value) { return fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0); };
  return line_chart({"Memory", concat(prefix.name + 1, ", peak so far"), {{"", values}}, Scale::kFromZero, text, ""});
}

std::string running_charts(const Report& report) {
  const auto rates = values_of(report, [](const auto& epoch) { return epoch.learning_rate; });
  const auto throughput = values_of(report, [](const auto& epoch) { return epoch.samples_per_second; });
  return line_chart({"Learning rate", "", {{"", rates}}, Scale::kLogarithmicIfWide, figure, ""}) +
         line_chart({"Throughput", "samples/s", {{"", throughput}}, Scale::kFromZero, count, ""}) +
         memory_chart(report);
}

std::string epoch_row(const Report& report, std::size_t index, const std::vector<std::string>& names) {
  const auto& epoch = report.epochs[index];
  auto row = concat("<tr><th scope=\"row\">", index + 1, "</th>");
  const auto cell = [&](const std::string& text) { row += "<td class=\"num\">" + text + "</td>"; };
  cell(figure(epoch.loss));
  for (const auto& name : names) cell(measured(metric_of(epoch, name)));
  cell(figure(epoch.learning_rate));
  cell(duration(epoch.seconds));
  cell(count(epoch.samples_per_second));
  cell(bytes(static_cast<double>(epoch.memory)));
  return row + "</tr>\n";
}

std::string epoch_table(const Report& report) {
  const auto names = metric_names(report);
  std::vector<std::string> head{"Epoch", "#Loss"};
  for (const auto& name : names) head.push_back("#" + name);
  for (const auto* name : {"#Learning rate", "#Time", "#Samples/s", "#Memory"}) head.push_back(name);
  const auto number = report.epochs.size();
  const auto every = (number + kMostRows - 1) / kMostRows;
  std::string rows;
  for (std::size_t i = 0; i < number; ++i) {
    if (i == 0 || (i + 1) % every == 0 || i + 1 == number) rows += epoch_row(report, i, names);
  }
  const auto which = every > 1 ? concat(", one in ", every) : std::string();
  return concat(
      "<details><summary>All figures as a table <span class=\"unit\">", plural(number, "epoch"), which,
      "</span></summary>\n",
      scrolling("Figures of the epochs", concat("<table>", table_head(head), "<tbody>\n", rows, "</tbody></table>")),
      "</details>\n");
}

}  // namespace

std::optional<BestEpoch> best_epoch(const Report& report) {
  for (const auto* name : {"val_acc", "valid_acc", "train_acc"}) {
    std::optional<BestEpoch> best;
    for (std::size_t i = 0; i < report.epochs.size(); ++i) {
      const auto value = metric_of(report.epochs[i], name);
      if (drawable(value) && (!best || value > best->value)) best = {split(name).set, value, i + 1};
    }
    if (best) return best;
  }
  return std::nullopt;
}

std::string curves_section(const Report& report) {
  if (report.epochs.empty()) return "<p class=\"note\">No epoch was trained.</p>\n";
  return concat("<div class=\"charts\">\n", metric_charts(report), running_charts(report), "</div>\n",
                epoch_table(report));
}

}  // namespace qualia_snn::experimenttracking::report
