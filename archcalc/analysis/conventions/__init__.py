"""Ways of counting operations, one file a tool: its rules beside its declaration.

"FLOPs" is the most disputed word in this field: tools give different totals for the same network. So every total names
its convention, and the tools' own ways of counting stand beside ours. Their rules are read from their sources, the
releases that PyPI serves in November 2026, and held to what they print for the networks that ship with archcalc.

rule.py        what a convention and a rule are
groups.py      the groups of layer types that conventions tell apart
quantities.py  what several tools count of a layer
networks.py    networks for which tools print another figure than their rules give
own.py         a user's own convention

The other files are the conventions below. Each is loaded when it is named.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from archcalc.errors import Diagnostic, Span, SpecError, did_you_mean

if TYPE_CHECKING:
    from archcalc.analysis.conventions.rule import Convention

CONVENTIONS = ("mac", "document", "flop", "torch", "fvcore", "ptflops", "thop", "torchinfo", "deepspeed")


def find_convention(name: str, span: Span | None = None) -> Convention:
    """The convention of that name; raises SpecError where there is none."""
    if name not in CONVENTIONS:
        label, listed = did_you_mean(name, CONVENTIONS) or "", f"the conventions are {', '.join(CONVENTIONS)}"
        raise SpecError(Diagnostic(f"unknown counting convention '{name}'", span, label=label, help=listed))
    found: Convention = import_module(f"{__name__}.{name}").CONVENTION
    return found
