"""Pages: what stands in them, and what they do in Chromium where it is installed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from archcalc.api import diff
from archcalc.budget.check import check_budgets
from archcalc.cli import main
from archcalc.render import writer
from archcalc.render.report.notebook import fragment
from archcalc.render.style import Style

from .conftest import SMALL, MakeReport, render
from .test_exam_table import ROWS

HOSTILE = [
    "<script>window.stolen = 1</script>",
    '"><img src=x onerror="window.stolen = 1">',
    "</td></table></script><style>*{display:none}</style>",
    "&lt;b&gt; &#60; &amp;",
    "\u202egpj.exe\x1b[2J\ud800",
    "javascript:alert(1)",
    "' onclick='window.stolen=1",
]


class Page(HTMLParser):
    """A page as a parser that is not a browser reads it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.text = self.inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in ("td", "th", "span"):
            self.rows[-1][-1] += data
        if self.inside not in ("script", "style"):
            self.text += data


def test_the_documents_table_cell_for_cell(exam: dict[str, Any]) -> None:
    head, *rows, total = Page(render("html", exam)).rows
    assert head == ["Layer", "Input Size", "Kernel Size", "Output Size", "Pad", "Params", "Ops (document)"]
    assert [[cell.replace(",", "") for cell in row] for row in rows] == ROWS
    assert total == ["total", "", "", "", "", "5,285,808", "262,809,936"]


@pytest.mark.parametrize(
    "style",
    [
        {},
        {"depth": 1, "plus": ["type", "layers", "repeats"]},
        {"sort": "params", "columns": ["type", "params", "params_share", "weights"]},
        {"all_rows": True, "columns": ["path", "stride", "macs_causal", "name", "file", "line"]},
    ],
)
def test_rows_are_those_of_csv(small: dict[str, Any], style: dict[str, Any]) -> None:
    """Groups and the total aside; csv says plain integers, and repetitions in a column of their own."""
    text = re.sub(r"<tr class=\"group.*\n|<tfoot>.*\n", "", render("html", small, **style))
    _, *rows = Page(text).rows
    _, *expected = csv.reader(io.StringIO(render("csv", small, **style)))
    names = [
        (re.sub(r" x\d+$", "", row[0]), *(re.sub(r"(\d),(?=\d)", r"\1", cell) for cell in row[1:])) for row in rows
    ]
    assert names == [tuple(row) for row in expected]


def test_several_specs_are_a_row_each(make_report: MakeReport) -> None:
    head, *rows = Page(render("html", make_report(SMALL), make_report(SMALL, variant="wide"), {"errors": []})).rows
    assert head[:2] == ["Spec", "Variant"]
    assert [row[:2] for row in rows] == [["small", ""], ["small", "wide"]]


def pages_with(name: str, make_report: MakeReport) -> Iterator[str]:
    """Every kind of page with that name wherever somebody else's text stands."""
    small = make_report(SMALL)
    small["spec"] = small["variant"] = small["file"] = small["convention"] = small["set"]["width"] = name
    for row in small["layers"]:
        row["name"] = row["path"] = row["type"] = row["file"] = name
        for weight in row["weights"]:
            weight["name"] = name
    for style in ({"plus": ["type", "weights", "file", "name"]}, {"depth": 1}, {"sort": "path"}):
        yield render("html", small, **style)
    yield render("html", small, small)
    out = io.StringIO()
    found = diff("net.yaml", "net.yaml:wide")
    for side in ("old", "new"):
        found[side]["spec"] = found[side]["variant"] = found[side]["file"] = name
    for change in found["changes"]:
        change["path"] = change["step"] = name
        change["because"] = [name for _ in change["because"]]
    writer("diff", "html")(found, out, Style())
    yield out.getvalue()
    outcome = check_budgets(["net.yaml"], {"max": ["params=1"], "min": [], "max_increase": []}, given={})
    for result in outcome.results:
        result.spec = result.message = result.file = result.path = name
    outcome.base = name
    out = io.StringIO()
    writer("check", "html")(outcome, out, Style())
    yield out.getvalue()


def outline(page: str) -> list[tuple[str, list[str]]]:
    """The tags with their attributes; what these say may hold a name."""
    return [(tag, sorted(attrs)) for tag, attrs in Page(page).tags]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(make_report: MakeReport, name: str) -> None:
    harmless = [outline(page) for page in pages_with("harmless", make_report)]
    for page, expected in zip(pages_with(name, make_report), harmless, strict=True):
        assert outline(page) == expected, "a name became a tag or an attribute"
        assert not set(page) & {"\u202e", "\x1b", "\ud800"}
        page.encode()


def test_a_page_asks_for_nothing(make_report: MakeReport) -> None:
    for text in pages_with("name", make_report):
        page = Page(text)
        assert "://" not in text
        assert {attrs.get("href") for _, attrs in page.tags} - {None} == {"data:,"}
        assert not [
            attrs for _, attrs in page.tags if {"src", "style"} & set(attrs) or any(key[:2] == "on" for key in attrs)
        ]
        policy = next(attrs["content"] for _, attrs in page.tags if "http-equiv" in attrs)
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy


def test_a_difference_unfolds_into_layers(make_report: MakeReport) -> None:
    make_report(SMALL)
    found = diff("net.yaml", "net.yaml:wide")
    out = io.StringIO()
    writer("diff", "html")(found, out, Style(all_rows=True))
    rows = [row for row in Page(out.getvalue()).rows if row[0] in {change["path"] for change in found["changes"]}]
    assert len(rows) == len(found["changes"])
    for change in found["changes"]:
        (row,) = [row for row in rows if row[0] == change["path"]]
        assert row[2] == (f"{change['change']['params']:+,}" if change["change"]["params"] else "")


# In a browser

NAMES = "return [...document.querySelectorAll('tbody tr')].filter(r => r.offsetHeight).map(r => r.cells[0].textContent)"
SHOWN = NAMES.replace("textContent", "innerText.trim()")


def heading(text: str) -> str:
    return f"//th/button[normalize-space()='{text}']"


@pytest.mark.slow
def test_a_click_on_a_heading_sorts(show: Any, small: dict[str, Any]) -> None:
    browser = show(render("html", small))
    original = browser.run(SHOWN)
    sizes = {row["path"]: row["params"] for row in small["layers"] if row["row"]}
    browser.click(heading("Params"))
    largest = browser.run(NAMES)
    assert [sizes[name] for name in largest] == sorted(sizes.values(), reverse=True)
    assert set(largest) == set(sizes)
    assert browser.run(SHOWN) == largest, "sorted rows show their whole paths"
    assert browser.run("return [...document.querySelectorAll('th[aria-sort]')].map(h => h.ariaSort)") == ["descending"]
    browser.click(heading("Params"))
    assert [sizes[name] for name in browser.run(NAMES)] == sorted(sizes.values())
    browser.click(heading("Layer"))
    assert browser.run(NAMES) == sorted(sizes)
    browser.click(heading("Layer"))
    assert browser.run(NAMES) == sorted(sizes, reverse=True)
    browser.click(heading("Layer"))
    assert browser.run(SHOWN) == original
    assert browser.run("return document.querySelectorAll('th[aria-sort]').length") == 0


@pytest.mark.slow
def test_numbers_sort_exactly_and_sizes_by_volume(show: Any, small: dict[str, Any]) -> None:
    for position, row in enumerate(small["layers"]):
        row["params"] = 10**30 + position * 7 % 19
        row["kernel"] = (10, 9 + position)
    browser = show(render("html", small, columns=["path", "kernel", "params"]))
    rows = [row for row in small["layers"] if row["row"]]
    browser.click(heading("Params"))
    assert browser.run(NAMES) == [row["path"] for row in sorted(rows, key=lambda row: -row["params"])]
    browser.click(heading("Kernel Size"))
    assert browser.run(NAMES) == [row["path"] for row in reversed(rows)]


@pytest.mark.slow
def test_blocks_fold(show: Any, small: dict[str, Any]) -> None:
    browser = show(render("html", small))
    everything = browser.run(SHOWN)
    terminal = render("table", small, width=200, all_repetitions=True).split("---\n")[1].splitlines()[:-1]
    assert everything == [re.split("  +", line.strip())[0] for line in terminal]
    browser.click("//tr[td[1]='body x2']//button")
    folded = browser.run(NAMES)
    parallel = ["parallel1", "parallel1/one/conv1", "parallel1/three/conv1"]
    assert folded == ["stem", "stem/act", "body x2", *parallel, "concat1", "linear1"]
    browser.click(heading("Params"))
    rows = browser.run(
        "return [...document.querySelectorAll('tbody tr')].filter(r => r.offsetHeight).map(r => r.innerText)"
    )
    assert "body x2" in rows[0], "a folded block is one row among the others, with its sum"
    assert "9,312" in rows[0]
    assert not [row for row in browser.run(NAMES) if row == "parallel1"], "an open one is none"
    for _ in range(2):
        browser.click(heading("Params"))
    assert browser.run(NAMES) == folded
    browser.click("//button[.='fold all']")
    assert browser.run(NAMES) == ["stem", "stem/act", "body x2", "parallel1", "concat1", "linear1"]
    browser.click("//button[.='unfold all']")
    assert browser.run(SHOWN) == everything


@pytest.mark.slow
def test_hostile_names_do_nothing(show: Any, make_report: MakeReport) -> None:
    for page in pages_with("".join(HOSTILE), make_report):
        browser = show(page)
        browser.run("for (const button of document.querySelectorAll('button')) button.click()")
        assert browser.run("return window.stolen") is None
        assert browser.run("return document.images.length + document.scripts.length") == 1
        assert browser.run("return performance.getEntriesByType('resource').length") == 0


LUMINANCE = """
const light = (color) => {
  const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map(Number).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (node) => {
  const color = getComputedStyle(node).backgroundColor;
  return color === "rgba(0, 0, 0, 0)" ? behind(node.parentElement) : color;
};
const found = [];
for (const node of document.querySelectorAll("h1, h1 small, p, li, th, td, td span, button")) {
  if (!node.offsetHeight) continue;
  const [one, other] = [light(getComputedStyle(node).color), light(behind(node))];
  found.push((Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05));
}
return Math.min(...found);
"""


@pytest.mark.slow
@pytest.mark.parametrize("width", [400, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_readable(show: Any, make_report: MakeReport, width: int, scheme: str) -> None:
    """Contrast of 4.5 (WCAG 2.1, 1.4.3) everywhere; the page is no wider than the window, tables scroll in it."""
    for page in pages_with("stage1/block/conv", make_report):
        browser = show(page)
        browser.emulate(width, scheme)
        assert browser.run(LUMINANCE) >= 4.5
        assert browser.run("return document.documentElement.scrollWidth") <= width or width > 400
        dark = browser.run("return getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"
        assert dark == (scheme == "dark")


def test_a_notebook_shows_hostile_names_as_text(small: dict[str, Any]) -> None:
    for row in small["layers"]:
        row["path"] = row["name"] = "\x1b<script>\u202e"
    text = fragment(small)
    assert text.isprintable()
    assert "<script" not in text
    assert r"\x1b&lt;script&gt;\u202e" in text


def widths(page: str) -> dict[int, float]:
    """How wide the bars are, by the figure that sorts them."""
    found = re.findall(r'data-order="(\d+)"><svg width="320"[^>]*><rect width="([\d.]+)"', page)
    return {int(figure): float(width) for figure, width in found}


def test_bars_of_a_page_are_shares(make_report: MakeReport, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the parameters; and of the peak of memory, whose bar is the longest."""
    report = make_report(SMALL)
    found, total = widths(render("html", report, columns=["path", "params", "bar"])), report["totals"]["params"]
    assert len(found) > 3
    assert found == {figure: pytest.approx(320 * figure / total, abs=0.05) for figure in found}
    assert main(["memory", "resnet18", "--format", "html"]) == 0
    found = widths(capsys.readouterr().out)
    assert found[4_014_080] == 320
    assert found[2_408_448] == pytest.approx(320 * 2_408_448 / 4_014_080, abs=0.05)
