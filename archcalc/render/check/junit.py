"""A JUnit report for Jenkins (junit-10.xsd) and GitLab: a suite for each network, a case for each limit."""

from __future__ import annotations

from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from archcalc.budget.loosening import Loosening
from archcalc.budget.outcome import Outcome
from archcalc.budget.result import Result
from archcalc.errors import Diagnostic
from archcalc.render.check.words import explained, left_out, limit, written_at
from archcalc.render.style import Style
from archcalc.render.text import plain


def write(outcome: Outcome, out: TextIO, style: Style) -> None:
    """Write the report. An error in a spec or a budget is a case that ended in error, a note one that says so."""
    suites: dict[str, list[Result]] = {}
    for result in outcome.results:
        suites.setdefault(f"{result.spec_file}:{result.variant}" if result.variant else result.spec_file, []).append(
            result
        )
    errors, notes, loosened = len(outcome.errors), len(outcome.notes), len(outcome.loosened)
    forbidden = loosened if outcome.holds_base else 0
    failures = sum(result.failed for result in outcome.results) + forbidden
    total = len(outcome.results) + errors + notes + loosened
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(f'<testsuites name="archcalc check" tests="{total}" failures="{failures}" errors="{errors}">\n')
    for name, results in suites.items():
        failed, skipped = sum(one.failed for one in results), sum(is_skipped(one) for one in results)
        counted = f'tests="{len(results)}" failures="{failed}" errors="0" skipped="{skipped}"'
        out.write(f"  <testsuite name={attribute(name)} {counted}>\n")
        out.writelines(case(name, result) for result in results)
        out.write("  </testsuite>\n")
    if errors or notes or loosened or outcome.left_out:
        counted = f'tests="{errors + notes + loosened}" failures="{forbidden}" errors="{errors}" skipped="0"'
        out.write(f'  <testsuite name="archcalc" {counted}>\n')
        out.writelines(told("error", number, one) for number, one in enumerate(outcome.errors, 1))
        out.writelines(told("note", number, one) for number, one in enumerate(outcome.notes, 1))
        out.writelines(loosening(number, one, bool(forbidden)) for number, one in enumerate(outcome.loosened, 1))
        if outcome.left_out:
            out.write(f"    <system-out>{text(left_out(outcome))}</system-out>\n")
        out.write("  </testsuite>\n")
    out.write("</testsuites>\n")


def told(word: str, number: int, diagnostic: Diagnostic) -> str:
    """A case for an error, which it ended in, or for a note, which it printed."""
    span = diagnostic.span
    at = f"{span.source.name}:{span.line + 1}:{span.start + 1}" if span else ""
    said = text("\n".join(part for part in (at, diagnostic.message, diagnostic.label, diagnostic.help) if part))
    inside = f"<system-out>note: {said}</system-out>"
    if word == "error":
        inside = f"<error message={attribute(diagnostic.message)}>{said}</error>"
    return f'    <testcase name="{word} {number}" classname={attribute(at or "archcalc")}>{inside}</testcase>\n'


def loosening(number: int, one: Loosening, is_failure: bool) -> str:
    """A case that failed if nothing may be loosened, else one that says so."""
    inside = f"<system-out>loosened: {text(str(one))}</system-out>"
    if is_failure:
        inside = f'<failure message={attribute(str(one))} type="loosened">{text(str(one))}</failure>'
    return f'    <testcase name="loosened {number}" classname={attribute(one.name or "archcalc")}>{inside}</testcase>\n'


def is_skipped(result: Result) -> bool:
    return result.level == "off" or bool(result.note)


def case(suite: str, result: Result) -> str:
    name = f"{result.what} {limit(result)}{f' ({result.apart})' if result.apart else ''}"
    inside = ""
    said = f"{explained(result)}\nthe limit is written at {written_at(result)}"
    if is_skipped(result):
        inside = f"<skipped message={attribute(result.note or 'level: off')}/>"
    elif result.failed:
        inside = f"<failure message={attribute(str(result))} type={attribute(result.bound)}>{text(said)}</failure>"
    elif not result.ok:
        inside = f"<system-out>{text(f'warning: {said}')}</system-out>"
    return f"    <testcase name={attribute(name)} classname={attribute(suite)}>{inside}</testcase>\n"


def attribute(value: str) -> str:
    return quoteattr(plain(value))


def text(value: str) -> str:
    """Text of an element, which may have lines."""
    return escape("\n".join(map(plain, value.split("\n"))))
