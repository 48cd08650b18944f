"""A git repository in a temporary directory, for the tests that read commits."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from fuzz.identity import IDENTITY

NET = """\
name: net
input: [3, 8, 8]
layers:
  - conv: {{out: {width}, kernel: 3}}
"""


def params(width: int) -> int:
    """The parameters of ``net(width)``, by hand: 3x3 kernels on 3 channels, and biases."""
    return width * 3 * 3 * 3 + width


def net(width: int) -> str:
    return NET.format(width=width)


class Repository:
    """Commands run in ``root``."""

    def __init__(self, root: Path, create: bool = True) -> None:
        self.root = root
        if create:
            root.mkdir(parents=True, exist_ok=True)
            self.git("init", "-q", "-b", "main", ".")

    def git(self, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env={**os.environ, **IDENTITY, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (arguments, done.stderr)
        return done.stdout

    def put(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def commit(self, message: str = "change") -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", message)
