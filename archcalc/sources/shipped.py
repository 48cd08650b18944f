"""The specs and blocks that ship with archcalc, found by name in ``specs/index.json`` without reading the others."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any


@cache
def folder() -> str:
    """Where the shipped specs are: inside the installed package, or beside it in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "specs")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "specs")


@cache
def index() -> dict[str, dict[str, str]]:
    """``specs``: name -> file, ``variants``: name -> file, ``blocks``: name -> file."""
    with open(os.path.join(folder(), "index.json"), encoding="utf-8") as file:
        found: dict[str, dict[str, str]] = json.load(file)
    return found


def catalogue() -> Any:
    """Each spec with what it says of itself, its figures and its variants', from ``specs/catalogue.json``."""
    with open(os.path.join(folder(), "catalogue.json"), encoding="utf-8") as file:
        return json.load(file)


def names() -> list[str]:
    """The names of all specs and variants."""
    return [*index()["specs"], *index()["variants"]]


def find(name: str) -> tuple[str | None, str | None]:
    """The file of a spec or variant, and the variant; (None, None) if no shipped spec has that name."""
    if name in index()["specs"]:
        return index()["specs"][name], None
    if name in index()["variants"]:
        return index()["variants"][name], name
    return None, None
