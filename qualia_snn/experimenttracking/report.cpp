#include "qualia_snn/experimenttracking/report.h"

#include <algorithm>
#include <cmath>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/markup.h"
#include "qualia_snn/experimenttracking/report_charts.h"
#include "qualia_snn/experimenttracking/report_confusion.h"
#include "qualia_snn/experimenttracking/report_curves.h"
#include "qualia_snn/experimenttracking/report_layers.h"
#include "qualia_snn/experimenttracking/report_pictures.h"
#include "qualia_snn/experimenttracking/report_style.h"
#include "qualia_snn/experimenttracking/report_text.h"

namespace qualia_snn::experimenttracking {
namespace report {
namespace {

struct Section {
  const char *id, *title;
  std::string content;
};

std::string tile(const std::string& name, const std::string& value, const std::string& more = "") {
  return concat("<div><dt>", name, "</dt><dd>", value, more.empty() ? "" : "<small>" + more + "</small>",
                "</dd></div>\n");
}

std::string headline(const std::optional<double>& accuracy) {
  const bool known = accuracy && drawable(*accuracy);
  return concat("<div class=\"headline\"><dt>Test accuracy</dt>",
                known ? "<dd>" + percent(*accuracy, 2) : "<dd class=\"absent\">not measured", "</dd></div>\n");
}

std::string training_tiles(const Report& report) {
  if (report.epochs.empty()) return tile("Epochs", "0");
  double seconds = 0;
  std::int64_t memory = 0;
  for (const auto& epoch : report.epochs) {
    if (drawable(epoch.seconds)) seconds += epoch.seconds;
    memory = std::max(memory, epoch.memory);
  }
  const auto& last = report.epochs.back();
  std::string text;
  if (const auto best = best_epoch(report)) {
    const auto name = best->metric == "train" ? "Best training accuracy" : "Best validation accuracy";
    text += tile(name, percent(best->value, 2), concat("epoch ", best->epoch));
  }
  text += tile("Last loss", figure(last.loss));
  text += tile("Training time", duration(seconds), plural(report.epochs.size(), "epoch"));
  text += tile("Throughput", count(last.samples_per_second), "samples/s, last epoch");
  return text + tile("Peak memory", bytes(static_cast<double>(memory)));
}

std::string model_tiles(const Report& report) {
  double parameters = 0, operations = 0;
  for (const auto& layer : report.layers) {
    parameters += static_cast<double>(layer.parameters);
    operations += static_cast<double>(layer.operations);
  }
  if (report.layers.empty()) return "";
  return tile("Parameters", count(parameters)) + tile("Operations", count(operations), "per sample");
}

std::string warnings(const Report& report) {
  if (report.warnings.empty()) return "";
  std::string list;
  for (const auto& warning : report.warnings)
    list += concat("<li>", warning_icon(), "<span>", escape_markup(warning), "</span></li>\n");
  return concat(
      "<section class=\"warnings\" id=\"warnings\" aria-labelledby=\"warnings-title\"><h2 id=\"warnings-title\">",
      plural(report.warnings.size(), "warning"), "</h2><ul>\n", list, "</ul></section>\n");
}

std::string rasters(const Report& report) {
  std::string text;
  for (const auto& one : report.rasters) text += raster(one);
  return concat(
      "<p class=\"note\">A mark is a spike: time runs to the right, one row is one neuron.</p>\n"
      "<div class=\"rasters\">\n",
      text, "</div>\n");
}

std::string facts(const Report& report) {
  std::string text;
  for (const auto& [name, value] : report.facts) {
    text += concat("<div><dt>", escape_markup(name), "</dt><dd>", escape_markup(value), "</dd></div>\n");
  }
  return concat("<dl class=\"facts\">\n", text, "</dl>\n");
}

std::string settings(const Report& report) {
  std::string rows;
  std::size_t defaults = 0;
  for (const auto& setting : report.settings) {
    defaults += setting.origin == "default";
    rows += concat("<tr><th scope=\"row\">", escape_markup(setting.name), "</th><td class=\"value\"><div>",
                   escape_markup(setting.value), "</div></td><td class=\"origin\">", escape_markup(setting.origin),
                   "</td></tr>\n");
  }
  const auto chosen = report.settings.size() - defaults;
  return concat("<details class=\"settings\"><summary>", plural(report.settings.size(), "setting"),
                " <span class=\"unit\">", chosen, " chosen, ", defaults, " by default</span></summary>\n",
                scrolling("Settings", concat("<table>", table_head({"Name", "Value", "Origin"}), "<tbody>\n", rows,
                                             "</tbody></table>")),
                "</details>\n");
}

std::vector<Section> sections(const Report& report) {
  std::vector<Section> list{{"training", "Training", curves_section(report)},
                            {"confusion", "Confusion matrix", confusion_section(report)}};
  if (has_spikes(report)) list.push_back({"activity", "Firing and gradients", activity_section(report)});
  if (!report.rasters.empty()) list.push_back({"spikes", "Spikes", rasters(report)});
  list.push_back({"cost", "Cost of the layers", cost_section(report)});
  if (!report.facts.empty()) list.push_back({"facts", "Facts", facts(report)});
  if (!report.settings.empty()) list.push_back({"settings", "Settings", settings(report)});
  if (!report.command.empty()) {
    list.push_back({"reproduce", "Reproduce", concat("<pre><code>", escape_markup(report.command), "</code></pre>\n")});
  }
  return list;
}

std::string navigation(const std::vector<Section>& list) {
  std::string links;
  for (const auto& [id, title, content] : list) links += concat("<li><a href=\"#", id, "\">", title, "</a></li>");
  return concat("<nav aria-label=\"Sections\"><ul>", links, "</ul></nav>\n");
}

std::string head(const Report& report) {
  return concat(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
      escape_markup(report.name), " – training report</title>\n<style>", style(), "</style>\n</head>\n");
}

}  // namespace
}  // namespace report

std::string report_html(const Report& report) {
  const auto list = report::sections(report);
  auto page =
      concat(report::head(report), "<body>\n<header>\n<p class=\"kind\">Training report</p>\n<h1>",
             escape_markup(report.name), "</h1>\n<dl class=\"tiles\">\n", report::headline(report.test_accuracy),
             report::training_tiles(report), report::model_tiles(report), "</dl>\n", report::navigation(list),
             "</header>\n<main>\n", report::warnings(report));
  for (const auto& [id, title, content] : list) {
    page += concat("<section id=\"", id, "\" aria-labelledby=\"", id, "-title\"><h2 id=\"", id, "-title\">", title,
                   "</h2>\n", content, "</section>\n");
  }
  return page + "</main>\n<footer>Written by qualia_snn.</footer>\n</body>\n</html>\n";
}

}  // namespace qualia_snn::experimenttracking
