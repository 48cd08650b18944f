"""A bar for long work: on standard error, where that is a terminal, and nowhere else."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path
from typing import Any

import pytest
from process import ARCHCALC, environment, read_terminal

# Two seconds of work at least, however fast the machine: a delay of none would do, but a user has the real one.
LONG = """\
name: long
input: [8, 8, 8]
layers:
  - {conv: {out: 8, kernel: 3, padding: 1}, repeat: 1000000}
"""
SHOW = ["show", "long.yaml", "--max-work", "100000000"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "long.yaml").write_text(LONG, encoding="utf-8")
    return tmp_path


def told_on_a_terminal(arguments: list[str], **streams: Any) -> tuple[int, str]:
    """The exit status, and what a terminal was given as standard error."""
    ours, its = pty.openpty()
    env = environment(TERM="xterm-256color")
    with subprocess.Popen([*ARCHCALC, *arguments], stdin=its, stderr=its, env=env, **streams) as process:
        os.close(its)
        written = read_terminal(ours)
        return process.wait(), written.decode()


@pytest.mark.slow
def test_a_terminal_sees_a_bar_that_goes_away(folder: Path) -> None:
    status, told = told_on_a_terminal([*SHOW, "--format", "json", "-o", "long.json"], stdout=subprocess.DEVNULL)
    assert status == 0
    assert "archcalc show" in told
    assert "━" in told
    assert told.endswith("\x1b[2K")  # its line is cleared
    with open(folder / "long.json", encoding="utf-8") as file:
        assert json.load(file)["totals"]["layers"] == 1_000_000


@pytest.mark.usefixtures("folder")
def test_no_bar_where_the_table_goes_to_the_terminal_at_once_or_work_is_short() -> None:
    assert told_on_a_terminal(["show", "exam-table"], stdout=subprocess.DEVNULL) == (0, "")


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_no_bar_without_a_terminal() -> None:
    env = environment(TERM="xterm-256color")
    done = subprocess.run([*ARCHCALC, *SHOW], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
