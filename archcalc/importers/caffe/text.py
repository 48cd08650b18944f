"""Protobuf's text format, without a schema: fields that may come several times, each a word, a number, a text or a
message."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archcalc.errors import Diagnostic, Span, SpecError
from archcalc.meter import charge
from archcalc.sources.file import File

DEEPEST = 50
"""Messages in one another; Caffe's have five."""
TOKEN = 5
"""Units of work that a word takes."""
TOKENS = re.compile(
    r"""\s+ | \#[^\n]* | (?P<text>"[^"\\\n]*(?:\\.[^"\\\n]*)*" | '[^'\\\n]*(?:\\.[^'\\\n]*)*')
    | (?P<word>[-+]?[\w.]+(?:[-+][\d]+)?) | (?P<sign>[{}<>:;,\[\]]) | (?P<wrong>.)""",
    re.VERBOSE,
)
PAIRS = {"{": "}", "<": ">"}


class Word:
    """A value as it is written, without its quotes."""

    __slots__ = ("text", "span", "is_text")

    def __init__(self, text: str, span: Span, is_text: bool) -> None:
        self.text, self.span, self.is_text = text, span, is_text

    def as_text(self, text: str) -> Word:
        """Another text at the same place."""
        return Word(text, self.span, True)


class Message:
    """The fields of a message, in order. ``span``: its name, where it begins."""

    __slots__ = ("span", "fields")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.fields: dict[str, list[Word | Message]] = {}

    def words(self, name: str) -> list[Word]:
        return [value for value in self.fields.get(name, ()) if isinstance(value, Word)]

    def messages(self, *names: str) -> list[Message]:
        return [value for name in names for value in self.fields.get(name, ()) if isinstance(value, Message)]

    def message(self, *names: str) -> Message:
        """The last of these names, as protobuf merges them; an empty one if there is none."""
        found = self.messages(*names)
        if len(found) < 2:
            return found[0] if found else Message(self.span)
        merged = Message(found[0].span)
        for one in found:
            for name, values in one.fields.items():
                merged.fields.setdefault(name, []).extend(values)
        return merged

    def texts(self, name: str) -> list[str]:
        return [word.text for word in self.words(name)]

    def text(self, name: str, default: str = "") -> str:
        return (self.texts(name) or [default])[-1]

    def flag(self, name: str, default: bool) -> bool:
        word = self.text(name)
        if word not in ("", "true", "True", "t", "1", "false", "False", "f", "0"):
            raise SpecError(Diagnostic(f"{name} is true or false, not '{word}'", self.words(name)[-1].span))
        return word in ("true", "True", "t", "1") if word else default

    def numbers(self, name: str) -> list[int]:
        """Whole numbers. Raises SpecError."""
        return [whole(name, word) for word in self.words(name)]

    def number(self, name: str, default: int) -> int:
        return (self.numbers(name) or [default])[-1]

    def real(self, name: str, default: float) -> float:
        words = self.words(name)
        try:
            return float(words[-1].text) if words else default
        except ValueError:
            raise SpecError(Diagnostic(f"{name} is a number, not '{words[-1].text}'", words[-1].span)) from None


def whole(name: str, word: Word) -> int:
    if re.fullmatch(r"[-+]?\d{1,15}", word.text) is None or word.is_text:
        raise SpecError(Diagnostic(f"{name} is a whole number, not '{word.text}'", word.span))
    return int(word.text)


class Token:
    __slots__ = ("kind", "text", "span")

    def __init__(self, kind: str, text: str, span: Span) -> None:
        self.kind, self.text, self.span = kind, text, span


def tokens(file: File) -> Iterator[Token]:
    """Words, texts and signs with their places. Raises SpecError for a character that is none."""
    for found in TOKENS.finditer(file.source.text):
        kind = found.lastgroup
        if kind is not None:
            span = file.source.span(*found.span())
            charge(TOKEN, span)
            if kind == "wrong":
                raise SpecError(Diagnostic(f"a field's name is expected, not '{found[0]}'", span))
            yield Token(kind, found[0], span)


def parse(file: File) -> Message:
    """The whole file as a message. Raises SpecError where it is not in the text format."""
    root = Message(Span(file.source, 0, 0, 1))
    stack: list[tuple[Message, str, Token | None]] = [(root, "", None)]
    field: Token | None = None  # whose value is awaited
    in_list = False
    last: Word | None = None  # a text that another may follow directly
    for token in tokens(file):
        message, closing, outer = stack[-1]
        if token.kind == "text" and last is not None and field is None and last.is_text:
            last.text += token.text[1:-1]
            continue
        last = None
        if token.text == closing and token.kind == "sign" and field is None:
            stack.pop()
            field, in_list = outer, outer is not None
        elif field is None:
            if token.text in (",", ";"):
                continue
            if token.kind != "word":
                raise SpecError(Diagnostic(f"a field's name is expected, not '{token.text}'", token.span))
            field = token
        elif token.text == ":" and token.kind == "sign":
            continue
        elif token.text in PAIRS and token.kind == "sign":
            if len(stack) > DEEPEST:
                raise SpecError(Diagnostic(f"messages lie more than {DEEPEST} deep in one another", token.span))
            inner = Message(field.span)
            message.fields.setdefault(field.text, []).append(inner)
            stack.append((inner, PAIRS[token.text], field if in_list else None))
            field, in_list = None, False
        elif token.text == "[" and token.kind == "sign" and not in_list:
            in_list = True
        elif token.text == "," and in_list:
            continue
        elif token.text == "]" and in_list:
            field, in_list = None, False
        elif token.kind == "sign":
            raise SpecError(Diagnostic(f"a value of {field.text} is expected, not '{token.text}'", token.span))
        else:
            is_text = token.kind == "text"
            last = Word(token.text[1:-1] if is_text else token.text, token.span, is_text)
            message.fields.setdefault(field.text, []).append(last)
            field = field if in_list else None
    if len(stack) > 1 or field is not None:
        what = f"the message {stack[-1][0].span.source.line(stack[-1][0].span.line).strip()[:40]!r}"
        place = field.span if field is not None else stack[-1][0].span
        raise SpecError(Diagnostic(f"{what if len(stack) > 1 else 'the last field'} does not end", place))
    return root
