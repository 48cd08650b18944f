"""Ways of counting operations, one file a tool: its rules beside its declaration.

"FLOPs" is the most disputed word in this field: tools give different totals for the same network. So every total names
its convention, and the tools' own ways of counting stand beside ours. Their rules are read from their sources, the
newest releases of November 2026, and held to what they print for single layers and for the networks that ship.

rule.py        what a convention and a rule are
groups.py      the groups of layer types that conventions tell apart
quantities.py  what several tools count of a layer
einsum.py      what they count of an einsum
networks.py    networks for which tools print another figure than their rules give
own.py         a user's own convention

The other files are the conventions below. Each is loaded when it is named.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from archcalc.errors import Diagnostic, Span, SpecError, did_you_mean

if TYPE_CHECKING:
    from archcalc.conventions.rule import Convention

NEWEST = ("mac", "document", "flop", "torch", "fvcore", "ptflops", "thop", "torchinfo", "deepspeed", "calflops")
"""Our own ways and each tool's newest release: what ``--count all`` compares."""

CONVENTIONS = (*NEWEST, "thop@2.1.1")
"""With older releases that count otherwise."""


def find_convention(name: str, span: Span | None = None) -> Convention:
    """The convention of that name, ``thop``, or of a release, ``thop@2.1.1``; raises SpecError where there is none."""
    tool, at, version = name.partition("@")
    if tool in NEWEST:
        module = import_module(f"{__name__}.{tool}")
        newest: Convention = module.CONVENTION
        if not at or (version and version == newest.version):
            return newest
        if name in CONVENTIONS:
            older: Convention = module.OLDER
            return older
    label, listed = did_you_mean(name, CONVENTIONS) or "", f"the conventions are {', '.join(CONVENTIONS)}"
    raise SpecError(Diagnostic(f"unknown counting convention '{name}'", span, label=label, help=listed))
