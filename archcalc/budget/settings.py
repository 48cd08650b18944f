"""How limits ask for a spec, in words, and what tells one from another by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

Settings = Mapping[str, Any]
"""Options of a request, by their names."""
WORDS = {"settings": "set", "inputs": "input"}
SIZED_BY = ("settings", "inputs", "batch", "local", "dtype", "bias_dtype", "count")
"""What changes a figure, in the order of ``archcalc help budget``."""


class Named(Protocol):
    """A result, or what is loosened."""

    @property
    def spec_file(self) -> str | None: ...

    settings: Settings
    apart: str

    @property
    def name(self) -> str:
        """With ``apart`` behind it."""


def tell_apart(found: Iterable[Named]) -> None:
    """Say of those of one name in what they differ: the file, and how the spec is asked for."""
    named: dict[str, list[Named]] = {}
    for one in found:
        named.setdefault(one.name, []).append(one)
    for alike in named.values():
        told = {id(one): [said(key, one.settings) for key in SIZED_BY if key in one.settings] for one in alike}
        shared = set.intersection(*(set(texts) for texts in told.values()))
        several_files = len({one.spec_file for one in alike}) > 1
        for one in alike:
            texts = [one.spec_file] if several_files and one.spec_file else []
            one.apart = ", ".join([*texts, *(text for text in told[id(one)] if text not in shared)])


def said(key: str, settings: Settings) -> str:
    """``batch 8``."""
    value: Any = settings.get(key)
    word = WORDS.get(key, key)
    if value is None:
        return f"no {word}"
    if key == "settings":
        return f"{word} {' '.join(f'{name}={text}' for name, text in value.items())}"
    if key == "inputs":
        shapes = [(f"{name}=" if name else "") + "x".join(map(str, shape)) for name, shape in value.items()]
        return f"{word} {' '.join(shapes)}"
    if value is True:
        return word
    return f"{word} {getattr(value, 'name', value)}"
