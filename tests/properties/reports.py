"""Reports of specs and of texts, and what of a report does not hang on where things are written."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

from archcalc.api import report
from archcalc.errors import Source
from archcalc.sources import shipped
from archcalc.sources.source import Located, locate

LARGEST = "resnet1202"
"""A network of thousands of layers: the slow tests alone read it."""

LARGE = (
    "densenet deepseek efficientdet efficientnet_v2 gemma3 hrnet jamba mamba maxvit mobilebert qwen3-moe randwire"
    " resnet1202 rwkv sam stable-diffusion-unet"
).split()
"""Networks of 400 layers and more: what is asked of every spec is asked of them among the slow tests."""

SPECS = [name for name in shipped.index()["specs"] if name != LARGEST]


def paced(names: Iterable[str]) -> list[Any]:
    return [pytest.param(name, marks=pytest.mark.slow if name in LARGE else ()) for name in names]


ALL_SPECS = paced(shipped.index()["specs"])
LAST_VARIANTS = {file: variant for variant, file in shipped.index()["variants"].items()}
VARIANTS = [
    pytest.param(variant, marks=() if variant in LAST_VARIANTS.values() else pytest.mark.slow)
    for variant in shipped.index()["variants"]
]


def shipped_report(name: str, count: str = "flop") -> dict[str, Any]:
    """The report of a shipped spec or variant; by default every elementary operation counts."""
    return report(name, count=count)


def text_of(name: str) -> str:
    """The YAML of a shipped spec."""
    return locate(name).source.text


def report_of(text: str, path: str | os.PathLike[str] | None = None, **asked: Any) -> dict[str, Any]:
    """The report of a text that stands at ``path``, or in no file."""
    found = Located(Source("net.yaml", text), None if path is None else os.fspath(path))
    return report(found, **{"count": "flop", **asked})


def without_places(found: dict[str, Any], *more: str) -> dict[str, Any]:
    """A whole report but for where its layers and notes are written, and ``more`` of its own keys."""
    layers = [told(row, "file", "line") for row in found["layers"]]
    notes = [note["message"] for note in found.get("notes", ())]
    return {**told(found, "file", *more), "layers": layers, "notes": notes}


def told(data: dict[str, Any], *but: str) -> dict[str, Any]:
    """What JSON has of it, but for some keys."""
    return {key: value for key, value in data.items() if key not in but and key[0] != "_"}
