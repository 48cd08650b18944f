"""One small network's closed forms in every format, whole, as a person sees them.

``python -m tests.regenerate snapshots`` writes them anew: read the difference before it is kept.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest

from archcalc import __version__
from archcalc.api.arguments import asked
from archcalc.api.formulas import closed_forms
from archcalc.render import FORMATS, writer
from archcalc.render.style import Style

FOLDER = Path(__file__).parent / "snapshots"
NET = """\
name: net_1
input: [3, 32, 24]
vars: {width: 16}
variants: {narrow: {width: 8}}
layers:
  - {conv: {out: width, kernel: 5, stride: 2, padding: 1}, name: stem|ü}
  - {conv: {out: 2*width, kernel: 3, groups: 8, bias: false}, name: 中文层}
  - {conv: {out: "max(width, 20)", kernel: 3, padding: same}, name: c}
  - {max_pool: {kernel: 2, stride: 2}, name: p_1}
  - {conv: {out: 4, kernel: 1}, when: width > 20}
  - global_avg_pool
  - linear: width // 3
"""
SHIPPED = "mixture-of-experts"  # its conditions relate one name to another


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    return "net.yaml"


def formula(spec: str, *, vars: list[str], layers: bool = False, **options: Any) -> dict[str, Any]:
    return closed_forms(asked(spec, **options), vars, layers)


def compare(name: str, text: str) -> None:
    path = FOLDER / f"{name}.txt"
    text = text.replace(f'"archcalc": "{__version__}"', '"archcalc": "VERSION"')
    if os.environ.get("ARCHCALC_SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def text_of(found: dict[str, Any], form: str, **style: Any) -> str:
    out = io.StringIO()
    writer("formula", form)(found, out, Style(**style))
    return out.getvalue()


@pytest.mark.parametrize("form", FORMATS["formula"])
def test_every_layer_in_every_format(net: str, form: str) -> None:
    found = formula(net, vars=["width", "H", "W"], variant="narrow", batch=2, layers=True)
    compare(form, text_of(found, form))


@pytest.mark.parametrize("form", FORMATS["formula"])
def test_conditions_between_names(form: str) -> None:
    found = formula(SHIPPED, vars=["dim", "heads", "kv_heads"])
    found["assumptions"] = [{**one, "reasons": []} for one in found["assumptions"]]  # which say where the spec is
    compare(f"conditions-{form}", text_of(found, form))


def test_a_terminal_breaks_sums_between_their_terms(net: str) -> None:
    text = text_of(formula(net, vars=["width", "H"]), "text", width=60)
    assert max(map(len, text.splitlines())) <= 60
    compare("terminal-60", text)


def test_what_holds_for_every_size_says_so() -> None:
    assert text_of(formula("vgg16", vars=["classes"]), "text").endswith("Holds for every whole classes above 0.\n")
