"""One small explanation in every format, whole, as a person sees it; LaTeX is compiled, Markdown's tables are whole.

``python -m tests.regenerate snapshots`` writes them anew: read the difference before it is kept.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from archcalc import __version__
from archcalc.api.explanation import explanation
from archcalc.dims.expression import FORMS, Expression
from archcalc.render import writer
from archcalc.render.explain.latex import NOTATION, formula, symbol
from archcalc.render.style import Style
from archcalc.request import Request

FOLDER = Path(__file__).parent / "snapshots"
NET = """\
name: net_1
input: [3, 32, 24]
vars: {width: 16}
variants: {wide: {width: 64}}
blocks:
  double:
    args: {out: required}
    layers:
      - conv: {out: 2*out, kernel: 3, stride: 2, padding: same, bias: false, act: relu}
      - conv: {out: out, kernel: 3, stride: 2, padding: same, bias: false, act: relu}
layers:
  - conv: {out: width, kernel: 5, padding: 2}
    name: stem|ü
  - double: width
    name: body
  - global_avg_pool
  - linear: 10
"""


def explain(spec: str, layer: str | None, *, full: bool = False, count: str | None = None, **given: Any) -> Any:
    return explanation(Request(spec, count=count, **given), layer, full)


def text_of(form: str, found: Any, **style: Any) -> str:
    out = io.StringIO()
    writer("explain", form)(found, out, Style(**style))
    return out.getvalue()


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    return "net.yaml"


def compare(name: str, text: str) -> None:
    path = FOLDER / f"{name}.txt"
    text = text.replace(f'"archcalc": "{__version__}"', '"archcalc": "VERSION"').replace("\x1b", "ESC")
    if os.environ.get("ARCHCALC_SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name, form, layer, full, style",
    [
        ("layers", "text", "**", False, {}),
        ("layers-60-colour", "text", "body", False, {"width": 60, "color": True}),
        ("full", "text", "body/conv1", True, {}),
        ("totals", "text", None, False, {}),
        ("markdown", "markdown", "**", False, {}),
        ("latex", "latex", "**", False, {}),
        ("json", "json", "body/conv1", False, {}),
        ("totals-markdown", "markdown", None, False, {}),
        ("totals-json", "json", None, True, {}),
    ],
)
def test_one_explanation(net: str, name: str, form: str, layer: str | None, full: bool, style: dict[str, Any]) -> None:
    compare(name, text_of(form, explain(net, layer, full=full, variant="wide"), **style))


@pytest.mark.parametrize("width", [40, 60, 100])
def test_a_terminal_is_never_too_narrow(net: str, width: int) -> None:
    """Lines fit, at any width; only a product, which has no space, may be longer."""
    for line in (
        text_of("text", explain(net, "body/conv1", full=True), width=width).partition("\nstep ")[0].splitlines()
    ):
        assert len(line) <= width or " " not in line.strip().removeprefix("= "), line


def test_json_has_every_step(net: str) -> None:
    found = json.loads(text_of("json", explain(net, "**", count="flop")))
    assert (found["schema"], found["convention"], found["level"]) == ("archcalc.explain/1", "flop", "brief")
    stem = found["layers"][0]
    steps = {cell["cell"]: cell["steps"] for cell in stem["cells"]}
    assert steps["macs"] == [
        {
            "name": "multiply-adds",
            "formula": "out·C·kernel·kernel·H′·W′",
            "numbers": "16·3·5·5·32·24",
            "value": 16 * 75 * 768,
        }
    ]
    assert stem["axes"] == [{"C": 3, "H": 32, "W": 24}]
    assert stem["arguments"][0]["written"]["reads"]["width"] == {
        "text": "16",
        "place": "vars",
        "file": "net.yaml",
        "line": 3,
        "value": 16,
        "reads": {},
    }
    assert found["sums"]["steps"]["params"]["value"] == sum(layer_params(layer) for layer in found["layers"])


def layer_params(layer: dict[str, Any]) -> int:
    return next(int(cell["value"]) for cell in layer["cells"] if cell["cell"] == "params")


def test_markdown_tables_are_whole(net: str) -> None:
    """Every row has as many cells as the heading: no name or formula ends a cell."""
    lines = text_of("markdown", explain(net, "**", full=True)).splitlines()
    tables = [line for line in lines if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} == {5, 7}  # a layer has four columns, sums have six
    assert "### stem\\|ü" in lines


@pytest.mark.parametrize(
    "name, source",
    [
        ("H′", "H'"),
        ("C2", "C_{2}"),
        ("H′ = W′", "H' = W'"),
        ("kernel", r"\mathit{kernel}"),
        ("kernel_H", r"\mathit{kernel}_{H}"),
        ("total padding_W", r"\text{total padding}_{W}"),
        ("weight_ih_l0", r"\text{weight\_ih\_l0}"),
        ("padding_H,before", r"\mathit{padding}_{\text{H,before}}"),
    ],
)
def test_symbols(name: str, source: str) -> None:
    assert symbol(name) == source


def test_every_operation_has_a_notation() -> None:
    assert NOTATION.keys() == FORMS.keys()
    a, b = Expression.known("A", 7), Expression.known("B", 2)
    assert formula((a + b) // (b * 2) - a, numbers=False) == (r"\left\lfloor \frac{A + B}{B \cdot 2} \right\rfloor - A")
    assert formula(a * (a - b), numbers=True) == r"7 \cdot (7 - 2)"


DOCUMENT = r"\documentclass{article}\usepackage{amsmath}\begin{document}%s\end{document}"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("full", [False, True], ids=["brief", "full"])
@pytest.mark.parametrize(
    "spec, layer", [("net.yaml", "**"), ("exam-table", "**"), ("mixture-of-experts", "layer1/0"), ("googlenet", None)]
)
def test_latex_compiles(net: str, tmp_path: Path, spec: str, layer: str | None, full: bool) -> None:
    fragment = text_of("latex", explain(spec, layer, full=full, count="flop"))
    (tmp_path / "page.tex").write_text(DOCUMENT % fragment, encoding="utf-8")
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-2000:]
