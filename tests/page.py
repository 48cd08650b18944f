"""A report's page as one SVG, for README: its own texts, pictures and style, put where a browser puts them."""

from __future__ import annotations

import re
from html import escape, unescape
from html.parser import HTMLParser

from archcalc.render.pictures.letters import FONT, n, width, xml

EDGE, GAP, ROW = 28, 18, 21
STYLE = """
text { fill: var(--text); } .quiet { fill: var(--quiet); } .fill { fill: var(--page); } .head { fill: var(--head); }
.frame { fill: none; stroke: var(--line); } .mark { fill: var(--large); }
"""
LEVEL = 17
"""Pixels that a row stands further in for each step that holds it."""


class Cell:
    def __init__(self, kind: str) -> None:
        self.kind, self.text = kind, ""

    @property
    def bold(self) -> bool:
        return "large" in self.kind


class Table(HTMLParser):
    """The rows of a page's table: the level of each, and its cells."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[tuple[int, list[Cell]]] = []
        self.inside = self.hidden = False
        self.feed(re.search(r"<table>.*?</table>", page, re.S)[0])  # type: ignore[index]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "tr":
            self.rows.append((int(given.get("data-level") or 0), []))
        elif tag in ("td", "th"):
            self.rows[-1][1].append(Cell(given.get("class") or ""))
            self.inside = True
        elif tag == "span":
            self.hidden = given.get("class") == "above"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")
        self.hidden = self.hidden and tag != "span"

    def handle_data(self, data: str) -> None:
        if self.inside and not self.hidden:
            self.rows[-1][1][-1].text += data


def svg(page: str) -> str:
    """The page, whose picture is narrow enough to have the charts beside it."""
    title = unescape(re.sub("<[^>]*>", "", re.search(r"<h1>(.*?)</h1>", page)[1]))  # type: ignore[index]
    marks = [words(EDGE, EDGE + 20, title, 22, True)]
    x: float = EDGE
    for number, what in re.findall(r"<li><b>(.*?)</b>(.*?)</li>", page):
        marks += [words(x, 92, unescape(number), 20, True), words(x, 110, unescape(what), 13, kind="quiet")]
        x += max(width(number, 20, True), width(what, 13)) + 36
    first, *others = re.findall(r"<figure tabindex[^>]*>(<svg.*?</svg>)\n", page, re.S)
    wide, low = framed(marks, first, EDGE, 134)
    left, y, right = EDGE + wide + GAP, 134.0, 0.0
    for one in others:
        across, end = framed(marks, one, left, y)
        y, right = end + GAP, max(right, left + across)
    y = max(low, y - GAP) + 40
    marks.append(words(EDGE, y, unescape(re.search(r"<h2>(.*?)</h2>", page)[1]), 16, True))  # type: ignore[index]
    y = tabled(marks, Table(page), y + 14, right)
    style = re.search(r"<style>(.*?)</style>", page, re.S)[1]  # type: ignore[index]
    wide, high = n(right + EDGE), n(y + EDGE)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
        f'font-family="{escape(FONT)}"><title>{xml(title)}</title><style>{style}{STYLE}</style>\n'
        f'<rect class="fill" width="{wide}" height="{high}" rx="8"/>\n' + "\n".join(marks) + "\n</svg>\n"
    )


def words(x: float, y: float, text: str, size: float, bold: bool = False, kind: str = "", end: bool = False) -> str:
    more = (' font-weight="700"' if bold else "") + (f' class="{kind}"' if kind else "")
    more += ' text-anchor="end"' if end else ""
    return f'<text x="{n(x)}" y="{n(y)}" font-size="{n(size)}"{more}>{xml(text)}</text>'


def framed(marks: list[str], picture: str, x: float, y: float) -> tuple[float, float]:
    """Put a picture in its frame; how wide it is, and where it ends."""
    wide, high = (float(re.search(rf'{name}="(\d+)"', picture)[1]) for name in ("width", "height"))  # type: ignore[index]
    marks.append(picture.replace("<svg ", f'<svg x="{n(x)}" y="{n(y)}" ', 1))
    marks.append(f'<rect class="frame" x="{n(x)}" y="{n(y)}" width="{n(wide)}" height="{n(high)}" rx="8"/>')
    return wide, y + high


def tabled(marks: list[str], table: Table, y: float, right: float) -> float:
    """Put the table there; where it ends."""
    widths = [
        max(width(cells[column].text, 13, True) + LEVEL * level * (not column) for level, cells in table.rows) + 26
        for column in range(len(table.rows[0][1]))
    ]
    reach = EDGE + sum(widths)
    for number, (level, cells) in enumerate(table.rows):
        whole = number in (0, len(table.rows) - 1)
        if not number:
            marks.append(f'<rect class="head" x="{EDGE}" y="{n(y)}" width="{n(reach - EDGE)}" height="{ROW}"/>')
        x: float = EDGE
        for column, (cell, wide) in enumerate(zip(cells, widths, strict=True)):
            if cell.bold:
                marks.append(f'<rect class="mark" x="{n(x)}" y="{n(y)}" width="{n(wide)}" height="{ROW}"/>')
            end = "number" in cell.kind
            at = x + wide - 10 if end else x + 10 + LEVEL * level * (not column)
            if cell.text:
                marks.append(words(at, y + 15, cell.text, 13, whole or cell.bold, end=end))
            x += wide
        y += ROW
        marks.append(f'<path class="frame" d="M{EDGE} {n(y)}H{n(reach)}"/>')
    return y
