#include "qualia_snn/experimenttracking/report_style.h"

namespace qualia_snn::experimenttracking::report {

// The curves' colours are those of Okabe and Ito, darkened on white and lightened on black until text in them reads
// well.
std::string_view style() {
  return R"css(
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --grid: #e8ebef;
  --accent: #0072b2; --warn: #b35900; --warn-page: #fff6ea; --good: #007a5a; --heat: 0, 68, 136; --on-heat: #ffffff;
  --s0: #0072b2; --s1: #bf4e00; --s2: #007a5a; --s3: #a3458a; --s4: #806000; --s5: #5b5b5b; --s6: #6b4fbb; --s7: #7a3b1e;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --card: #161b22; --ink: #e6edf3; --soft: #9aa5b1; --line: #30363d; --grid: #262c34;
    --accent: #56b4e9; --warn: #f0a94a; --warn-page: #2a2015; --good: #2cc295; --heat: 120, 190, 240; --on-heat: #0b0f14;
    --s0: #56b4e9; --s1: #ff9f5c; --s2: #2cc295; --s3: #e08fc0; --s4: #e8d94a; --s5: #bbbbbb; --s6: #b39dff; --s7: #d9a38a;
  }
  .cell.mid { color: var(--on-heat); }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink); overflow-wrap: break-word;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main, header, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 40px; }
h1, h2, h3, p, ul, dl, figure, pre { margin: 0; padding: 0; }
h1 { font-size: 28px; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 19px; line-height: 1.3; font-weight: 650; margin-bottom: 12px; }
h3 { font-size: 14px; line-height: 1.4; font-weight: 600; overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.kind { color: var(--soft); font-size: 13px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 12px; margin: 24px 0 0; }
.tiles div { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; }
.tiles dt { color: var(--soft); font-size: 13px; }
.tiles dd { margin: 0; font-size: 20px; font-weight: 600; line-height: 1.35; font-variant-numeric: tabular-nums; }
.tiles small { display: block; color: var(--soft); font-size: 12px; font-weight: 400; }
.tiles .headline { grid-row: span 2; grid-column: span 2; padding: 16px 20px; }
.tiles .headline dd { font-size: 52px; font-weight: 650; line-height: 1.2; letter-spacing: -0.02em; color: var(--accent); }
.tiles .headline small { letter-spacing: 0; font-size: 13px; }
.tiles .headline dd.absent { font-size: 24px; color: var(--soft); letter-spacing: 0; }
nav { margin-top: 20px; font-size: 14px; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; }
section { margin: 40px 0 0; scroll-margin-top: 16px; }
.warnings { border: 1px solid var(--warn); border-left-width: 4px; border-radius: 8px; background: var(--warn-page); padding: 16px 20px; }
.warnings h2 { font-size: 16px; margin-bottom: 6px; }
.warnings ul, ul.findings { list-style: none; display: grid; gap: 6px; }
.warnings li, .findings li, p.findings { display: flex; gap: 8px; align-items: flex-start; overflow-wrap: anywhere; }
.warnings li > span, .findings span { min-width: 0; white-space: pre-wrap; }
.findings { margin-bottom: 16px; }
.icon { width: 15px; height: 15px; flex: none; vertical-align: -2px; margin-right: 4px; }
li > .icon, p.findings > .icon { margin: 4px 0 0; }
.icon.warn { fill: var(--warn); stroke: var(--warn); stroke-width: 1.5; stroke-linejoin: round; }
.icon.good { fill: var(--good); }
.icon .mark { fill: none; stroke: var(--card); stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
.note, .unit { color: var(--soft); font-size: 13px; font-weight: 400; }
.note { margin-top: 8px; }
section > .note { margin: 0 0 12px; }
.charts, .rasters { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 16px; }
.rasters { grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); }
.chart { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px; min-width: 0; margin-bottom: 16px; }
.charts .chart, .rasters .chart { margin-bottom: 0; }
figcaption { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 12px; margin-bottom: 12px; }
figcaption .unit { min-width: 0; overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; list-style: none; font-size: 13px; min-width: 0; }
.legend li { display: flex; align-items: center; gap: 6px; min-width: 0; overflow-wrap: anywhere; }
.key { width: 26px; height: 8px; flex: none; }
.plot { display: grid; grid-template-columns: 52px minmax(0, 1fr) 56px; font-size: 12px; font-variant-numeric: tabular-nums; }
.plot > svg { width: 100%; height: 200px; display: block; overflow: visible; }
.marks, .ends { position: relative; height: 200px; }
.marks span { position: absolute; right: 8px; transform: translateY(50%); color: var(--soft); white-space: nowrap; line-height: 1; }
.ends span { position: absolute; left: 6px; transform: translateY(-50%); font-weight: 600; white-space: nowrap; line-height: 1; }
.epochs { grid-column: 2; position: relative; height: 40px; color: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
.epochs span { position: absolute; top: 5px; transform: translateX(-50%); white-space: nowrap; }
.epochs i { position: absolute; top: 22px; left: 50%; transform: translateX(-50%); font-style: normal; white-space: nowrap; }
.grid, .line, .dot { fill: none; vector-effect: non-scaling-stroke; }
.grid { stroke: var(--grid); stroke-width: 1; }
.line { stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.dot { stroke-width: 7; stroke-linecap: round; }
.s0 { stroke: var(--s0); color: var(--s0); } .s1 { stroke: var(--s1); color: var(--s1); }
.s2 { stroke: var(--s2); color: var(--s2); } .s3 { stroke: var(--s3); color: var(--s3); }
.s4 { stroke: var(--s4); color: var(--s4); } .s5 { stroke: var(--s5); color: var(--s5); }
.s6 { stroke: var(--s6); color: var(--s6); } .s7 { stroke: var(--s7); color: var(--s7); }
.line.s2, .line.s6 { stroke-dasharray: 8 4; } .line.s3, .line.s7 { stroke-dasharray: 2 4; } .line.s4 { stroke-dasharray: 9 4 2 4; }
.strips { display: grid; grid-template-columns: minmax(72px, max-content) minmax(0, 1fr) max-content; gap: 3px 10px; align-items: center; font-size: 13px; }
.strips .name { max-width: 260px; overflow-wrap: anywhere; line-height: 1.3; }
.strip { width: 100%; height: 18px; display: block; background: var(--grid); fill: rgb(var(--heat)); border-radius: 2px; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; max-width: 100%; }
table { border-collapse: collapse; font-size: 14px; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 7px 12px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--grid); }
tbody tr:last-child > * { border-bottom: 0; }
thead th, thead td { color: var(--soft); font-size: 13px; font-weight: 500; border-bottom-color: var(--line); white-space: nowrap; vertical-align: bottom; }
tbody th { font-weight: 500; }
th[scope=row] { min-width: 60px; max-width: 260px; overflow-wrap: anywhere; }
.cost th[scope=row], .health th[scope=row] { min-width: 150px; }
.cost td { white-space: nowrap; }
.scroll th[scope=row] { position: sticky; left: 0; background: var(--card); z-index: 1; }
tfoot > tr > * { border-top: 1px solid var(--line); border-bottom: 0; font-weight: 650; }
.num { text-align: right; white-space: nowrap; }
.bar { display: block; height: 6px; border-radius: 3px; background: var(--grid); overflow: hidden; min-width: 56px; }
.bar i { display: block; height: 100%; background: var(--accent); border-radius: 3px; }
.num .bar { margin-top: 4px; height: 4px; }
.grow { width: 22%; min-width: 80px; vertical-align: middle; padding-left: 0; }
.flags { white-space: nowrap; min-width: 120px; }
.flag { display: block; color: var(--warn); font-weight: 600; }
.beside { display: flex; flex-wrap: wrap; gap: 16px 24px; align-items: flex-start; }
.beside > .scroll { flex: 0 1 auto; }
.lists { display: flex; flex-wrap: wrap; gap: 16px 24px; flex: 1 1 260px; min-width: 0; }
.list { flex: 1 1 240px; min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 0 4px; }
.list h3 { padding: 0 12px 4px; }
.list th, .list td { padding: 4px 12px; }
.matrix { width: auto; border-collapse: separate; border-spacing: 2px; padding: 8px; }
.matrix th, .matrix td { border: 0; padding: 5px 6px; min-width: 34px; text-align: center; font-size: 13px; vertical-align: middle; }
.matrix th { color: var(--soft); font-weight: 500; }
.matrix .num { padding-left: 12px; text-align: right; }
.matrix .grow { width: 80px; }
.cell { background: rgba(var(--heat), var(--a)); border-radius: 3px; }
.cell.deep { color: var(--on-heat); }
.cell.hit { font-weight: 650; }
.cell.none { color: var(--soft); background: var(--page); }
.pictured { display: grid; grid-template-columns: 36px minmax(0, 1fr); flex: 1 1 480px; max-width: 660px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px; font-size: 12px; color: var(--soft); min-width: 0; }
.across { grid-column: 2; position: relative; height: 20px; }
.down { position: relative; }
.across span { position: absolute; transform: translateX(-50%); }
.down span { position: absolute; right: 8px; transform: translateY(-50%); }
.square { width: 100%; display: block; fill: rgb(var(--heat)); }
.frame { fill: var(--page); }
.recall { fill: var(--accent); }
.raster { display: grid; grid-template-columns: 20px minmax(0, 1fr); }
.raster > svg { width: 100%; display: block; background: var(--page); fill: var(--accent); border-radius: 2px; }
.side { color: var(--soft); font-size: 12px; writing-mode: vertical-rl; transform: rotate(180deg); text-align: center; }
details { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.charts + details { margin-top: 16px; }
summary { padding: 10px 16px; cursor: pointer; font-weight: 600; }
details > .scroll { border: 0; border-top: 1px solid var(--line); border-radius: 0 0 8px 8px; }
.settings td, .settings th { overflow-wrap: anywhere; }
.settings th { width: 34%; max-width: none; } .settings .origin { width: 24%; color: var(--soft); font-size: 13px; }
.settings .value, code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px; }
.value div { max-height: 160px; overflow: auto; white-space: pre-wrap; }
.facts { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 4px 16px; }
.facts div { display: grid; grid-template-columns: minmax(120px, 220px) minmax(0, 1fr); gap: 0 16px; padding: 7px 0; border-bottom: 1px solid var(--grid); }
.facts div:last-child { border-bottom: 0; }
.facts dt { color: var(--soft); overflow-wrap: anywhere; } .facts dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px; white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { user-select: all; }
footer { padding-top: 40px; padding-bottom: 40px; color: var(--soft); font-size: 13px; }
@media (max-width: 640px) {
  main, header, footer { padding-left: 16px; padding-right: 16px; }
  header { padding-top: 24px; }
  h1 { font-size: 23px; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
  .tiles .headline dd { font-size: 44px; }
  .tiles div { padding: 10px 12px; }
  .chart { padding: 12px; }
  .plot { grid-template-columns: 44px minmax(0, 1fr) 50px; }
  th[scope=row] { max-width: 130px; }
  .strips .name { max-width: 110px; }
  .facts div { grid-template-columns: minmax(0, 1fr); }
  .settings thead { display: none; }
  .settings tr, .settings td, .settings th { display: block; width: auto; max-width: none; }
  .settings tr { padding: 8px 0; border-bottom: 1px solid var(--grid); }
  .settings .scroll th[scope=row], .settings th, .settings td { position: static; border: 0; padding: 1px 16px; }
  .settings .origin { width: auto; }
}
@media print {
  body { background: #ffffff; font-size: 11px; }
  main, header, footer { max-width: none; padding-left: 0; padding-right: 0; }
  nav { display: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .chart, .tiles div, .warnings, tr, .list, pre { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
  .scroll, .value div { overflow: visible; max-height: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
)css";
}

}  // namespace qualia_snn::experimenttracking::report
