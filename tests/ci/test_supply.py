"""The checks of what is built and of what it brings along: each must see what it is there for."""

from __future__ import annotations

import io
import json
import runpy
import sys
import tarfile
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / ".ci"
CHECK_WHEEL = runpy.run_path(str(SCRIPTS / "check_wheel.py"))
AUDIT = runpy.run_path(str(SCRIPTS / "audit.py"))

COMMITTED = {"pyproject.toml", "archcalc/__init__.py", "archcalc/py.typed", "specs/vgg.yaml", "tests/test_readme.py"}
WHEEL = ["archcalc/__init__.py", "archcalc/py.typed", "archcalc/specs/vgg.yaml"]
WHEEL += [f"archcalc-1.dist-info/{name}" for name in CHECK_WHEEL["METADATA"]]
SDIST = [f"archcalc-1/{name}" for name in [*sorted(COMMITTED), "PKG-INFO"]]


def faults(place: Path, wheel: list[str], sdist: list[str], committed: set[str] = COMMITTED) -> list[str]:
    path, archive = place / "archcalc-1-py3-none-any.whl", place / "archcalc-1.tar.gz"
    with ZipFile(path, "w") as made:
        for name in wheel:
            made.writestr(name, "")
    with tarfile.open(archive, "w:gz") as made:
        for name in sdist:
            made.addfile(tarfile.TarInfo(name), io.BytesIO())
    return CHECK_WHEEL["faults"](str(path), str(path), str(archive), committed)


def test_what_is_committed_and_no_more(tmp_path: Path) -> None:
    assert faults(tmp_path, WHEEL, SDIST) == []


@pytest.mark.parametrize("name", ["archcalc/notes.txt", "archcalc/__pycache__/a.pyc", "tests/test_readme.py", "x.pth"])
def test_a_stray_file_of_the_wheel(tmp_path: Path, name: str) -> None:
    assert faults(tmp_path, [*WHEEL, name], SDIST) == [f"wheel: does not belong there: {name}"]


def test_a_committed_file_that_is_no_part_of_the_package(tmp_path: Path) -> None:
    committed = {*COMMITTED, "archcalc/notes.txt"}
    sdist = [*SDIST, "archcalc-1/archcalc/notes.txt"]
    assert faults(tmp_path, WHEEL, sdist, committed) == []
    assert faults(tmp_path, [*WHEEL, "archcalc/notes.txt"], sdist, committed) != []


@pytest.mark.parametrize("name", ["archcalc-1/.env", "archcalc-1/.pytest_cache/README.md", "elsewhere/pyproject.toml"])
def test_a_stray_file_of_the_source_distribution(tmp_path: Path, name: str) -> None:
    (found,) = faults(tmp_path, WHEEL, [*SDIST, name])
    assert found == f"source distribution: does not belong there: {name.removeprefix('archcalc-1/')}"


@pytest.mark.parametrize("number", range(len(WHEEL)))
def test_a_missing_file_of_the_wheel(tmp_path: Path, number: int) -> None:
    assert faults(tmp_path, WHEEL[:number] + WHEEL[number + 1 :], SDIST) == [f"wheel: missing {WHEEL[number]}"]


SOUND = {"name": "click", "version": "8.1.0", "vulns": []}
FOUND = {**SOUND, "vulns": [{"id": "PYSEC-1", "fix_versions": ["8.1.1"]}]}
UNKNOWN = {"name": "rich", "skip_reason": "Dependency not found on PyPI and could not be audited: rich (13.0.0)"}
NO_ANSWER = "requests.exceptions.ConnectionError: Failed to resolve 'api.osv.dev'"


@pytest.mark.parametrize(
    "said, ends, printed",
    [
        ([SOUND, {**SOUND, "name": "rich"}], None, "pypi: no advisory for any of them"),
        ([FOUND, {**SOUND, "name": "rich"}], "click 8.1.0: PYSEC-1, mended in ['8.1.1']", ""),
        ([FOUND, UNKNOWN], "click 8.1.0: PYSEC-1, mended in ['8.1.1']", ""),
        ([SOUND, UNKNOWN], None, "no service of advisories is reachable: skipped"),
        ([SOUND], None, "no service of advisories is reachable: skipped"),
        (NO_ANSWER, None, "no service of advisories is reachable: skipped"),
        ("KeyError: 'vulns'", "pip-audit ended with status 1:\nKeyError: 'vulns'", ""),
    ],
)
def test_a_finding_an_answer_and_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, said: Any, ends: str | None, printed: str
) -> None:
    """pip-audit is a stand-in, which says what the real one says: JSON, or what it fails of."""
    stand_in = tmp_path / "pip-audit"
    code = f"sys.exit({said!r})" if isinstance(said, str) else f"print({json.dumps({'dependencies': said})!r})"
    stand_in.write_text(f"#!{sys.executable}\nimport sys\n{code}\n", encoding="utf-8")
    stand_in.chmod(0o755)
    monkeypatch.setitem(AUDIT["main"].__globals__, "installed", lambda python: ["click==8.1.0", "rich==13.0.0"])
    if ends is None:
        AUDIT["main"](str(stand_in), sys.executable)
        assert capsys.readouterr().out.splitlines()[-1] == printed
    else:
        with pytest.raises(SystemExit) as ended:
            AUDIT["main"](str(stand_in), sys.executable)
        assert str(ended.value).strip() == ends
