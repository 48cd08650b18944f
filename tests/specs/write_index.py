"""Writes specs/index.json and specs/catalogue.json from the specs: ``python -m tests.regenerate index``."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from archcalc.api import report

FOLDER = Path(__file__).resolve().parents[2] / "specs"
INDEX = FOLDER / "index.json"
CATALOGUE = FOLDER / "catalogue.json"
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def shipped() -> dict[str, dict[str, Any]]:
    """Each file under specs/, by its path from there, as YAML reads it."""
    files = sorted(FOLDER.rglob("*.yaml"))
    return {file.relative_to(FOLDER).as_posix(): yaml.load(file.read_text(encoding="utf-8"), LOADER) for file in files}


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


def build_catalogue() -> list[dict[str, Any]]:
    """What ``archcalc specs`` lists: each spec with what it says of itself, its figures and its variants'."""
    found = []
    for file, spec in shipped().items():
        if "layers" in spec:
            names = spec.get("variants", {})
            found.append(
                {
                    "name": spec["name"],
                    "field": file.rpartition("/")[0],
                    "description": spec["description"],
                    "source": spec["source"],
                    **figures(spec["name"]),
                    "variants": [{"name": name, **figures(name)} for name in names],
                }
            )
    return sorted(found, key=lambda spec: (spec["field"], spec["name"]))


def figures(name: str) -> dict[str, Any]:
    """Input, parameters and multiply-adds of a shipped spec or variant."""
    found = report(name, count="mac")
    single = "shape" in found["input"]
    inputs = {"input": found["input"]} if single else found["input"]
    shapes = {key: list(value["shape"]) for key, value in inputs.items()}
    return {"inputs": shapes, "params": found["totals"]["params"], "macs": found["totals"]["macs"]}


def add(names: dict[str, str], name: str, file: str) -> None:
    assert name not in names, f"'{name}' is in {names[name]} and in {file}"
    names[name] = file


def written(content: Any) -> str:
    """The text of index.json or catalogue.json."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    INDEX.write_text(written(build_index()), encoding="utf-8")
    CATALOGUE.write_text(written(build_catalogue()), encoding="utf-8")
