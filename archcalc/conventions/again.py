"""Conventions for pickle and copy, which take no functions: how each is made anew."""

from __future__ import annotations

import copyreg
from typing import Any

from archcalc.conventions import find_convention
from archcalc.conventions.rule import Convention


def convention_again(convention: Convention) -> tuple[Any, ...]:
    if convention.stated is None:
        return find_convention, (convention.name,)
    from archcalc.conventions.own import own_convention

    return own_convention, (convention.stated, convention.source)


def picklable() -> None:
    """Let pickle and copy take conventions."""
    copyreg.pickle(Convention, convention_again)
