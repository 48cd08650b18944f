"""Pictures in Chromium, light and dark, also in a wider font; pages for the keyboard and for axe."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from archcalc import Spec, draw
from archcalc.cli import main

from ..browser import Browser

pytestmark = pytest.mark.slow

DOZEN = """resnet50 transformer yolov8n efficientdet stable-diffusion-unet unet gpt2 mixture-of-experts lstm-gates
googlenet swin_t two-tower""".split()
AXE = Path(os.environ.get("NODE_PATH", "-"), "axe-core", "axe.min.js")

FAULTS = """
const box = (one) => { const b = one.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; };
const found = [], slack = arguments[0];
for (const group of document.querySelectorAll("svg.archcalc > g")) {
  const outlines = [...group.querySelectorAll("rect, circle")].map(box);
  const area = (b) => (b[2] - b[0]) * (b[3] - b[1]);
  const most = Math.max(...outlines.map(area));
  const outline = outlines.filter((b) => area(b) === most).pop();
  const texts = [...group.querySelectorAll("text")].filter((text) => !text.hasAttribute("transform"));
  for (const text of texts) {
    const b = box(text);
    if (b[0] < outline[0] - 1 || b[2] > outline[2] + slack || b[1] < outline[1] - 3 || b[3] > outline[3] + 3)
      found.push(`'${text.textContent}' leaves ${group.dataset.path}`);
  }
  for (const [place, text] of texts.entries()) for (const other of texts.slice(0, place)) {
    const a = box(text), b = box(other);
    if (a[0] < b[2] - slack && b[0] < a[2] - slack && a[1] < b[3] - 3 && b[1] < a[3] - 3)
      found.push(`'${text.textContent}' stands on '${other.textContent}'`);
  }
}
const page = document.querySelector("svg.archcalc").viewBox.baseVal;
for (const text of document.querySelectorAll("svg.archcalc text")) {
  if (text.hasAttribute("transform")) continue;
  const b = box(text);
  if (b[0] < 0 || b[2] > page.width + slack || b[3] > page.height) found.push(`'${text.textContent}' leaves the page`);
}
return found;
"""

CONTRAST = """
const light = (color) => {
  const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map(Number).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const found = [];
for (const group of document.querySelectorAll("svg.archcalc > g")) {
  const outlines = [...group.querySelectorAll("rect, circle")];
  const card = outlines.filter((one) => !/^(f-|bar)/.test(one.getAttribute("class"))).pop();
  for (const text of group.querySelectorAll("text")) {
    const [one, other] = [light(getComputedStyle(text).fill), light(getComputedStyle(card).fill)];
    found.push((Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05));
  }
}
return Math.min(...found);
"""


def opened(chromium: Browser, folder: Path, svg: str, scheme: str = "light") -> Browser:
    (folder / "picture.html").write_text(f'<!doctype html><meta charset="utf-8"><body>{svg}', encoding="utf-8")
    chromium.emulate(1400, scheme)
    chromium.open(folder / "picture.html")
    return chromium


@pytest.mark.parametrize("spec", DOZEN)
def test_no_text_leaves_its_box(spec: str, chromium: Browser, tmp_path: Path) -> None:
    svg = draw(spec)
    browser = opened(chromium, tmp_path, svg)
    assert browser.run(FAULTS, 1) == []
    wider = svg.replace("font-family:", "font-family:'DejaVu Sans',")  # some 15 % wider
    assert wider != svg
    browser = opened(chromium, tmp_path, wider)
    assert [one for one in browser.run(FAULTS, 12) if "page" not in one] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("spec", ["resnet50", "transformer", "gpt2"])
def test_contrast_as_it_is_drawn(spec: str, scheme: str, chromium: Browser, tmp_path: Path) -> None:
    browser = opened(chromium, tmp_path, draw(spec), scheme)
    assert browser.run(CONTRAST) >= 4.5
    page = browser.run("return getComputedStyle(document.querySelector('svg.archcalc > .pg')).fill")
    assert page == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 23, 26)")


@pytest.fixture
def page(show: Any, tmp_path: Path) -> Any:
    """``page(command)``: the browser with the page that a command writes."""

    def open_page(*command: str) -> Browser:
        assert main([*command, "-o", str(tmp_path / "net.html")]) == 0
        return show((tmp_path / "net.html").read_text(encoding="utf-8"))

    return open_page


def press(browser: Browser, key: str) -> None:
    browser.run(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles: true}))", key
    )


FOCUSED = "return document.activeElement.dataset.path"
LIT = "return [...document.querySelectorAll('tr.lit')].map((row) => row.dataset.path)"


def test_the_page_of_a_report_works_from_the_keyboard(page: Any) -> None:
    """One box is in the order of tabs; arrows go on from it, Enter selects its rows, Escape nothing."""
    browser = page("show", "resnet18", "--format", "html")
    first = browser.run(
        "return document.querySelectorAll('svg.archcalc')[0].querySelectorAll('g[tabindex=\"0\"]').length"
    )
    assert first == 1
    browser.run("document.querySelector('svg.archcalc g[tabindex=\"0\"]').focus()")
    before = browser.run(FOCUSED)
    press(browser, "ArrowDown")
    assert browser.run(FOCUSED) != before
    for _ in range(100):
        if browser.run(FOCUSED) == "stem":
            break
        press(browser, "ArrowDown")
    press(browser, "Enter")
    assert browser.run(LIT) == ["stem", "stem/norm", "stem/act"]
    assert browser.run("return document.activeElement.getAttribute('aria-pressed')") == "true"
    press(browser, "Escape")
    assert browser.run(LIT) == []


def test_a_stack_selects_the_rows_of_all_its_repetitions(page: Any) -> None:
    browser = page("show", "bert-base", "--format", "html")
    browser.run("document.querySelector('svg.archcalc g[data-times]').dispatchEvent(new MouseEvent('click'))")
    rows = browser.run(LIT)
    assert {row.split("/")[1] for row in rows if "/" in row} == {f"{number}" for number in range(12)}


def test_a_piece_of_a_long_list_selects_the_rows_of_all_its_steps(page: Any, tmp_path: Path) -> None:
    layers: list[Any] = [{"conv": {"out": 4, "kernel": 1, "act": "relu"}, "name": f"c{one}"} for one in range(160)]
    text = Spec("net", input=[4, 8, 8], layers=layers).located().source.text
    (tmp_path / "long.yaml").write_text(text, encoding="utf-8")
    browser = page("show", "--format", "html", str(tmp_path / "long.yaml"))
    browser.run("document.querySelector('svg.archcalc g[data-path=\"c4\"]').dispatchEvent(new MouseEvent('click'))")
    assert browser.run(LIT) == [f"c{one}{part}" for one in range(4, 8) for part in ("", "/act")]
    browser.run("document.querySelector('tr[data-path=\"c6/act\"]').dispatchEvent(new MouseEvent('mouseenter'))")
    assert "c4" in browser.run("return [...document.querySelectorAll('svg .lit')].map((one) => one.dataset.path)")


def test_a_row_lights_its_box(page: Any) -> None:
    browser = page("show", "resnet18", "--format", "html")
    browser.run("document.querySelector('tr[data-path=\"stem/norm\"]').dispatchEvent(new MouseEvent('mouseenter'))")
    assert "stem" in browser.run("return [...document.querySelectorAll('svg .lit')].map((one) => one.dataset.path)")


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core where NODE_PATH says")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "command",
    [
        "show resnet50 --format html",
        "draw transformer",
        "show lenet5 --format html --columns +bar",
        "memory resnet18 --format html",
        "diff resnet18 resnet34 --format html",
        "time resnet18 --device h100 --format html",
    ],
)
def test_axe_finds_nothing(command: str, scheme: str, page: Any) -> None:
    browser = page(*command.split())
    browser.emulate(1400, scheme)
    browser.run(AXE.read_text(encoding="utf-8"))
    found = browser.run(
        "return axe.run().then((all) => all.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`))"
    )
    assert found == []


def test_a_page_is_small_and_asks_for_nothing(page: Any, tmp_path: Path) -> None:
    browser = page("show", "resnet50", "--format", "html")
    assert (tmp_path / "net.html").stat().st_size < 300_000
    assert browser.run("return performance.getEntriesByType('resource').length") == 0
    assert browser.run("return document.querySelectorAll('[style]').length") == 0


def test_hostile_names_do_nothing_in_a_page(page: Any, tmp_path: Path) -> None:
    name = '</title><script>window.stolen = 1</script>"><img src=x onerror="window.stolen = 1">'
    spec = Spec("net", input=[3], layers=[{"linear": 4}])
    text = spec.located().source.text.replace("name: net", f"name: {name!r}")
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    for command in ("show --format html", "draw"):
        browser = page(*command.split(), str(tmp_path / "net.yaml"))
        assert browser.run("return window.stolen") is None
        assert browser.run("return document.images.length + document.scripts.length") == 1


def test_a_page_prints_on_paper(page: Any) -> None:
    """On A4, 703 by 1031 px between the margins, nothing is larger than the sheet; the picture comes in pieces."""
    browser = page("show", "resnet50", "--format", "html")
    browser.emulate(703, "light")
    browser._ask("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"media": "print"}})
    sizes = browser.run(
        "return [...document.querySelectorAll('figure > svg')].map((one) => one.getBoundingClientRect())"
        ".filter((one) => one.width).map((one) => [one.right, one.height])"
    )
    shown = browser.run(
        "return [...document.querySelectorAll('figure')].map((one) => [one.className, one.offsetHeight > 0])"
    )
    browser._ask("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"media": ""}})
    assert max(right for right, _ in sizes) <= 703
    assert max(high for _, high in sizes) <= 1031
    assert dict(map(tuple, shown)) == {"whole": False, "sheet": True, "": True}
