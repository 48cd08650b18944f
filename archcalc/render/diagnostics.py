"""Errors and notes as text, with the source line drawn."""

from __future__ import annotations

from collections.abc import Iterable

from archcalc.errors import Diagnostic, Span
from archcalc.render.style import BOLD, CYAN, RED, paint
from archcalc.render.text import plain, width, wrap

LINE = 100
"""Columns of a source line to show. A longer line is cut around the caret."""
AROUND = 1_000
"""Characters to read before and after an error. A line may have ten million."""
MOST_CALLS = 6
TAB = "    "
CODES = {"error": f"{BOLD};{RED}", "note": f"{BOLD};{CYAN}"}
FRAME = "1;34"


def show(
    diagnostics: Iterable[Diagnostic], color: bool = False, word: str = "error", columns: int | None = None
) -> str:
    """All the errors (notes) with an empty line between them, their sentences wrapped at a terminal's columns.

    Several end with their number. No final line end.
    """
    shown = [draw(diagnostic, color, word, columns) for diagnostic in diagnostics]
    if len(shown) > 1:
        shown.append(paint(f"{len(shown):,} {word}s", BOLD, color))
    return "\n\n".join(shown)


def draw(diagnostic: Diagnostic, color: bool, word: str = "error", columns: int | None = None) -> str:
    """One error (note): message, place, source line, caret with label, block calls, help."""
    span, label = diagnostic.span, plain(diagnostic.label)
    first, *others = wrapped(f"{word}: {plain(diagnostic.message)}", columns, len(word) + 2)
    first = paint(word, CODES[word], color) + paint(first.removeprefix(word), BOLD, color)
    lines = [first, *(paint(line, BOLD, color) for line in others)]
    margin = "  "
    notes = []
    if span is None:
        notes += [label] if label else []
    else:
        number = str(span.line + 1)
        margin = " " * (len(number) + 1)
        text, before, carets = excerpt(span)
        place = f"{plain(span.source.name)}:{number}:{span.start + 1}"
        caret = paint("^" * carets + (f" {label}" if label else ""), CODES[word], color)
        lines += [
            f"{margin}{paint('-->', FRAME, color)} {place}".replace(" ", "", 1),
            paint(f"{margin}|", FRAME, color),
            f"{paint(f'{number} |', FRAME, color)} {text}".rstrip(),
            f"{paint(f'{margin}|', FRAME, color)} {' ' * before}{caret}",
        ]
    notes += [f"from {plain(span.origin)}"] if span and span.origin else []
    notes += calls(diagnostic.called_from)
    notes += [f"help: {plain(diagnostic.help)}"] if diagnostic.help else []
    for note in notes:
        lead = len(margin) + 2
        first, *others = wrapped(note, columns and columns - lead, 6 if note.startswith("help: ") else 2)
        lines += [f"{margin}{paint('=', FRAME, color)} {first}", *(" " * lead + line for line in others)]
    return "\n".join(lines)


def wrapped(text: str, columns: int | None, hang: int) -> list[str]:
    """The text on lines of a terminal; those after the first hang."""
    return [text] if columns is None else wrap(text.split(" "), columns, hang)


def excerpt(span: Span) -> tuple[str, int, int]:
    """The source line as shown, the columns before the caret, and the number of carets.

    A line too long is cut so that the span's beginning stays in sight.
    """
    line = span.source.line(span.line)
    first = max(span.start - AROUND, 0)
    shown = [TAB if character == "\t" else plain(character) for character in line[first : span.start + AROUND]]
    caret = span.start - first
    shown += [" "] * (caret + 1 - len(shown))  # an error may lie past the line's end
    widths = list(map(width, shown))
    start, stop = 0, len(shown)
    if sum(widths) > LINE:
        start = min(caret, first_shown(widths, caret))
        stop = start
        taken = 0
        while stop < len(shown) and taken + widths[stop] <= LINE:
            taken += widths[stop]
            stop += 1
    lead = "..." if start or first else ""
    text = lead + "".join(shown[start:stop]) + ("..." if first + stop < len(line) else "")
    carets = sum(widths[caret : min(max(span.stop - first, caret + 1), stop)])
    return text, len(lead) + sum(widths[start:caret]), max(carets, 1)


def first_shown(widths: list[int], caret: int) -> int:
    """Where to begin a cut line: the caret shall stand within its first two thirds."""
    start, room = caret, LINE * 2 // 3
    while start and room >= widths[start - 1]:
        start -= 1
        room -= widths[start]
    return start


def calls(called_from: tuple[tuple[str, Span], ...]) -> list[str]:
    """The block calls that led to an error, innermost first. A long chain loses its middle."""
    shown = [
        f"in block '{plain(block)}', called at {plain(span.source.name)}:{span.line + 1}" for block, span in called_from
    ]
    left_out = len(shown) - MOST_CALLS
    if left_out > 1:
        half = MOST_CALLS // 2
        shown[half:-half] = [f"... {left_out:,} calls more ..."]
    return shown
