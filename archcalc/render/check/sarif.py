"""SARIF 2.1.0 (OASIS): the limits that do not hold, at the line of the spec that costs most or grew most."""

from __future__ import annotations

import os
from typing import TextIO
from urllib.parse import quote

from archcalc.budget.loosening import Loosening
from archcalc.budget.outcome import Outcome
from archcalc.budget.result import Result
from archcalc.errors import Diagnostic
from archcalc.render.check.words import explained, is_urgent, path_from, place_of
from archcalc.render.json import dumps
from archcalc.render.style import Style
from archcalc.version import __version__

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
RULES = {
    "max": "A network uses more than its budget allows.",
    "min": "A network uses less than its budget asks for.",
    "max_increase": "A network grew by more than its budget allows.",
    "loosened": "The base holds more strictly.",
    "note": "What a spec says is right by the letter and probably not meant.",
}


def write(outcome: Outcome, out: TextIO, style: Style) -> None:
    """Write one run. Limits that hold are left out: readers of SARIF show every result as a fault."""
    failing = [result for result in outcome.results if is_urgent(result)]
    used = {f"{result.bound}/{result.metric}": RULES[result.bound] for result in failing}
    used |= {"loosened": RULES["loosened"]} if outcome.loosened else {}
    used |= {"note": RULES["note"]} if outcome.notes else {}
    rules = [{"id": name, "shortDescription": {"text": said}} for name, said in used.items()]
    left_out = {"leftOut": outcome.left_out} if outcome.left_out else {}
    run = {
        "tool": {"driver": {"name": "archcalc", "version": __version__, "rules": rules}},
        **({"properties": left_out} if left_out else {}),
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not outcome.errors,
                "toolConfigurationNotifications": [notification(diagnostic) for diagnostic in outcome.errors],
            }
        ],
        "results": [
            *(found(result, list(used)) for result in failing),
            *(of_loosening(one, list(used).index("loosened"), outcome.holds_base) for one in outcome.loosened),
            *(of_note(note, list(used).index("note")) for note in outcome.notes),
        ],
    }
    out.write(dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n")


def found(result: Result, rules: list[str]) -> dict[str, object]:
    rule = f"{result.bound}/{result.metric}"
    said: dict[str, object] = {
        "ruleId": rule,
        "ruleIndex": rules.index(rule),
        "level": "warning" if result.level == "warn" else "error",
        "message": {"text": explained(result)},
        "partialFingerprints": {"archcalcLimit/v1": "/".join([result.name, rule, result.path or ""])},
    }
    place = place_of(result, None)
    if place is not None:
        said["locations"] = [location(*place)]
    path = path_from(None, result.file)
    if path is not None:
        message = {"text": f"the limit, {result.bound} {result.written}"}
        said["relatedLocations"] = [{**location(path, result.line), "id": 0, "message": message}]
    return said


def of_loosening(one: Loosening, rule: int, is_error: bool) -> dict[str, object]:
    found: dict[str, object] = {
        "ruleId": "loosened",
        "ruleIndex": rule,
        "level": "error" if is_error else "warning",
        "message": {"text": str(one)},
    }
    path = path_from(None, one.at.source.name) if one.at else None
    if one.at is not None and path is not None:
        found["locations"] = [location(path, one.at.line + 1, one.at.start + 1)]
    return found


def of_note(diagnostic: Diagnostic, rule: int) -> dict[str, object]:
    said = "; ".join(part for part in (diagnostic.message, diagnostic.help) if part)
    found: dict[str, object] = {"ruleId": "note", "ruleIndex": rule, "level": "note", "message": {"text": said}}
    return located(found, diagnostic)


def notification(diagnostic: Diagnostic) -> dict[str, object]:
    return located({"level": "error", "message": {"text": diagnostic.message}}, diagnostic)


def located(said: dict[str, object], diagnostic: Diagnostic) -> dict[str, object]:
    """With the place of an error or a note, if it is in a file here."""
    span = diagnostic.span
    path = path_from(None, span.source.name) if span else None
    if span is not None and path is not None:
        said["locations"] = [location(path, span.line + 1, span.start + 1)]
    return said


def location(path: str, line: int, column: int | None = None) -> dict[str, object]:
    region = {"startLine": line} if column is None else {"startLine": line, "startColumn": column}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(os.fsencode(path))}, "region": region}}
