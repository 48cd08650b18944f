"""A JUnit report for Jenkins (junit-10.xsd) and GitLab: a suite for each network, a case for each limit."""

from __future__ import annotations

import re
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from archcalc.budget.result import Outcome, Result
from archcalc.render.check.words import explained, limit, written_at
from archcalc.render.style import Style

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(outcome: Outcome, out: TextIO, style: Style) -> None:
    """Write the report. An error in a spec or a budget is a case that ended in error."""
    suites: dict[str, list[Result]] = {}
    for result in outcome.results:
        suites.setdefault(f"{result.spec_file}:{result.variant}" if result.variant else result.spec_file, []).append(
            result
        )
    failures = sum(result.failed for result in outcome.results)
    total, errors = len(outcome.results) + len(outcome.errors), len(outcome.errors)
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(f'<testsuites name="archcalc check" tests="{total}" failures="{failures}" errors="{errors}">\n')
    for name, results in suites.items():
        failed, skipped = sum(one.failed for one in results), sum(is_skipped(one) for one in results)
        counted = f'tests="{len(results)}" failures="{failed}" errors="0" skipped="{skipped}"'
        out.write(f"  <testsuite name={attribute(name)} {counted}>\n")
        out.writelines(case(name, result) for result in results)
        out.write("  </testsuite>\n")
    if outcome.errors:
        count = len(outcome.errors)
        out.write(f'  <testsuite name="archcalc" tests="{count}" failures="0" errors="{count}" skipped="0">\n')
        for number, diagnostic in enumerate(outcome.errors, 1):
            span = diagnostic.span
            at = f"{span.source.name}:{span.line + 1}:{span.start + 1}" if span else ""
            said = "\n".join(part for part in (at, diagnostic.message, diagnostic.label, diagnostic.help) if part)
            out.write(f'    <testcase name="error {number}" classname={attribute(at or "archcalc")}>')
            out.write(f"<error message={attribute(diagnostic.message)}>{text(said)}</error></testcase>\n")
        out.write("  </testsuite>\n")
    out.write("</testsuites>\n")


def is_skipped(result: Result) -> bool:
    return result.level == "off" or bool(result.note)


def case(suite: str, result: Result) -> str:
    name = f"{result.what} {limit(result)}"
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
    return quoteattr(NOT_XML.sub("\ufffd", value))


def text(value: str) -> str:
    return escape(NOT_XML.sub("\ufffd", value))
