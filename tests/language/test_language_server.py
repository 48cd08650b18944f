"""The schema as yaml-language-server takes it: what an editor rejects, offers and explains while one types.

Needs node, and NODE_PATH naming a node_modules with that package: ``npm install --prefix DIR yaml-language-server``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from structure import of_structure

from archcalc.budget.keys import budget_schema
from archcalc.conventions import CONVENTIONS
from archcalc.errors import SpecError
from archcalc.language.json_schema import spec_schema
from archcalc.language.keys import LISTS
from archcalc.language.yaml_tree import read
from archcalc.layers import FAMILY, find
from archcalc.sources.source import read_file

HERE = Path(__file__).resolve().parent
SPECS = sorted((HERE.parents[1] / "specs").rglob("*.yaml"))
SERVER = Path(os.environ.get("NODE_PATH", ""), "yaml-language-server")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None or not SERVER.is_dir(), reason="no yaml-language-server"),
]

HEAD = "name: x\ninput: [3, 8, 8]\nlayers:\n"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "spec.json"
    path.write_text(json.dumps(spec_schema(CONVENTIONS, budget_schema())), encoding="utf-8")
    return path


def ask(schema: Path, requests: list[dict[str, Any]]) -> list[Any]:
    done = subprocess.run(
        ["node", HERE / "language_server.cjs", schema], input=json.dumps(requests), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def problems(schema: Path, paths: list[Path]) -> dict[Path, list[str]]:
    answers = ask(schema, [{"ask": "validate", "text": path.read_text(encoding="utf-8")} for path in paths])
    return dict(zip(paths, answers, strict=True))


def at_end(schema: Path, question: str, text: str) -> Any:
    """The answer at the place that ``|`` marks in the text."""
    before, after = text.split("|")
    line, character = before.count("\n"), len(before.rpartition("\n")[2])
    (answer,) = ask(schema, [{"ask": question, "text": before + after, "line": line, "character": character}])
    return answer


def test_shipped_specs_have_no_problem(schema: Path) -> None:
    assert {path: found for path, found in problems(schema, SPECS).items() if found} == {}


def test_wrong_specs_are_rejected_as_by_jsonschema(schema: Path) -> None:
    paths = [path for path in HERE.joinpath("errors").rglob("*.yaml") if path.parent.name != "lib" and is_yaml(path)]
    assert {path for path, found in problems(schema, paths).items() if found} == of_structure()


def is_yaml(path: Path) -> bool:
    try:
        read(read_file(str(path)))
    except SpecError:
        return False
    return True


@pytest.mark.parametrize(
    "wrong, said",
    [
        ("  - conv: {out: 8, kernal: 3}", "Property kernal is not allowed."),
        ("  - conv: {out: [8], kernel: 3}", "Incorrect type. Expected one of integer, string."),
        ("  - 3", "Incorrect type. Expected one of string, object."),
        ("  - conv: 8\n    first: {stride: 2}", "Object is missing property repeat required by property first."),
        (
            "  - conv: 8\n    name: a b",
            "a name has no space, comma, slash, star or bracket, and is no word of the language",
        ),
    ],
)
def test_what_it_says(schema: Path, wrong: str, said: str) -> None:
    (found,) = ask(schema, [{"ask": "validate", "text": HEAD + wrong}])
    assert said in found


def test_steps_are_completed(schema: Path) -> None:
    assert {*FAMILY, *LISTS, "custom", "bottleneck", "from", "name"} <= {*at_end(schema, "complete", HEAD + "  - co|")}


def test_arguments_are_completed(schema: Path) -> None:
    assert at_end(schema, "complete", HEAD + "  - conv:\n      |") == [*find("conv").arguments]


def test_steps_inside_steps_are_completed(schema: Path) -> None:
    assert "max_pool" in at_end(schema, "complete", HEAD + "  - parallel:\n      a:\n        - ma|")


def test_arguments_of_a_first_repetition_are_completed(schema: Path) -> None:
    text = HEAD + "  - conv: 8\n    repeat: 2\n    first:\n      |"
    assert at_end(schema, "complete", text) == [*find("conv").arguments]


@pytest.mark.parametrize(
    "text, words",
    [
        ("  - conv: {out: 3, kernel: 3, padding: |}", {"same", "valid"}),
        ("  - conv: {out: 3, kernel: 3, act: |}", {"relu", "gelu", "none"}),
        ("  - lstm: {hidden: 3, return: |}", {"sequence", "last"}),
        ("  - upsample: {scale: 2, mode: |}", {"nearest", "bilinear"}),
    ],
)
def test_words_are_completed(schema: Path, text: str, words: set[str]) -> None:
    assert words <= {*at_end(schema, "complete", HEAD + text)}


@pytest.mark.parametrize(
    "text, said",
    [
        ("  - co|nv: {out: 3, kernel: 3}", "Convolution, "),
        ("  - co|nv: {out: 3, kernel: 3}", "- conv: {out: 64, kernel: 7"),
        ("  - re|lu", "As PyTorch's function of that name."),
        ("  - conv: {out: 3, ker|nel: 3}", "kernel: a whole number above 0, or one per spatial axis (required)"),
        ("  - conv: {out: 3, kernel: 3, str|ide: 2}", "(default 1)"),
        ("  - conv: 3\n    rep|eat: 3", "i counts the repetitions from 0."),
        ("  - resi|dual: [relu]", "what they make of prev is added to prev."),
        ("  - bottle|neck: 64", "A 3x3 convolution between two 1x1 convolutions"),
    ],
)
def test_words_are_explained(schema: Path, text: str, said: str) -> None:
    assert said in at_end(schema, "hover", HEAD + text).replace("\\", "")
