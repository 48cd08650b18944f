"""README's commands print what README says, and its files are the ones they read.

A ``console`` fence holds commands (``$ ...``) and their output. A fence below ``<!-- file: NAME -->`` is that file.
``python -m tests.regenerate readme`` rewrites the outputs; look at what changed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
FENCE = re.compile(r"```console\n(.*?)```", re.DOTALL)
FILE = re.compile(r"<!-- file: (\S+) -->\n```\w*\n(.*?)```", re.DOTALL)


def commands(fence: str) -> list[tuple[str, str]]:
    """(command, output) of a console fence."""
    parts = re.split(r"^\$ (.*)\n", fence, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def prepare(folder: Path, text: str) -> dict[str, str]:
    """A working directory with README's files and the specs; an environment in which ``archcalc`` is this checkout."""
    for name, content in FILE.findall(text):
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "specs").symlink_to(ROOT / "specs")
    tools = folder / ".tools"
    tools.mkdir()
    for name, command in (("archcalc", f'"{sys.executable}" -m archcalc'), ("python", f'"{sys.executable}"')):
        (tools / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        (tools / name).chmod(0o755)
    return {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}


def run(command: str, folder: Path, environment: dict[str, str]) -> str:
    pipe, both = subprocess.PIPE, subprocess.STDOUT
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, stdout=pipe, stderr=both, text=True)
    return done.stdout


TEXT = README.read_text(encoding="utf-8")


@pytest.mark.parametrize("fence", FENCE.findall(TEXT), ids=lambda fence: fence.split("\n")[0])
def test_commands_print_what_readme_says(fence: str, tmp_path: Path) -> None:
    environment = prepare(tmp_path, TEXT)
    for command, output in commands(fence):
        printed = run(command, tmp_path, environment)
        assert printed == output, f"'{command}' prints something else: python -m tests.regenerate readme"


def rewrite() -> None:
    import tempfile

    text = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        environment = prepare(Path(folder), text)

        def printed(match: re.Match[str]) -> str:
            parts = [f"$ {command}\n{run(command, Path(folder), environment)}" for command, _ in commands(match[1])]
            return f"```console\n{''.join(parts)}```"

        README.write_text(FENCE.sub(printed, text), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
