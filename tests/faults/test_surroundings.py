"""No home, no terminal type, no working directory, an installation that cannot be written, a stricter Python."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from process import ARCHCALC, PARAMS, ROOT, archcalc, as_anybody, environment, told

COMMANDS = [["show", "net.yaml"], ["explain", "net.yaml"], ["check", "net.yaml", "--max", "params=1M"], ["specs"]]
COMMANDS += [["diff", "net.yaml", "resnet18"], ["layers"], ["help", "spec"]]
VARIABLES: list[dict[str, str | None]] = [
    {"HOME": None, "USER": None, "LOGNAME": None},
    {"HOME": "/nonexistent"},
    {"TERM": None},
    {"TERM": "dumb"},
    {"TERM": "no such terminal"},
    {"COLUMNS": "0"},
    {"COLUMNS": "-3"},
    {"COLUMNS": "9" * 5000},
    {"COLUMNS": "²"},
    {"COLUMNS": "999999999"},
    {"PATH": ""},
    {"TMPDIR": "/nonexistent"},
    {"PYTHONWARNINGS": "error"},
    {"PYTHONOPTIMIZE": "2"},
    {"PYTHONDONTWRITEBYTECODE": "1"},
    {"PYTHONPYCACHEPREFIX": "/dev/null/x"},
    {"PYTHONHASHSEED": "1"},
    {"PYTHONUNBUFFERED": "1"},
]


@pytest.mark.sampled(9)
@pytest.mark.parametrize("variables", VARIABLES, ids=lambda found: ",".join(f"{n}={v}"[:30] for n, v in found.items()))
def test_an_environment_that_lacks_or_asks_for_something(folder: Path, variables: dict[str, str | None]) -> None:
    done = archcalc("show", "net.yaml", "--color", env=environment(**variables))
    assert (done.returncode, done.stderr) == (0, "")
    plain = re.sub(r"\x1b\[[\d;]*m| {2,}", " ", done.stdout)
    assert "conv1 conv 3x8x8 3x3x3 8x8x8 1x1 224 13,824" in " ".join(plain.split())


@pytest.mark.sampled(7)
@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_a_python_that_takes_every_warning_for_an_error(folder: Path, arguments: list[str]) -> None:
    done = archcalc(*arguments, env=environment(PYTHONWARNINGS="error", PYTHONOPTIMIZE="1"))
    assert (done.returncode, done.stderr) == (0, "")


GONE = [  # without a working directory: arguments, status, what is told
    (["show", "resnet18"], 0, ""),
    (["show", "{}/net.yaml"], 0, ""),
    (["show", "{}/net.yaml", "-o", "{}/out"], 0, ""),
    (["specs"], 0, ""),
    (["show", "net.yaml"], 2, "no file 'net.yaml'"),
    (["show", "resnet18", "-o", "out"], 2, "cannot write 'out': No such file or directory"),
    (["check"], 2, "the working directory is gone"),
    (["diff", "HEAD:net.yaml", "resnet18"], 2, "the working directory is gone"),
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("arguments, status, message", GONE)
def test_a_working_directory_that_is_gone(folder: Path, arguments: list[str], status: int, message: str) -> None:
    (folder / "gone").mkdir()
    given = [argument.format(folder) for argument in arguments]
    command = ["bash", "-c", 'cd gone; rmdir ../gone; exec "$@"', "bash", *ARCHCALC, *given]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    told(done, message, status)
    assert sorted(os.listdir()) == (["net.yaml", "out"] if "{}/out" in arguments else ["net.yaml"])


def test_an_installation_that_cannot_be_written(folder: Path) -> None:
    """No __pycache__ and none to be made: it works as ever, and leaves nothing there."""
    library = folder / "library"
    for part in ("archcalc", "specs"):
        shutil.copytree(ROOT / part, library / part, ignore=shutil.ignore_patterns("__pycache__"))
    places = [library, *(path for path in library.rglob("*") if path.is_dir())]
    for place in places:
        place.chmod(0o555)
    try:
        env = environment(PYTHONPATH=str(library), PYTHONDONTWRITEBYTECODE=None, PYTHONPYCACHEPREFIX=None)
        done = archcalc("show", "net.yaml", "--format", "json", env=env, before=as_anybody)
    finally:
        for place in places:
            place.chmod(0o755)
    assert json.loads(done.stdout)["totals"]["params"] == PARAMS
    assert done.stderr == ""
    assert list(library.rglob("__pycache__")) == []


def test_a_step_summary_that_cannot_be_written(folder: Path) -> None:
    arguments = ["check", "net.yaml", "--max", "params=1", "--format", "github"]
    for path, reason in ((".", "Is a directory"), ("no/where", "No such file or directory"), ("/dev/full", "No space")):
        done = archcalc(*arguments, env=environment(GITHUB_STEP_SUMMARY=path))
        told(done, f"cannot write '{path}': {reason}")
        assert done.stdout.startswith("::error file=net.yaml")


def test_python_is_asked_for_in_isolation(folder: Path) -> None:
    """-I: neither the environment nor the working directory, in which a stranger's yaml.py may lie."""
    for name in ("yaml.py", "click.py", "json.py"):
        (folder / name).write_text("raise SystemExit('a stranger is at work')\n", encoding="utf-8")
    code = f"import sys; sys.path.append({str(ROOT)!r}); from archcalc.__main__ import main; main()"
    command = [sys.executable, "-I", "-c", code, "show", "net.yaml", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert json.loads(done.stdout)["totals"]["params"] == PARAMS
