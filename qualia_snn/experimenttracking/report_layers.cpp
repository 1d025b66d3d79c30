#include "qualia_snn/experimenttracking/report_layers.h"

#include <algorithm>
#include <cmath>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/markup.h"
#include "qualia_snn/experimenttracking/report_charts.h"
#include "qualia_snn/experimenttracking/report_pictures.h"
#include "qualia_snn/experimenttracking/report_text.h"

namespace qualia_snn::experimenttracking::report {
namespace {

/// Returns a name that is broken after dots where it is too long for its column.
std::string breakable(const std::string& name) {
  std::string text;
  for (const char c : escape_markup(name)) {
    text += c;
    if (c == '.') text += "<wbr/>";
  }
  return text;
}

using Layers = std::vector<const Report::Layer*>;

constexpr double kVanishing = 1e-3;  // the first layer's gradient to the last's

Layers spiking(const Report& report) {
  Layers layers;
  for (const auto& layer : report.layers) {
    if (layer.spikes) layers.push_back(&layer);
  }
  return layers;
}

/// Returns the last that was measured: in short training sets not every epoch is.
LayerHealth last_health(const Report::Layer& layer) {
  const auto measured = std::find_if(layer.health.rbegin(), layer.health.rend(),
                                     [](const auto& health) { return !std::isnan(health.mean_rate); });
  return measured == layer.health.rend() ? LayerHealth{NAN, NAN, NAN, NAN, NAN} : *measured;
}

std::string flags(const Report::Layer& layer) {
  const auto health = last_health(layer);
  std::string text;
  if (health.silent_share > learningframework::kMostUnhealthy) text += flag("dead", "dead");
  if (health.saturated_share > learningframework::kMostUnhealthy) text += flag("saturated", "saturated");
  return text;
}

/// The first layer's gradient as a share of the last's; NaN where it was not measured.
double gradient_ratio(const Layers& layers) {
  if (layers.size() < 2) return NAN;
  const auto first = last_health(*layers.front()), last = last_health(*layers.back());
  const auto inputs = first.gradient_in / last.gradient_in;
  return std::isnan(inputs) ? first.gradient_out / last.gradient_out : inputs;
}

std::string finding(const std::string& text) { return concat("<li>", warning_icon(), "<span>", text, "</span></li>"); }

std::string findings(const Layers& layers) {
  std::string list;
  bool known = false;
  for (const auto* layer : layers) {
    const auto health = last_health(*layer);
    known = known || !std::isnan(health.silent_share);
    const auto name = "<b>" + escape_markup(layer->name) + "</b>";
    if (health.silent_share > learningframework::kMostUnhealthy) {
      list += finding(concat(name, " is dead: ", percent(health.silent_share), " of its neurons never fired."));
    }
    if (health.saturated_share > learningframework::kMostUnhealthy) {
      list += finding(concat(name, " is saturated: ", percent(health.saturated_share),
                             " of its neurons fired at every time step."));
    }
  }
  if (gradient_ratio(layers) < kVanishing) {
    list +=
        finding(concat("The gradient vanishes: in <b>", escape_markup(layers.front()->name), "</b> it is ",
                       figure(gradient_ratio(layers)), " of that in <b>", escape_markup(layers.back()->name), "</b>."));
  }
  if (!list.empty()) return concat("<ul class=\"findings\">", list, "</ul>\n");
  if (!known) return "<p class=\"note\">Not measured.</p>\n";
  return concat("<p class=\"findings\">", good_icon(),
                "<span>When last measured, most neurons of every layer fired, and not ",
                "at every time step.</span></p>\n");
}

std::vector<double> rates_of(const Report::Layer& layer) {
  std::vector<double> rates;
  for (const auto& health : layer.health) rates.push_back(health.mean_rate);
  return rates;
}

/// Many layers as strips below each other: curves could not be told apart.
std::string rate_strips(const Layers& layers) {
  double largest = 0;
  std::size_t epochs = 0;
  for (const auto* layer : layers) {
    epochs = std::max(epochs, layer->health.size());
    for (const auto& health : layer->health) {
      if (drawable(health.mean_rate)) largest = std::max(largest, health.mean_rate);
    }
  }
  std::string rows;
  for (const auto* layer : layers) {
    rows += concat("<div class=\"name\">", breakable(layer->name), "</div>",
                   strip(rates_of(*layer), largest, "Firing rate of " + layer->name + " over epochs"),
                   "<div class=\"num\">", measured(last_health(*layer).mean_rate), "</div>\n");
  }
  return concat(
      "<figure class=\"chart\"><figcaption><h3>Firing rate</h3><span class=\"unit\">spikes per neuron and "
      "time step; shade from 0 to ",
      figure(largest), "; last epoch's at the right</span></figcaption>\n<div class=\"strips\">", rows,
      epoch_marks(epochs), "</div></figure>\n");
}

std::string rates(const Layers& layers) {
  if (layers.front()->health.empty()) return "";
  if (layers.size() > kMostSeries) return rate_strips(layers);
  LineChart chart{"Firing rate", "spikes per neuron and time step", {}, Scale::kFromZero, figure, ""};
  for (const auto* layer : layers) chart.series.push_back({layer->name, rates_of(*layer)});
  return line_chart(chart);
}

std::string share_cell(double share) {
  if (std::isnan(share)) return "<td class=\"num\">–</td>";
  return concat("<td class=\"num\">", percent(share), bar(share), "</td>");
}

std::string health_row(const Report::Layer& layer, const std::string& marks) {
  const auto health = last_health(layer);
  const auto cell = [](double value) { return concat("<td class=\"num\">", measured(value), "</td>"); };
  return concat("<tr><th scope=\"row\">", breakable(layer.name), "</th>", cell(health.mean_rate),
                share_cell(health.silent_share), share_cell(health.saturated_share), cell(health.gradient_in),
                cell(health.gradient_out), "<td class=\"flags\">", marks, "</td></tr>\n");
}

std::string health_table(const Layers& layers) {
  const bool vanishing = gradient_ratio(layers) < kVanishing;
  std::string rows;
  for (const auto* layer : layers) {
    auto marks = flags(*layer);
    if (vanishing && layer == layers.front()) marks += flag("vanishing", "vanishing gradient");
    rows += health_row(*layer, marks);
  }
  return concat("<h3>Last measured</h3>",
                scrolling("Health of the layers when last measured",
                          concat("<table class=\"health\">",
                                 table_head({"Layer", "#Rate", "#Never fired", "#Always fired", "#|gradient| in",
                                             "#|gradient| out", "Remark"}),
                                 "<tbody>\n", rows, "</tbody></table>")));
}

std::string cost_cell(std::int64_t number, std::int64_t total) {
  const auto share = total > 0 ? static_cast<double>(number) / static_cast<double>(total) : 0;
  return concat("<td class=\"num\" title=\"", number, "\">", number == 0 ? "–" : count(static_cast<double>(number)),
                "</td><td class=\"grow\">", bar(share), "</td>");
}

std::string total_cell(std::int64_t number) {
  return concat("<td class=\"num\" title=\"", number, "\">", count(static_cast<double>(number)), "</td><td></td>");
}

}  // namespace

bool has_spikes(const Report& report) { return !spiking(report).empty(); }

std::string activity_section(const Report& report) {
  const auto layers = spiking(report);
  if (layers.empty()) return "<p class=\"note\">No layer fires.</p>\n";
  return findings(layers) + rates(layers) + health_table(layers);
}

std::string cost_section(const Report& report) {
  if (report.layers.empty()) return "<p class=\"note\">No layers were counted.</p>\n";
  std::int64_t parameters = 0, operations = 0;
  for (const auto& layer : report.layers) {
    parameters += layer.parameters;
    operations += layer.operations;
  }
  std::string rows;
  for (const auto& layer : report.layers) {
    rows += concat("<tr><th scope=\"row\">", breakable(layer.name), "</th><td>", escape_markup(layer.kind), "</td><td>",
                   escape_markup(layer.output), "</td>", cost_cell(layer.parameters, parameters),
                   cost_cell(layer.operations, operations), "</tr>\n");
  }
  const std::string head =
      "<thead><tr><th scope=\"col\">Layer</th><th scope=\"col\">Kind</th><th scope=\"col\">Output</th>"
      "<th scope=\"col\" class=\"num\">Parameters</th><td></td><th scope=\"col\" class=\"num\">Operations</th><td></td>"
      "</tr></thead>";
  return "<p class=\"note\">Operations are multiply-accumulates of one sample over all time steps; bars are shares of "
         "the "
         "total.</p>\n" +
         scrolling("Cost of the layers",
                   concat("<table class=\"cost\">", head, "<tbody>\n", rows, "</tbody><tfoot><tr><th scope=\"row\">",
                          plural(report.layers.size(), "layer"), "</th><td></td><td></td>", total_cell(parameters),
                          total_cell(operations), "</tr></tfoot></table>"));
}

}  // namespace qualia_snn::experimenttracking::report
