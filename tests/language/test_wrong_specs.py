"""Wrong specs, each as a person would write it, and beside each the whole of what is said about it.

``python -m tests.regenerate snapshots`` writes them anew: read the difference before it
is kept, as the person who made the mistake. Specs in ``several`` have more mistakes than one.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from archcalc import api
from archcalc.errors import Diagnostic, SpecError
from archcalc.language import yaml_tree
from archcalc.render.diagnostics import show

FOLDER = Path(__file__).parent / "errors"
SPECS = sorted(path for path in FOLDER.rglob("*.yaml") if path.parent.name != "lib")
IDS = [f"{path.parent.name}/{path.stem}" for path in SPECS]
WIDEST = 140  # the residual that does not fit says both shapes and what to do
EMPTY_PLACES = {"yaml/empty_file", "expressions/ends_with_operator"}  # the error is that nothing stands there

each_spec = pytest.mark.parametrize("path", SPECS, ids=IDS)


def diagnostics(path: Path, monkeypatch: Any) -> tuple[Diagnostic, ...]:
    monkeypatch.chdir(path.parent)
    with pytest.raises(SpecError) as raised:
        api.report(path.name)
    return raised.value.diagnostics


@pytest.mark.sampled(2)
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@each_spec
def test_all_that_is_said(path: Path, loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(yaml, loader):
        pytest.skip("PyYAML without libyaml")
    monkeypatch.setattr(yaml_tree, "LOADER", getattr(yaml, loader))
    said = show(diagnostics(path, monkeypatch)) + "\n"
    beside = path.with_suffix(".txt")
    if os.environ.get("ARCHCALC_SNAPSHOTS") == "write":
        beside.write_text(said, encoding="utf-8")
    assert said == beside.read_text(encoding="utf-8")


@pytest.mark.sampled(3)
@each_spec
def test_what_is_said_is_short_and_at_its_place(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One error for one cause, which marks what is wrong, on lines that are not wide."""
    found = diagnostics(path, monkeypatch)
    if path.parent.name == "several":
        assert len(found) > 1
    else:
        assert [diagnostic.message for diagnostic in found[1:]] == []
    for diagnostic in found:
        span = diagnostic.span
        assert span is not None
        line = span.source.line(span.line)
        marked = line[span.start : span.stop]
        if f"{path.parent.name}/{path.stem}" not in EMPTY_PLACES:
            assert marked.rstrip(" ") == marked != "", f"marks {marked!r} of {line!r}"
        assert len(f"error: {diagnostic.message}") <= WIDEST
        assert len(f"   = help: {diagnostic.help}") <= WIDEST
        assert len(diagnostic.label) <= WIDEST // 2


def test_every_text_stands_beside_a_spec() -> None:
    assert {path.with_suffix("") for path in FOLDER.rglob("*.txt")} == {path.with_suffix("") for path in SPECS}
