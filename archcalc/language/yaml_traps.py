"""What YAML reads otherwise than it was meant: the errors that the reader and the syntax share."""

from __future__ import annotations

import re

from archcalc.errors import Diagnostic, Span

SHOWN = 80  # characters of the text that a message repeats
KEY_WITHOUT_SPACE = r"([A-Za-z_]\w*):([^\s:/].*)"
PROSE = ("source", "description")  # may begin with arXiv:1512.03385

VALUE_ENDS = "YAML ends a value at `,` `[` `]` `{` `}` inside {...} and [...]"
ESCAPE, ESCAPE_HELP = "an escape in this text is not a character", "in single quotes a backslash is a backslash"
NESTING_LIMIT = 200
NESTED = f"nested more than {NESTING_LIMIT} levels deep"
TAG_HELP = "`!` begins a YAML tag: quote a text that begins with it"


def short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def missing_space(span: Span, found: re.Match[str]) -> Diagnostic:
    message = f"a space after the colon is missing in '{short(found[0].rstrip())}'"
    return Diagnostic(message, span, help=f"write `{found[1]}: {short(found[2].strip())}`")


def parentheses(text: str) -> tuple[int, int]:
    """How many parentheses a text leaves open, and the lowest depth on the way."""
    depth = lowest = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        lowest = min(lowest, depth)
    return depth, lowest


def expression_end(line: str, start: int) -> int | None:
    """Where an expression inside brackets was meant to end, or None if that is not in this line."""
    depth = 0
    for column in range(start, len(line)):
        character = line[column]
        if character in "([{":
            depth += 1
        elif depth and character in ")]}":
            depth -= 1
        elif not depth and character in ",]}":
            return start + len(line[start:column].rstrip())
    return None


def cut_short(span: Span, label: str = "") -> Diagnostic:
    """The error of a plain scalar that is only the first piece of an expression."""
    line = span.source.line(span.line)
    stop = expression_end(line, span.start)
    if stop is None:
        return Diagnostic(VALUE_ENDS, span, label=label, help="quote the expression")
    place = span.inside(0, stop - span.start)
    expression = line[span.start : stop]
    if len(expression) > SHOWN:
        return Diagnostic(VALUE_ENDS, place, label=label, help="quote the expression")
    quoted = f"'{expression}'" if '"' in expression else f'"{expression}"'
    return Diagnostic(VALUE_ENDS, place, label=label, help=f"quote the expression: {quoted}")
