"""Failing cases as folders, made smaller first."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from .cases import Case

ATTEMPTS = 300


def keep(folder: Path, case: Case, seed: str, said: list[str]) -> None:
    """Write a case: its files, and ``case.json`` with the command and what does not hold."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in case.files.items():
        (folder / name).write_bytes(data)
    (folder / "stdin").write_bytes(case.stdin)
    facts = {"arguments": case.arguments, "files": sorted(case.files), "seed": seed, "broken": said}
    (folder / "case.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def kept(folder: Path) -> Case:
    """The case of a folder."""
    facts = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    files = {name: (folder / name).read_bytes() for name in facts["files"]}
    return Case(files, facts["arguments"], (folder / "stdin").read_bytes())


def smaller(case: Case, fails: Callable[[Case], bool]) -> Case:
    """A case that fails too, with arguments left out, then files, then lines."""
    attempts = ATTEMPTS

    def tried(candidate: Case) -> bool:
        nonlocal attempts
        attempts -= 1
        return attempts > 0 and fails(candidate)

    at = 1
    while at < len(case.arguments):
        for count in (2, 1):
            fewer = Case(case.files, case.arguments[:at] + case.arguments[at + count :], case.stdin)
            if tried(fewer):
                case = fewer
                break
        else:
            at += 1
    for name in list(case.files):
        fewer = Case({other: data for other, data in case.files.items() if other != name}, case.arguments, case.stdin)
        if tried(fewer):
            case = fewer
    for name in case.files:
        size = max(case.files[name].count(b"\n") // 2, 1)
        while size:
            lines, at = case.files[name].splitlines(keepends=True), 0
            while at < len(lines):
                fewer_lines = lines[:at] + lines[at + size :]
                candidate = Case({**case.files, name: b"".join(fewer_lines)}, case.arguments, case.stdin)
                if tried(candidate):
                    case, lines = candidate, fewer_lines
                else:
                    at += size
            size //= 2
    return case


def folder_for(directory: str, seed: str) -> Path:
    return Path(directory) / seed.replace(os.sep, "-")
