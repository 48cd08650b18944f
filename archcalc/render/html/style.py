"""The style of a page: light and dark as the reader's system is, from a phone's width to print."""

from __future__ import annotations

DEEPEST = 12
"""Levels that are indented."""

STYLE = r"""
:root {
  color-scheme: light dark;
  --step: 1.1rem; --lead: .7rem;
  --page: #ffffff; --text: #1c1e21; --quiet: #5c6470; --line: #d5d9de; --head: #f1f3f5; --large: #fff3cd;
  --bad: #b3261e; --warn: #8a5a00; --good: #1a7f37; --note: #0b5cad;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --text: #e3e6ea; --quiet: #9aa4b0; --line: #343a41; --head: #1f2429; --large: #473a10;
    --bad: #ff8a80; --warn: #f2c14e; --good: #6fcf8a; --note: #7cb8ff;
  }
}
body { margin: 1.5rem; background: var(--page); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
h1 { margin: 0 0 1rem; font-size: 1.4rem; overflow-wrap: anywhere; }
h1 small { color: var(--quiet); font-weight: normal; }
p, li { max-width: 60rem; margin: .3rem 0; color: var(--quiet); overflow-wrap: anywhere; }
table { margin: 0 0 1rem; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { position: sticky; top: 0; z-index: 1; background: var(--head); vertical-align: bottom; }
.number { text-align: right; white-space: nowrap; }
th.number { white-space: normal; }
td.size { max-width: 22rem; }
.share rect { fill: var(--note); }
td, td span { unicode-bidi: isolate; }
.name { padding-left: calc(var(--lead) + var(--level, 0) * var(--step)); max-width: 40rem; overflow-wrap: anywhere; }
.folds { --lead: 1.6rem; }
tbody tr:hover td { background: var(--head); }
tfoot td { border-top: 2px solid var(--quiet); border-bottom: 0; font-weight: bold; }
.group { color: var(--quiet); }
.group.closed { color: var(--text); }
.large { background: var(--large); font-weight: bold; }
.above { display: none; }
.sorted .name { padding-left: var(--lead); }
.sorted .above { display: inline; color: var(--quiet); }
.bad, .bad li { color: var(--bad); }
.warn, .warn li { color: var(--warn); }
.good { color: var(--good); }
.note { color: var(--note); }
button { margin: 0; padding: 0; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
th button { text-align: inherit; }
th button::after { content: "\00a0↕"; color: var(--quiet); font-weight: normal; }
th[aria-sort=ascending] button::after { content: "\00a0↑"; color: inherit; }
th[aria-sort=descending] button::after { content: "\00a0↓"; color: inherit; }
.fold { float: left; width: 1rem; margin-left: -1rem; text-align: left; }
.fold::before { content: "▾"; }
.closed .fold::before { content: "▸"; }
.tools { margin: 0 0 .5rem; }
.tools button { margin-right: 1rem; color: var(--note); text-decoration: underline; }
@media (max-width: 45rem) {
  :root { --step: .45rem; --lead: .45rem; }
  body { margin: .8rem; font-size: 14px; }
  .folds { --lead: 1.2rem; }
  .name { min-width: 9rem; }
  .table { overflow-x: auto; margin: 0 -.8rem; }
  th, td { padding: .25rem .45rem; }
  th:first-child, td:first-child { position: sticky; left: 0; z-index: 2; background: var(--page); }
  th:first-child { background: var(--head); }
}
@page { margin: 12mm; }
@media print {
  :root { --step: .55rem; }
  body { margin: 0; font-size: 8.5pt; }
  .table { overflow: visible; }
  th { position: static; }
  th button { display: contents; }
  th, td { padding: .12rem .45rem; }
  tfoot { display: table-row-group; }
  tr { break-inside: avoid; }
  .name { min-width: 11rem; }
  th button::after, .fold, .tools { display: none; }
}
""" + "".join(f'[data-indent="{level}"] {{ --level: {level}; }}\n' for level in range(1, DEEPEST + 1))
