"""A user's program passes ``mypy --strict``, and one that is wrong does not."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # mypy reads the whole package

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """\
from collections.abc import Mapping

import archcalc
from archcalc.layers.convolution import Conv

net = archcalc.load("resnet50", width=32, input=[3, 64, 64])
size: tuple[int, ...] = net.layers[3].output
heavy: list[str] = [layer.path for layer in net.layers if layer.macs > net.macs // 10]
table: str = net.table(depth=1)
spec: archcalc.Spec = archcalc.Spec("one", input=[3, 8, 8], layers=[archcalc.step(Conv(out=8, kernel=3), name="c")])
try:
    params: int = archcalc.load(spec).params
except archcalc.SpecError as error:
    line: int | None = error.line
sizes: Mapping[str, object] = archcalc.formula("vgg16", vars=["width"])(width=32)
text: str = archcalc.formula("vgg16", vars="width").text
over: list[str] = [str(result) for result in archcalc.check("resnet18", max={"params": "5M"}) if not result.ok]
"""
WRONG = [
    'archcalc.load("resnet50").parms\n',
    'text: str = archcalc.load("resnet50").params\n',
    'archcalc.load("resnet50", input="3x64x64")\n',
]


def strict(program: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, int]:
    api = pytest.importorskip("mypy.api")
    path.write_text(program, encoding="utf-8")
    monkeypatch.setenv("MYPYPATH", str(ROOT))
    monkeypatch.chdir(path.parent)
    arguments = ["--strict", "--follow-imports=silent", "--config-file=", f"--cache-dir={path.parent}", path.name]
    output, errors, status = api.run(arguments)
    assert not errors
    return output, status


def test_a_program_of_a_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output, status = strict(PROGRAM, tmp_path / "program.py", monkeypatch)
    assert status == 0, output


def test_mistakes_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import archcalc\n" + "".join(WRONG)
    output, status = strict(program, tmp_path / "program.py", monkeypatch)
    assert status == 1
    assert output.count("error:") == len(WRONG), output


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / "archcalc" / "py.typed").is_file()
