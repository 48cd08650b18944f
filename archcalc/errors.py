"""What can be wrong with a spec, as plain data: message, place, label, help. Drawing it is the renderers' work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from functools import lru_cache
from itertools import islice
from typing import Any

LINE_BREAK = "\r\n|[\n\r\x85\u2028\u2029]"
"""Where YAML ends a line, and so where lines are counted in any text: str.splitlines also splits at form feeds."""
LONGEST_MESSAGE = 10_000
"""Most characters of a message: it may repeat what somebody wrote, of any length."""
LONGEST_WORD = 100
"""A longer word was not mistyped."""
LIKENESS = 0.6
"""How like a mistyped word a known one must be: twice what they share, beside the characters of both."""
MOST_WORDS, MOST_COMPARED = 2_000, 20_000
"""How many known words a mistyped one is compared with, and how many characters of it with theirs, in pairs: a file
may have thousands of words, and two hundred errors."""


COMMAND_LINE: ContextVar[bool] = ContextVar("COMMAND_LINE", default=False)
"""Whether errors are for somebody who wrote a command and not Python."""


def option(name: str, value: str = "") -> str:
    """An option as whoever asks writes it: ``--max-work N`` in a command, ``max_work=N`` in Python."""
    if COMMAND_LINE.get():
        return f"--{name} {value}" if value else f"--{name}"
    argument = "settings" if name == "set" else name.replace("-", "_")
    return f"{argument}={value}" if value else argument


class RuleError(Exception):
    """A rule of a layer does not hold: the fact with its numbers, and the argument that could change it.

    Raised by ``require``; the walk over the network adds the place.
    """

    def __init__(self, message: str, argument: str | None = None, help: str | None = None) -> None:
        super().__init__(message)
        self.argument, self.help = argument, help


class Undecided(Exception):
    """A rule asked Python whether a condition is true that is neither: it needs ``where`` or ``require``."""


class Source:
    """A text and the name that errors show for it. ``about``: the setting whose value it is, such as ``set width``.

    ``shipped``: it comes with archcalc. A file may be named as shipped ones are shown, so no name says that.
    ``file``: that which people know; another than the name if an importer wrote the text. ``origins``: then, by line,
    what of the file it came from.
    """

    __slots__ = ("name", "text", "about", "shipped", "file", "origins", "_lines", "_starts")

    def __init__(
        self,
        name: str,
        text: str,
        about: str | None = None,
        shipped: bool = False,
        file: str | None = None,
        origins: Sequence[str | None] = (),
    ) -> None:
        self.name, self.text, self.about, self.shipped = name, text, about, shipped
        self.file, self.origins = file or name, origins
        self._lines: list[str] | None = None
        self._starts: list[int] | None = None

    @property
    def lines(self) -> list[str]:
        """The text without its byte order mark, line by line."""
        if self._lines is None:
            self._lines = re.split(LINE_BREAK, self.text.removeprefix("\ufeff"))
        return self._lines

    @property
    def starts(self) -> list[int]:
        """By line, the index in the text at which it begins."""
        if self._starts is None:
            self._starts = [0, *(found.end() for found in re.finditer(LINE_BREAK, self.text))]
        return self._starts

    def line(self, number: int) -> str:
        """The text of a line, counted from zero; empty past the end."""
        return self.lines[number] if number < len(self.lines) else ""

    def span(self, start: int, stop: int) -> Span:
        """A piece of the text, by its indexes."""
        from bisect import bisect_right

        line = max(bisect_right(self.starts, start) - 1, 0)
        return Span(self, line, start - self.starts[line], stop - self.starts[line])


class Span:
    """A piece of one line of a source: line and columns counted from zero, ``stop`` exclusive."""

    __slots__ = ("source", "line", "start", "stop")

    def __init__(self, source: Source, line: int, start: int, stop: int) -> None:
        self.source, self.line, self.start, self.stop = source, line, start, stop

    @property
    def origin(self) -> str | None:
        """What of a foreign file the line came from: ``net.cfg: section 12 [convolutional], line 88``."""
        origins = self.source.origins
        return origins[self.line] if self.line < len(origins) else None

    def inside(self, start: int, stop: int) -> Span:
        """The part from ``start`` to ``stop``, counted from this span's own beginning."""
        return Span(self.source, self.line, self.start + start, self.start + stop)


class Diagnostic:
    """One error, or one note. ``message`` is a fact, ``label`` stands beside the caret, ``help`` says what to do.

    ``called_from`` lists the block calls that led there, innermost first: (block, span of the call).
    ``about``: the setting that is wrong, if it is one: ``set width``, ``variant wide``, ``input``.
    """

    __slots__ = ("message", "span", "label", "help", "called_from", "about")

    def __init__(
        self,
        message: str,
        span: Span | None = None,
        *,
        label: str = "",
        help: str | None = None,
        called_from: Iterable[tuple[str, Span]] = (),
        about: str | None = None,
    ) -> None:
        self.message, self.span, self.label, self.help = cut(message), span, cut(label), help and cut(help)
        self.called_from = tuple(called_from)
        self.about = about or (span.source.about if span else None)

    def __str__(self) -> str:
        """``net.yaml:4:5: unknown layer 'conv2' (did you mean 'conv'?)``"""
        place = f"{self.span.source.name}:{self.span.line + 1}:{self.span.start + 1}: " if self.span else ""
        notes = "; ".join(note for note in (self.label, self.help, self.span and self.span.origin) if note)
        return f"{place}{self.message} ({notes})" if notes else f"{place}{self.message}"

    def data(self) -> Any:
        """A documents.Error. Lines and columns count from 1, ``end_column`` is past the span, None is unknown."""
        span = self.span
        return {
            "message": self.message,
            "file": span.source.name if span else None,
            "line": span.line + 1 if span else None,
            "column": span.start + 1 if span else None,
            "end_column": max(span.stop, span.start + 1) + 1 if span else None,
            "label": self.label or None,
            "help": self.help,
            "called_from": calls_data(self.called_from),
            **({"origin": span.origin} if span and span.origin else {}),
        }


def calls_data(calls: Iterable[tuple[str, Span]]) -> Any:
    """Block calls: a list of documents.Call."""
    return [{"block": block, "file": span.source.name, "line": span.line + 1} for block, span in calls]


class SpecError(Exception):
    """A spec, or what was asked of it, is wrong: all the diagnostics that one run could find, in the text's order.

    ``file``, ``line`` and ``column`` (counted from 1) are those of the first that has a place, else None.
    """

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics
        span = next((diagnostic.span for diagnostic in diagnostics if diagnostic.span), None)
        self.file = span.source.name if span else None
        self.line = span.line + 1 if span else None
        self.column = span.start + 1 if span else None

    def __reduce__(self) -> tuple[Any, ...]:
        return SpecError, self.diagnostics


def unknown(
    message: str,
    word: str,
    known: Iterable[str],
    span: Span | None = None,
    *,
    meant: str | None = None,
    otherwise: str | None = None,
    about: str | None = None,
) -> Diagnostic:
    """The error of a word that is not among the known ones, with the one that it was probably mistyped for.

    ``meant``: the right word, if there is better evidence than likeness. ``otherwise``: the help if there is none.
    """
    close = meant or nearest(word, known)
    advice = f"did you mean '{close}'?" if close else otherwise
    if close and span:
        return Diagnostic(message, span, label=advice or "", about=about)
    return Diagnostic(message, span, help=advice, about=about)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """``did you mean 'conv'?`` for a mistyped word, or None if no known word is like it."""
    close = nearest(word, known)
    return f"did you mean '{close}'?" if close else None


def cut(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else f"{text[: LONGEST_MESSAGE - 1]}…"


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word most like a mistyped one, or None if none is like it."""
    if not 0 < len(word) <= LONGEST_WORD:
        return None
    return nearest_of(word, tuple(islice(words, MOST_WORDS)))


@lru_cache(maxsize=256)  # an error that is met again and again is told once
def nearest_of(word: str, words: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches  # 3 ms that only an error should cost

    found = get_close_matches(word, likely(word, words), n=1, cutoff=LIKENESS)
    return found[0] if found else None


def likely(word: str, words: Iterable[str]) -> list[str]:
    """The words that share enough characters with a mistyped one to be like it, those that share most first.

    Of many only the first: difflib takes as long as the lengths of two words multiplied.
    """
    counts = [(character, word.count(character)) for character in set(word)]
    found = []
    for other in words:
        length = len(word) + len(other)
        if 2 * min(len(word), len(other)) >= LIKENESS * length:
            shared = 2 * sum([min(count, other.count(character)) for character, count in counts])
            if shared >= LIKENESS * length:
                found.append((shared / length, other))
    found.sort(key=lambda one: -one[0])
    return [other for _, other in found[: 1 + MOST_COMPARED // len(word) ** 2]]
