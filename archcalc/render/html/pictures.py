"""Pictures in a page: their style, and the script that tells what a box is and links boxes with the rows of tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO
from zlib import crc32

from archcalc.render.html.page import escape, write_page
from archcalc.render.html.sheets import sheets
from archcalc.render.pictures.marks import Picture
from archcalc.render.pictures.svg import svg
from archcalc.render.pictures.theme import CHART_RULES, RULES
from archcalc.render.pictures.theme import style as style_sheet


def write_pictured(out: TextIO, title: str, body: Iterable[str]) -> None:
    """Write a page in whose body there are pictures."""
    write_page(out, title, body, STYLE, SCRIPT)


def figure(picture: Picture) -> str:
    """The picture in a frame that scrolls, also from the keyboard; on paper in pieces, if it is taller than a sheet."""
    title = escape(f"{picture.name}: {picture.about}" if picture.about else picture.name)
    pieces = sheets(picture)
    if len(pieces) == 1:
        return f'<figure tabindex="0" aria-label="{title}">{svg(picture)}</figure>\n'
    name = f"p{crc32(title.encode()):x}"
    whole = f'<figure class="whole" tabindex="0" aria-label="{title}">{svg(picture, name=name)}</figure>\n'
    return whole + "".join(sheet(name, picture.width, start, end) for start, end in pieces)


def sheet(name: str, width: float, start: float, end: float) -> str:
    """What one sheet of paper shows of a picture."""
    size = f'width="{width:.0f}" height="{end - start:.0f}" viewBox="0 {start:.0f} {width:.0f} {end - start:.0f}"'
    return f'<figure class="sheet"><svg class="archcalc" {size}><use href="#{name}"/></svg></figure>\n'


STYLE = (
    style_sheet(rules=(*RULES, *CHART_RULES))
    + r"""
.archcalc { display: block; max-width: none; }
.archcalc g[role=button] { cursor: pointer; }
.archcalc g[role=button]:focus { outline: none; }
.archcalc g:focus-visible > rect, .archcalc g:focus-visible > circle,
.archcalc .lit > rect:not(.bar), .archcalc .lit > circle, .archcalc .lit > path.ht {
  stroke: var(--over); stroke-width: 2.4px;
}
:root { --over: #b3411e; }
@media (prefers-color-scheme: dark) { :root { --over: #ff9d6c; } }
.pictures { display: flex; flex-direction: column; gap: 1.2rem; margin: 0 0 1.5rem; }
.column { display: flex; flex-direction: column; gap: 1.2rem; min-width: 0; }
figure { overflow: auto; border: 1px solid var(--line); border-radius: 8px; max-width: max-content; }
figure:focus-visible { outline: 2px solid var(--note); }
figure { margin: 0 0 1rem; }
.pictures figure { margin: 0; }
figcaption { padding: .3rem 1rem; color: var(--quiet); font-size: .85rem; }
@media (min-width: 1180px) {
  .beside { display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: start; }
}
.tiles { display: flex; flex-wrap: wrap; gap: .6rem 2.2rem; margin: 0 0 1.2rem; padding: 0; list-style: none; }
.tiles li { margin: 0; min-width: 6rem; color: var(--quiet); font-size: .85rem; }
.tiles b { display: block; color: var(--text); font-size: 1.35rem; font-variant-numeric: tabular-nums; }
h2 { margin: 1.4rem 0 .5rem; font-size: 1.05rem; }
#tip {
  position: fixed; z-index: 9; display: none; max-width: 26rem; padding: .4rem .6rem; border-radius: 6px;
  background: var(--text); color: var(--page); font-size: 12px; line-height: 1.4; white-space: pre-line;
  overflow-wrap: anywhere; pointer-events: none;
}
tr.lit td { background: var(--large); }
.sheet { display: none; }
@media print {
  .pictures, .column { display: block; }
  figure { border: 0; overflow: visible; max-width: none; margin: 0 0 6mm; break-inside: avoid; }
  .whole { display: none; }
  .sheet { display: block; margin: 0; }
  figure .archcalc { width: auto; max-width: 100%; height: auto; max-height: 251mm; }
  .pictures > figure:first-child .archcalc { max-height: 212mm; }
  h2 { break-after: avoid; }
  #tip { display: none !important; }
}
"""
)

SCRIPT = r"""
{
  const tip = document.createElement("div");
  tip.id = "tip";
  document.body.append(tip);
  const groups = [...document.querySelectorAll("svg.archcalc g[data-path]")];
  const rows = [...document.querySelectorAll("tr[data-path]")];
  const order = new Map(rows.map((row, place) => [row.dataset.path, place]));
  let lit = [];

  function within(path, own) {
    return path === own || path.startsWith(own + "/");
  }

  // The first and the last row of a box that stands for several steps.
  function span(box) {
    const last = box.dataset.last;
    return [order.get(box.dataset.path), rows.findLastIndex((row) => within(row.dataset.path, last))];
  }

  // Whether a box draws what stands at a path: its own, inside it, in a repetition that is alike, or up to its last.
  function draws(box, path) {
    const own = box.dataset.path;
    if (within(path, own)) return true;
    if (box.dataset.last) {
      const [first, last] = span(box);
      return first <= order.get(path) && order.get(path) <= last;
    }
    const times = Number(box.dataset.times ?? 1);
    if (times < 2) return false;
    const cut = own.lastIndexOf("/") + 1;
    const rest = path.slice(cut);
    const number = /^\d+(?=\/|$)/.exec(rest);
    const first = Number(own.slice(cut));
    return path.startsWith(own.slice(0, cut)) && !!number && number[0] >= first && number[0] < first + times;
  }

  function light(elements) {
    for (const element of lit) element.classList.remove("lit");
    lit = elements;
    for (const element of lit) element.classList.add("lit");
  }

  function of(path) {
    return groups.filter((group) => group.dataset.path === path);
  }

  function rowsOf(box) {
    if (!box.dataset.last) return rows.filter((row) => draws(box, row.dataset.path));
    const [first, last] = span(box);
    return rows.slice(first, last + 1);
  }

  function boxesOf(row) {
    const path = row.dataset.path;
    const found = groups.filter((group) => group.getAttribute("role") === "button" && draws(group, path));
    const deepest = found.sort((one, other) => other.dataset.path.length - one.dataset.path.length)[0];
    return deepest ? of(deepest.dataset.path) : [];
  }

  function tell(text, x, y) {
    tip.textContent = text;
    tip.style.display = text ? "block" : "none";
    tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = (y + 18 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 12 : y + 18) + "px";
  }

  function select(box) {
    const found = rowsOf(box);
    light([...of(box.dataset.path), ...found]);
    for (const before of document.querySelectorAll("[aria-pressed=true]")) before.setAttribute("aria-pressed", "false");
    box.setAttribute("aria-pressed", "true");
    const shown = found.find((row) => !row.hidden);
    if (shown) shown.scrollIntoView({ block: "center", behavior: "smooth" });
  }

  // One box of a picture is in the order of tabs; arrows go on from it, Enter selects the rows of the table.
  // What a box is stands in its title, which a browser shows where the pointer rests; with the keyboard the tip does.
  for (const svg of document.querySelectorAll("svg.archcalc")) {
    const boxes = [...svg.querySelectorAll("g[data-path]")].filter((group) => group.dataset.path);
    if (!boxes.length) continue;
    svg.setAttribute("role", "group");
    boxes.forEach((box, place) => {
      const title = box.querySelector(":scope > title").textContent;
      box.setAttribute("role", "button");
      box.setAttribute("aria-pressed", "false");
      box.setAttribute("tabindex", place ? "-1" : "0");
      box.addEventListener("focus", () => {
        const { left, bottom } = box.getBoundingClientRect();
        if (box.matches(":focus-visible")) tell(title, left, bottom - 14);
      });
      box.addEventListener("blur", () => tell("", 0, 0));
      box.addEventListener("click", (event) => { event.stopPropagation(); select(box); });
      box.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          select(box);
        } else if (event.key === "Escape") {
          light([]);
          tell("", 0, 0);
        } else if (step) {
          event.preventDefault();
          const next = boxes[(place + step + boxes.length) % boxes.length];
          box.setAttribute("tabindex", "-1");
          next.setAttribute("tabindex", "0");
          next.focus();
        }
      });
    });
  }
  for (const row of rows) {
    row.addEventListener("mouseenter", () => light(boxesOf(row)));
    row.addEventListener("mouseleave", () => light([]));
  }
}
"""
