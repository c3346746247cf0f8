"""How a report looks: grey chrome, one accent, tabular figures; for screens and for paper."""

from __future__ import annotations

from typing import Final

__all__ = ["STYLE"]

# The figures bring light colours of their own as attributes, which rules of a page override.
STYLE: Final = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d9dee3; --grid: #e4e7eb;
  --soft: #f6f8fa; --accent: #0072b2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d; --ink: #e6e9ed; --faint: #9aa4af; --line: #343b43; --grid: #2a3037;
    --soft: #1b2026; --accent: #56b4e9;
  }
  svg [stroke="#0072b2"] { stroke: #4fa3dc } svg [fill="#0072b2"] { fill: #4fa3dc }
  svg [stroke="#4d4d4d"] { stroke: #c9c9c9 } svg [fill="#4d4d4d"] { fill: #c9c9c9 }
}
* { box-sizing: border-box }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1120px; margin: 0 auto; padding: 48px 24px 64px }
header { margin-bottom: 32px }
h1 { font-size: 32px; line-height: 1.2; font-weight: 600; margin: 0 0 8px }
h2 { font-size: 20px; line-height: 1.3; font-weight: 600; margin: 0 0 4px }
p { margin: 0 0 16px; max-width: 70ch }
section > p, .lead, footer p { color: var(--faint) }
.lead { overflow-wrap: anywhere }
.kicker { color: var(--accent); font-weight: 600; font-size: 14px; margin: 0 0 4px }
section, footer { margin-top: 48px }
.facts { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 0 }
dt { font-size: 13px; color: var(--faint) }
dd { margin: 0 }
.headline {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 24px;
  margin-top: 0; border-top: 1px solid var(--line); padding-top: 24px;
}
.figure-block p { margin: 0 }
.figure-block .label, .figure-block .who { font-size: 14px; color: var(--faint) }
.number { display: inline-block; font-size: 36px; line-height: 1.25; font-weight: 600 }
.number.second { font-weight: 400; margin-left: 20px }
.number small { font-size: 13px; font-weight: 400; color: var(--faint); margin-left: 6px }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: 14px }
th, td { padding: 6px 8px; text-align: right; vertical-align: baseline; white-space: nowrap }
th:first-child, td.text, th.text { text-align: left }
th:first-child { padding-left: 0 }
thead th { font-weight: 400; color: var(--faint); border-bottom: 1px solid var(--line) }
tbody th { font-weight: 600 }
tbody tr.first:not(:first-child) > * { border-top: 1px solid var(--line) }
tbody tr:hover > * { background: var(--soft) }
.interval { display: block; font-size: 12px; line-height: 1.3; color: var(--faint) }
.none { color: var(--faint) }
.figures {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 24px;
}
figure { margin: 0 }
svg { display: block; width: 100%; height: auto }
svg [fill="#ffffff"] { fill: var(--paper) } svg [stroke="#ffffff"] { stroke: var(--paper) }
svg [fill="#1f2328"] { fill: var(--ink) } svg [fill="#59636e"] { fill: var(--faint) }
svg [stroke="#59636e"] { stroke: var(--faint) } svg [stroke="#e4e7eb"] { stroke: var(--grid) }
.matrices { display: flex; flex-wrap: wrap; gap: 24px 32px }
.matrix { width: auto; font-size: 13px }
.matrix caption { text-align: left; white-space: nowrap; font-weight: 600; padding-bottom: 4px }
.matrix th, .matrix td { padding: 4px 8px; text-align: center; border: 0; font-weight: 400 }
.matrix tbody th { text-align: right; padding-left: 0; color: var(--faint) }
.matrix tbody td { min-width: 52px; border: 1px solid var(--paper) }
.terms { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 4px 32px }
.terms div { display: flex; gap: 8px }
.terms dt { font-weight: 600; font-size: 14px; color: var(--ink); min-width: 84px }
.terms dd { font-size: 14px; color: var(--faint) }
@media print {
  :root {
    --paper: #ffffff; --ink: #000000; --faint: #444444; --line: #bbbbbb; --grid: #dddddd;
    --soft: #ffffff; --accent: #00507d;
  }
  main { max-width: none; padding: 0 }
  body { font-size: 11pt }
  section { margin-top: 24pt }
  .wide { overflow: visible }
  table, figure, .figure-block { break-inside: avoid }
  h2, h2 + p { break-after: avoid }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
}
"""
