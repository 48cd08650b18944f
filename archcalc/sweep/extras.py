"""What is installed only where it is wanted: a sentence says how."""

from __future__ import annotations

from importlib.util import find_spec

from archcalc.errors import Diagnostic, SpecError


def need(module: str, what: str, extra: str) -> None:
    """Raise SpecError if a module is not there that something needs; ``extra`` of archcalc installs it."""
    if find_spec(module) is None:
        raise SpecError(Diagnostic(f"{what} needs {module}", help=f"pip install 'archcalc[{extra}]'"))
