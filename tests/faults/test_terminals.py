"""Terminals of ten columns, of one and of none: everything is still told, and no number is cut."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest
from process import ARCHCALC, environment, read_terminal

COMMANDS = [  # arguments, exit status, what must be readable once line breaks are taken out
    (["show", "exam-table"], 0, "5,285,808"),
    (["show", "resnet18", "resnet34"], 0, "11,689,512"),
    (["show", "resnet18", "--count", "all"], 0, "1,814,073,344"),
    (["explain", "resnet18"], 0, "118,013,952"),
    (["explain", "resnet18", "stem"], 0, "9,408"),
    (["check", "resnet18", "--max", "params=1"], 1, "11,689,512"),
    (["diff", "resnet18", "resnet34"], 0, "21,797,672"),
    (["layers"], 0, "conv"),
    (["layers", "conv"], 0, "kernel"),
    (["specs", "resnet"], 0, "resnet"),
    (["count"], 0, "mac"),
    (["help", "spec"], 0, "layers"),
    (["show", "--help"], 0, "--format"),
    (["show", "nix.yaml"], 2, "nix.yaml"),
    (["show", "wrong.yaml"], 2, "wrong.yaml"),
    (["shwo"], 2, "show"),
]


def on_terminal(columns: int, arguments: list[str], term: str = "xterm-256color") -> tuple[int, str]:
    """The status of a run on a terminal of so many columns, and everything it wrote there."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = environment(TERM=term, PAGER="cat", COLUMNS=None)
    with subprocess.Popen([*ARCHCALC, *arguments], stdin=its, stdout=its, stderr=its, env=env) as process:
        os.close(its)
        written = read_terminal(ours)
        return process.wait(timeout=60), written.decode("utf-8").replace("\r\n", "\n")


@pytest.mark.sampled(9)
@pytest.mark.parametrize(
    "arguments, status, readable", COMMANDS, ids=lambda value: " ".join(value) if type(value) is list else ""
)
def test_a_narrow_terminal(folder: Path, arguments: list[str], status: int, readable: str) -> None:
    (folder / "wrong.yaml").write_text("name: wrong\ninput: [3, 8, 8]\nlayers: [cnov: 3]\n", encoding="utf-8")
    for columns in (10, 1, 0):
        found, text = on_terminal(columns, arguments)
        assert found == status
        assert "Traceback" not in text
        assert "a defect of archcalc" not in text
        plain = re.sub(r"\x1b\[[\d;]*m", "", text)
        assert readable in plain or readable in re.sub(r"\s|-(?=\n)", "", plain)


def test_a_terminal_without_colours(folder: Path) -> None:
    for term in ("dumb", ""):
        _, text = on_terminal(80, ["show", "exam-table"], term)
        assert ("\x1b" in text) == (term != "dumb")
        assert "5,285,808" in text
