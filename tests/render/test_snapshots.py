"""One small report in every format, and what the conventions count, whole, as a person sees it.

``python -m tests.regenerate snapshots`` writes them anew: read the difference before it is kept.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from archcalc import __version__
from archcalc.api.reference import conventions
from archcalc.conventions import CONVENTIONS
from archcalc.render.count import show_one, show_several
from archcalc.render.style import Style

from .conftest import SMALL, MakeReport, render

FOLDER = Path(__file__).parent / "snapshots"
WHOLE: dict[str, tuple[str, dict[str, Any]]] = {
    "table": ("table", {}),
    "table-depth-1": ("table", {"depth": 1}),
    "table-depth-2": ("table", {"depth": 2}),
    "table-sorted": ("table", {"sort": "params", "columns": ["path", "type", "params", "params_share", "weights"]}),
    "terminal-60": ("table", {"width": 60}),
    "terminal-80": ("table", {"width": 80}),
    "terminal-200": ("table", {"width": 200}),
    "terminal-200-colour": ("table", {"width": 200, "color": True}),
    "json": ("json", {}),
    "csv": ("csv", {}),
    "markdown": ("markdown", {"depth": 1}),
    "latex": ("latex", {"depth": 1}),
    "html": ("html", {"depth": 2, "columns": ["path", "type", "output", "params", "params_share"]}),
}


def compare(name: str, text: str) -> None:
    path = FOLDER / f"{name}.txt"
    text = re.sub(r"<head>.*</head>|<script>.*</script>", "...", text, flags=re.DOTALL)
    text = text.replace(f'"archcalc": "{__version__}"', '"archcalc": "VERSION"').replace("\x1b", "ESC")
    if os.environ.get("ARCHCALC_SNAPSHOTS") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", WHOLE)
def test_one_report(small: dict[str, Any], name: str) -> None:
    form, style = WHOLE[name]
    compare(name, render(form, small, **style))


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_several_reports_have_a_row_each(make_report: MakeReport, form: str) -> None:
    reports = [make_report(SMALL), make_report(SMALL, variant="wide", count="document"), {"spec": "x", "errors": []}]
    compare(f"several-{form}", render(form, *reports))


def test_what_the_conventions_count() -> None:
    texts = [show_several(conventions(), Style())]
    texts += [show_one(conventions(name), Style()) for name in CONVENTIONS]
    compare("conventions", "\n\n".join(texts) + "\n")
