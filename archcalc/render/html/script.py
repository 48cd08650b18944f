"""The script of a page: sorts a table by the column whose heading is clicked, and folds its groups."""

from __future__ import annotations

SCRIPT = r"""
"use strict";
const collator = new Intl.Collator("en", { numeric: true });

function button(label, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.append(label);
  made.addEventListener("click", press);
  return made;
}

// What sorts a cell: its text, or its number, exact at any size; null where it has none.
function keyOf(cell, numeric) {
  const text = cell.dataset.order ?? cell.textContent;
  if (!numeric) return text || null;
  const digits = text.replace(/[,+%\s]/g, "");
  if (/^-?\d+$/.test(digits)) return BigInt(digits);
  return /^-?\d+\.\d+$/.test(digits) ? Number(digits) : null;
}

function compare(one, other) {
  if (typeof one === "string") return collator.compare(one, other);
  return one < other ? -1 : one > other ? 1 : 0;
}

function enliven(table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const groups = rows.filter((row) => row.classList.contains("group"));
  const headings = [...table.tHead.rows[0].cells];
  let column = -1;
  let descending = false;

  // A folded group hides what it stands for. Where rows are sorted it is one of them, and an open one is none.
  function show() {
    let folded = Infinity;
    for (const row of rows) {
      const level = Number(row.dataset.level ?? 0);
      const group = row.classList.contains("group");
      const closed = row.classList.contains("closed");
      const inside = level > folded;
      if (!inside) folded = closed ? level : Infinity;
      row.hidden = inside || (column >= 0 && group && !closed);
    }
  }

  function fold(group, closed) {
    group.classList.toggle("closed", closed);
    group.querySelector(".fold").setAttribute("aria-expanded", String(!closed));
  }

  function arrange() {
    let ordered = rows;
    if (column >= 0) {
      const numeric = !headings[column].classList.contains("text");
      const keyed = rows.map((row) => [keyOf(row.cells[column], numeric), row]);
      const known = keyed.filter(([key]) => key !== null);
      known.sort(([one], [other]) => (descending ? compare(other, one) : compare(one, other)));
      ordered = [...known, ...keyed.filter(([key]) => key === null)].map(([, row]) => row);
    }
    const all = document.createDocumentFragment();
    for (const row of ordered) all.append(row);
    body.append(all);
    table.classList.toggle("sorted", column >= 0);
    headings.forEach((heading, position) => {
      if (position !== column) heading.removeAttribute("aria-sort");
      else heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
    });
    show();
  }

  // Numbers begin with the largest, texts with the first; a second click turns the order, a third restores the rows'.
  function sortBy(position) {
    const first = !headings[position].classList.contains("text");
    if (column !== position) [column, descending] = [position, first];
    else if (descending === first) descending = !first;
    else column = -1;
    arrange();
  }

  headings.forEach((heading, position) => {
    const text = heading.textContent;
    heading.replaceChildren(button(text, () => sortBy(position)));
  });
  for (const group of groups) {
    const name = group.querySelector(".name");
    const toggle = button("", () => {
      fold(group, !group.classList.contains("closed"));
      show();
    });
    toggle.className = "fold";
    toggle.setAttribute("aria-label", "fold " + name.textContent);
    name.prepend(toggle);
    fold(group, group.classList.contains("closed"));
  }
  if (groups.length) {
    table.classList.add("folds");
    const tools = document.createElement("div");
    tools.className = "tools";
    for (const [label, closed] of [["fold all", true], ["unfold all", false]]) {
      tools.append(button(label, () => {
        for (const group of groups) fold(group, closed);
        show();
      }));
    }
    table.parentNode.before(tools);
  }
  show();
}

document.querySelectorAll("table").forEach(enliven);
"""
