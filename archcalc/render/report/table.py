"""The table for people. A pipe gets plain text and whole names; a terminal indents, fits its width and may be coloured.

Numbers are never cut or wrapped, at any width: names are folded and columns left out instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile, zip_longest
from typing import TYPE_CHECKING, TextIO

from archcalc.render.grid import GAP, pad, taken
from archcalc.render.report.words import aligns, listed, totals
from archcalc.render.style import BOLD, DIM, YELLOW, Style, paint
from archcalc.render.text import cut, plain, shown, width, wrap
from archcalc.report.columns import DEFAULT, Column, show_path
from archcalc.report.listing import Listing, OutlineRow
from archcalc.report.model import charge_to
from archcalc.report.rows import OWN, facts_of

if TYPE_CHECKING:
    from archcalc.report.documents import Failed, Report

WIDE = 100  # columns from which a level is indented by two
DEEPEST = 12  # levels that are indented
MOST_INDENTED = 20_000  # rows that are kept and indented; more are listed by their whole paths
LEFT_OUT = ("type", "pad", "input", "kernel")  # the first one first; an input is mostly the output above it
NARROW, NARROWEST = 16, 10  # columns of a folded name: before other columns are left out, and after
MOST_LINES = 4  # of one cell
CHARACTERS = 32  # that are written for a unit of work
GROUP_CELLS = (
    "path",
    "type",
    "input",
    "output",
    "receptive_stride",
)  # and numbers that sum: the cells of a group's line


def write(reports: Sequence[Report | Failed], out: TextIO, style: Style) -> None:
    """Write the layers of one report, or one row for each of several."""
    typed = style.columns is None and style.width is not None and len(reports) == 1
    listing = listed(reports, style, ["path", "type", *DEFAULT[1:]] if typed else style.columns)
    if listing is None:
        return
    fine = "utf" in (out.encoding or "utf").lower()
    drawing = Drawing(listing, style, fine)
    lines = drawing.lines("─" if style.width is not None and fine and out.encoding else "-")
    out.writelines(f"{line}\n" for line in lines)


class Drawing:
    """A listing fitted to one width."""

    def __init__(self, listing: Listing, style: Style, fine: bool) -> None:
        self.listing, self.color, self.limit, self.fine = listing, style.color, style.width, fine
        self.outline: list[OutlineRow] | None = None
        few = listing.report is not None and len(listing.report["layers"]) <= MOST_INDENTED
        if listing.report and style.width is not None and style.sort is None and (few or style.depth is not None):
            self.outline = self.indented(listing.report, style.all_repetitions)
        if self.outline is None and few:
            self.outline = list(self.rows())
        self.cells: dict[int, dict[str, str]] = {}  # of the facts that rows share
        self.left_out: list[Column] = []
        names = [column.name for column in listing.columns]
        self.totals = dict(zip(names, [shown(total, plain) for total in totals(listing)], strict=False))
        asked = {*(style.columns or ()), *style.plus}
        self.fit([name for name in LEFT_OUT if name not in asked])

    def indented(self, report: Report, all_repetitions: bool) -> list[OutlineRow]:
        """The rows below their steps, repetitions that are alike as one unless all are asked for."""
        from archcalc.report.outline import folded, outline

        lines, listing = outline(report, self.listing.rows), self.listing
        if all_repetitions:
            return lines
        told = [column for column in listing.columns if column.name not in ("path", "reads")]
        return folded(lines, lambda row: [listing.cell(column, row) for column in told])

    def fit(self, optional: list[str]) -> None:
        """Choose columns and widths. To fit: fold headings and sizes, leave out type, fold names, leave out more."""
        columns = self.listing.columns
        whole, narrow = self.measure()
        self.columns, self.widths = columns, [whole[column.name] for column in columns]
        self.align = aligns(columns)
        if self.limit is None or self.taken() <= self.limit:
            return
        name = columns[0].name if columns[0].kind == "text" else ""
        leave_out = [column for wanted in optional for column in columns if column.name == wanted]
        for least in (NARROW, NARROWEST):
            for number in range(len(leave_out) + 1):
                self.left_out = leave_out[:number]
                self.columns = [column for column in columns if column not in self.left_out]
                self.widths = [narrow[column.name] for column in self.columns]
                fold_names = "type" not in [column.name for column in self.columns if column in leave_out]
                over = max(self.taken() - self.limit, 0)
                if over and name and fold_names:
                    self.widths[0] = max(self.widths[0] - over, min(self.widths[0], least))
                self.align = aligns(self.columns)
                if self.taken() <= self.limit:
                    return

    def taken(self) -> int:
        return taken(self.widths)

    def measure(self) -> tuple[dict[str, int], dict[str, int]]:
        """The widths of the columns by name: with each cell on one line, and with headings and sizes folded."""
        columns = self.listing.columns
        whole = {column.name: width(self.totals.get(column.name, "")) for column in columns}
        parts = {column.name: 0 for column in columns if self.limit is not None and column.kind == "size"}
        own = [column for column in columns if column.name in OWN]
        measured: set[int] = set()
        for line in self.rows():
            facts = facts_of(line.row)
            for column in own if id(facts) in measured else columns:
                text = self.text(column, line)
                whole[column.name] = max(whole[column.name], width(text))
                if column.name in parts:
                    parts[column.name] = max(parts[column.name], *map(width, folded(text, 1)))
            if facts is not None:
                measured.add(id(facts))
        narrow = {**whole, **parts}
        for column in columns:
            heading = plain(self.listing.heading(column))
            whole[column.name] = max(whole[column.name], width(heading))
            narrow[column.name] = max(narrow[column.name], *map(width, heading.split()))
        return whole, narrow

    def rows(self) -> Iterator[OutlineRow]:
        """The lines of the table. Many are made anew for each pass: there may be a million."""
        if self.outline is not None:
            return iter(self.outline)
        return (OutlineRow(0, row.get("path", ""), row, False) for row in self.listing.rows)

    def text(self, column: Column, line: OutlineRow) -> str:
        """A cell on one line."""
        facts = facts_of(line.row)
        if facts is None or column.name in OWN:
            return self.made(column, line)
        cells = self.cells.setdefault(id(facts), {})
        if column.name not in cells:
            cells[column.name] = self.made(column, line)
        return cells[column.name]

    def made(self, column: Column, line: OutlineRow) -> str:
        if column.name == "path":
            skipped = len(line.row["path"]) - len(line.label)
            return " " * self.indent(line) + of_all(
                plain(show_path(line.row, self.listing.report)[skipped:]), line.alike
            )
        if line.group and not (self.color and (column.name in GROUP_CELLS or column.total)):
            return ""  # without colour a sum would look like one more layer's cost
        text = shown(self.listing.cell(column, line.row), plain)
        return text if self.fine or column.name != "bar" else "#" * len(text)

    def indent(self, line: OutlineRow) -> int:
        return min(line.level, DEEPEST) * (2 if self.limit is None or self.limit >= WIDE else 1)

    def lines(self, rule: str) -> Iterator[str]:
        """The table and the notes under it, line by line."""
        headings = [plain(self.listing.heading(column)) for column in self.columns]
        if self.listing.report:
            rows = len(self.outline if self.outline is not None else self.listing.report["layers"])
            what = f"to write {rows:,} rows of {self.taken():,} characters"
            charge_to(self.listing.report, rows * self.taken() // CHARACTERS, what)
        yield from self.row(headings, [BOLD] * len(headings), headings=True)
        yield paint(rule * self.taken(), DIM, self.color)
        unpainted = [""] * len(self.columns)
        for line in self.rows():
            cells = [self.text(column, line) for column in self.columns]
            styles = [self.style(column, line) for column in self.columns] if self.color else unpainted
            yield from self.row(cells, styles, self.indent(line))
        if not self.listing.report:
            return
        yield paint(rule * self.taken(), DIM, self.color)
        yield from self.row([self.totals[column.name] for column in self.columns], [BOLD] * len(self.columns))
        yield ""
        for note in self.notes():
            for text in [note] if self.limit is None else wrap(note.split(" "), self.limit, 2):
                yield paint(text, DIM, self.color)

    def notes(self) -> list[str]:
        notes = [plain(note) for note in self.listing.notes]
        if any(line.alike > 1 for line in self.outline or ()):
            notes.append("repetitions that are alike stand once, with the figures of one: --all-repetitions lists each")
        names = [column.heading for column in self.left_out if column.name != "type"]
        return [*notes, f"left out at {self.limit} columns: {', '.join(names)}"] if names else notes

    def style(self, column: Column, line: OutlineRow) -> str:
        if line.group:
            return DIM
        return f"{BOLD};{YELLOW}" if self.listing.is_large(column, line.row) else ""

    def row(self, cells: list[str], styles: list[str], indent: int = 0, headings: bool = False) -> Iterator[str]:
        """One row, on as many lines as its tallest cell needs."""
        if all(map(int.__le__, map(width, cells), self.widths)):
            yield self.line(cells, styles)
            return
        stacks = []
        for column, cell, size in zip(self.columns, cells, self.widths, strict=True):
            if width(cell) <= size:
                stacks.append([cell])
            elif headings:
                stacks.append(cell.split())
            elif column.kind == "size":
                stacks.append(folded(cell, size))
            elif column is self.columns[0]:
                lead = " " * min(indent, size // 2)
                stacks.append([lead + piece for piece in cut(cell[indent:], size - len(lead))])
            else:
                stacks.append([cell])
        for parts in zip_longest(*stacks, fillvalue=""):
            yield self.line(parts, styles)

    def line(self, cells: Iterable[str], styles: list[str]) -> str:
        """One line. Neighbours of one style are painted together."""
        line, text, current, gap = "", "", "", ""
        for cell, size, align, style in zip(cells, self.widths, self.align, styles, strict=True):
            if style != current:
                line += paint(text, current, self.color)
                text, current = "", style
            text += gap + pad(cell, size, align)
            gap = GAP
        return line + paint(text.rstrip(), current, self.color)


def folded(text: str, size: int, most: int = MOST_LINES) -> list[str]:
    """A list with commas, on lines of ``size`` columns. After ``most`` lines it says how many items more."""
    lines: list[str] = []
    counts: list[int] = []
    for part in text.split(", "):
        if lines and width(lines[-1]) + width(part) + 3 <= size:
            lines[-1] += f", {part}"
            counts[-1] += 1
        else:
            lines.append(part)
            counts.append(1)
    if len(lines) > most:
        lines[most - 1 :] = [f"{sum(counts[most - 1 :])} more"]
    return [f"{line}," for line in lines[:-1]] + lines[-1:]


def of_all(label: str, alike: int) -> str:
    """The label of a repetition that stands for several: ``0..27/conv1 x28``."""
    if alike == 1:
        return label
    first = "".join(takewhile(str.isdigit, label))
    return f"{first}..{int(first) + alike - 1}{label[len(first) :]} x{alike}"
