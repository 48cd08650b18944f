"""Rewrites specs/index.json from the files under specs/: run it after a spec, a variant or a block is added."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parents[2] / "specs"
INDEX = FOLDER / "index.json"


@cache
def shipped() -> dict[str, dict[str, Any]]:
    """Each file under specs/, by its path from there, as YAML reads it."""
    files = sorted(FOLDER.rglob("*.yaml"))
    return {file.relative_to(FOLDER).as_posix(): yaml.safe_load(file.read_text(encoding="utf-8")) for file in files}


def build_index() -> dict[str, dict[str, str]]:
    """The files that hold each spec, variant and shipped block. A file without ``layers`` is one of shipped blocks."""
    index: dict[str, dict[str, str]] = {"specs": {}, "variants": {}, "blocks": {}}
    for file, spec in shipped().items():
        if "layers" in spec:
            add(index["specs"], spec["name"], file)
            for variant in spec.get("variants", {}):
                add(index["variants"], variant, file)
        else:
            for block in spec["blocks"]:
                add(index["blocks"], block, file)
    both = index["specs"].keys() & index["variants"].keys()
    assert not both, f"{sorted(both)}: the name of a spec and of a variant"
    return {kind: dict(sorted(names.items())) for kind, names in index.items()}


def add(names: dict[str, str], name: str, file: str) -> None:
    assert name not in names, f"'{name}' is in {names[name]} and in {file}"
    names[name] = file


def written(index: dict[str, dict[str, str]]) -> str:
    """The text of index.json."""
    return json.dumps(index, indent=2) + "\n"


if __name__ == "__main__":
    INDEX.write_text(written(build_index()), encoding="utf-8")
