"""Reports to render: specs written here, sized by the engine."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archcalc.api import report
from archcalc.render import writer
from archcalc.render.style import Style

from .browser import Browser

# The source document's network. Its table is in test_exam_table.py.
EXAM = """
name: exam-table
layout: HWC
input: [64, 64, 3]
count: document
defaults: {conv: {padding: same, bias: false}, max_pool: {kernel: 3, stride: 2, padding: same}, linear: {bias: false}}
layers:
  - {conv: {out: 32, kernel: 7}, name: L-1-Conv-1}
  - {conv: {out: 64, kernel: 3}, name: L-1-Conv-2}
  - {max_pool: , name: L-1-Pool}
  - {conv: {out: 128, kernel: 3}, name: L2-Conv-1}
  - {conv: {out: 64, kernel: 3}, name: L2-Conv-2}
  - {conv: {out: 16, kernel: 3}, name: L2-Conv-3}
  - {max_pool: , name: L-2-Pool}
  - {flatten: , row: false}
  - {linear: 1000, name: L3-FC-1}
  - {linear: 1000, name: L3-FC-2}
  - {linear: 10, name: L3-Softmax}
  - {softmax: , row: false}
"""
# What a table has to show: repetitions, branches, norm and act, frozen weights, buffers, a hidden row.
SMALL = """
name: small
input: [3, 32, 32]
vars: {width: 16}
variants:
  wide: {width: 64}
blocks:
  double:
    args: {out: required}
    layers:
      - residual:
          - conv: {out: out, kernel: 3, padding: 1, bias: false, norm: batch_norm, act: relu}
          - conv: {out: out, kernel: 3, padding: 1}
      - relu
layers:
  - {conv: {out: width, kernel: 3, stride: 2, padding: 1, act: relu}, name: stem, trainable: false}
  - {double: width, repeat: 2, name: body}
  - parallel:
      one: [{conv: {out: 8, kernel: 1}}]
      three: [{conv: {out: 24, kernel: 3, padding: 1}}]
  - concat
  - {global_avg_pool: , row: false}
  - linear: 10
"""

MakeReport = Callable[..., dict[str, Any]]


@pytest.fixture
def make_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeReport:
    """``make_report(text, **given)``: the report of a spec, whose file is called net.yaml."""
    monkeypatch.chdir(tmp_path)

    def make(text: str, **given: Any) -> dict[str, Any]:
        (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
        return report("net.yaml", **given)

    return make


@pytest.fixture
def exam(make_report: MakeReport) -> dict[str, Any]:
    return make_report(EXAM)


@pytest.fixture
def small(make_report: MakeReport) -> dict[str, Any]:
    return make_report(SMALL)


def render(form: str, *reports: dict[str, Any], **style: Any) -> str:
    """What a format writes of these reports."""
    out = io.StringIO()
    writer("report", form)(list(reports), out, Style(**style))
    return out.getvalue()


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
DRIVER = shutil.which("chromedriver") or ""


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not CHROMIUM or not DRIVER:
        pytest.skip("chromium or chromedriver is not installed")
    browser = Browser(DRIVER, CHROMIUM, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture
def show(chromium: Browser, tmp_path: Path) -> Iterator[Any]:
    """``show(text)``: the browser with that page; when the test is over its console must be empty."""

    def open_page(text: str) -> Browser:
        (tmp_path / "page.html").write_text(text, encoding="utf-8")
        chromium.emulate(1400, "light")
        chromium.open(tmp_path / "page.html")
        return chromium

    yield open_page
    assert chromium.log() == []
