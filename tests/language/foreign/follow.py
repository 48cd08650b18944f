"""A step in a framework's words, and the spec that somebody gets who does what the errors say, and nothing else."""

from __future__ import annotations

import re
from typing import Any

from archcalc import Spec, api
from archcalc.errors import Diagnostic, SpecError
from archcalc.language.foreign.table import show, step_text

WHOLE = re.compile(r"as (\w+) has it: `(- [^`]+)`")
STEPS = re.compile(r"`(- [^`]+)`")
Arguments = dict[str, Any]


def spec(steps: list[str], inputs: list[list[int]], layout: str, integers: bool) -> str:
    dtype = ", dtype: int64" if integers else ""
    shapes = [f"{{shape: {shape}{dtype}}}" for shape in inputs]
    read = shapes[0] if len(shapes) == 1 else f"{{{', '.join(f'x{place}: {one}' for place, one in enumerate(shapes))}}}"
    return f"name: small\nlayout: {layout}\ninput: {read}\nlayers:\n" + "".join(f"  {step}\n" for step in steps)


def problems_of(text: str) -> tuple[Diagnostic, ...]:
    """What is wrong with a spec."""
    try:
        api.report(Spec.from_text(text))
    except SpecError as error:
        return error.diagnostics
    return ()


def followed(name: str, arguments: Arguments, said: tuple[Diagnostic, ...], framework: str) -> list[str]:
    """The steps that the errors lead to. Raises ValueError with what is said where they lead to none."""
    helps = [diagnostic.help or "" for diagnostic in said]
    for found, text in (pair for help in helps for pair in WHOLE.findall(help)):
        if found == framework:
            return [text]
    if steps := [text for help in helps for text in STEPS.findall(help) if "as " not in help]:
        return steps
    word, kept = name, dict(arguments)
    for diagnostic in said:
        assert diagnostic.span is not None
        span = diagnostic.span
        marked = span.source.line(span.line)[span.start : span.stop]
        written = re.match(r"write '([^']+)'", diagnostic.label)
        if written and diagnostic.message.startswith("unknown layer"):
            word = written[1]
        elif written and marked in kept:
            value, new = kept.pop(marked), written[1]
            kept[new] = None if ":" in new else value
        elif marked in kept and (diagnostic.help or "").startswith("leave it out"):
            del kept[marked]
        elif not (marked == name and diagnostic.help):
            raise ValueError(f"{diagnostic}")
    entries = ", ".join(key if ":" in key else f"{key}: {show(value)}" for key, value in kept.items())
    return [f"- {word}: {{{entries}}}" if entries else f"- {word}"]


def written(name: str, arguments: Arguments) -> str:
    return step_text(name, arguments)
