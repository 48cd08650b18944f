"""GitHub's workflow commands: an annotation at the line of a spec that costs most or grew most.

Their grammar (actions/toolkit, packages/core/src/command.ts): ``::error file=F,line=N,title=T::MESSAGE``, with ``%``,
CR and LF escaped everywhere, ``:`` and ``,`` in properties too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

from archcalc.budget.loosening import Loosening
from archcalc.budget.outcome import Outcome
from archcalc.errors import Diagnostic
from archcalc.render.check.words import by_weight, counts, explained, is_urgent, left_out, loosened, path_from, place_of
from archcalc.render.style import Style
from archcalc.render.text import plain


def write(outcome: Outcome, out: TextIO, style: Style) -> None:
    """Write an annotation for every limit that does not hold, error, loosening and note, then how many hold."""
    root = os.environ.get("GITHUB_WORKSPACE")
    out.writelines(told("error", one, root) for one in outcome.errors)
    for result in filter(is_urgent, by_weight(outcome.results)):
        found = place_of(result, root)
        where = {"file": found[0], "line": found[1]} if found else {}
        title = f"{result.name}: {result.what} {'under' if result.bound == 'min' else 'over'} budget"
        level = "warning" if result.level == "warn" else "error"
        out.write(annotation(level, {**where, "title": title}, explained(result)))
    level = "error" if outcome.holds_base else "warning"
    out.writelines(loosening(said, one, level, root) for said, one in loosened(outcome).items())
    out.writelines(told("notice", one, root) for one in outcome.notes)
    if outcome.left_out:
        out.write(f"::debug::{in_message(left_out(outcome))}\n")  # nobody's fault: the summary has it too
    if outcome.results:
        out.write(f"{counts(outcome.results)}\n")


def told(level: str, diagnostic: Diagnostic, root: str | None) -> str:
    """The annotation of an error or a note."""
    span = diagnostic.span
    path = path_from(root, span.source.name) if span else None
    place = {"file": path, "line": span.line + 1, "col": span.start + 1} if span and path else {}
    text = "\n".join(part for part in (diagnostic.message, diagnostic.label, diagnostic.help) if part)
    return annotation(level, {**place, "title": "archcalc"}, text)


def loosening(said: str, one: Loosening, level: str, root: str | None) -> str:
    path = path_from(root, one.at.source.name) if one.at else None
    place = {"file": path, "line": one.at.line + 1} if one.at and path else {}
    return annotation(level, {**place, "title": "a limit is loosened"}, said)


def annotation(level: str, properties: Mapping[str, object], message: str) -> str:
    words = ",".join(f"{name}={in_property(str(value))}" for name, value in properties.items())
    return f"::{level} {words}::{in_message(message)}\n"


def in_message(text: str) -> str:
    return plain(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def in_property(text: str) -> str:
    return in_message(text).replace(":", "%3A").replace(",", "%2C")
