"""What a syntax error of YAML's parser means to the writer of a spec."""

from __future__ import annotations

import re
from typing import Any

from archcalc.errors import Diagnostic, Span
from archcalc.language.yaml_reader import Collection, Reader
from archcalc.language.yaml_traps import (
    ESCAPE,
    ESCAPE_HELP,
    KEY_WITHOUT_SPACE,
    NESTED,
    PROSE,
    TAG_HELP,
    cut_short,
    missing_space,
    short,
)

BARE_STEP = r"\s*(?:- +)+([^\s:#\"'\[{&*!|>][^\s:]*)\s*(?:#.*)?"
CLOSERS = {"{": "}", "[": "]"}


class Syntax:
    """A syntax error, read from the parser's two marks and the text there: they say more than its words."""

    def __init__(self, reader: Reader, error: Any) -> None:
        self.reader, self.source, self.last = reader, reader.source, reader.last
        self.problem, self.context = error.problem or "", error.context or ""
        mark, opening = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
        self.line, self.column, self.index = mark.line, mark.column, mark.index
        self.opened_line, self.opened_column = opening.line, opening.column
        self.text = self.source.line(self.line)
        self.character = self.text[self.column : self.column + 1]
        self.at_end = not reader.text[self.index :].strip()

    def here(self, message: str, help: str | None = None, length: int = 1) -> Diagnostic:
        span = self.reader.span(self.line, self.column, self.column + length)
        return Diagnostic(message, span, help=help)

    def opening(self, message: str, help: str | None = None) -> Diagnostic:
        span = self.reader.span(self.opened_line, self.opened_column, self.opened_column + 1)
        return Diagnostic(message, span, help=help)

    def diagnostic(self) -> Diagnostic:
        problem, context = self.problem, self.context
        if "nesting depth" in problem:  # libyaml 0.2.6 has a limit of its own, and meets it before we meet ours
            return self.here(NESTED)
        if self.character == "\t" and ("tab" in problem or "start any token" in problem):
            return self.here("a tab cannot indent", "YAML indents by spaces only")
        if "start any token" in problem:
            return self.reserved()
        if "quoted scalar" in context:
            return self.quoted()
        if "alias" in context or "anchor" in context:
            return self.reference()
        if "tag" in problem or "tag" in context:
            return self.opening("tags are not allowed", TAG_HELP)
        if "block scalar" in context:
            sign = self.source.line(self.opened_line)[self.opened_column : self.opened_column + 1]
            return self.opening(
                f"`{sign}` begins a text of several lines, which starts on the next line",
                f"quote a text that begins with `{sign}`",
            )
        if "directive" in context or self.source.line(self.line).startswith("%"):
            return self.directive()
        if "could not find expected ':'" in problem:
            return self.key_without_colon()
        if "mapping values" in problem:
            return self.second_colon()
        if "sequence entries" in problem:
            return self.here("a `-` item must begin on a line of its own", "write the list below its key, or as [...]")
        if self.flow() is not None:
            return self.in_brackets()
        if "node content" in problem:
            sign = f"`{self.character}`"
            return self.here(f"{sign} cannot begin a value", f"quote a text that begins with {sign}")
        return self.in_block()

    def reserved(self) -> Diagnostic:
        word = re.match(r"[^,\]}]*", self.text[self.column :])
        text = word[0].rstrip() if word else self.character
        return self.here(
            f"'{self.character}' cannot begin a value in YAML", f'quote it: "{short(text)}"', max(len(text), 1)
        )

    def quoted(self) -> Diagnostic:
        if "end of stream" in self.problem or "document" in self.problem:
            sign = self.source.line(self.opened_line)[self.opened_column : self.opened_column + 1]
            return self.opening(f"this quote is never closed: {sign}", f"write {sign} at the end of the text")
        if (
            "unknown escape" in self.problem and self.character != "\\"
        ):  # libyaml marks the backslash, PyYAML what follows
            self.column -= 1
        if "unknown escape" in self.problem:
            escape = self.text[self.column : self.column + 2]
            return self.here(f"`{escape}` is not an escape of YAML", ESCAPE_HELP, 2)
        return self.opening(ESCAPE, ESCAPE_HELP)

    def reference(self) -> Diagnostic:
        sign = self.source.line(self.opened_line)[self.opened_column : self.opened_column + 1]
        what = "alias" if sign == "*" else "anchor"
        return self.opening(f"`{sign}` begins a YAML {what}", f"quote a text that begins with `{sign}`")

    def directive(self) -> Diagnostic:
        line = self.line if self.text.startswith("%") else self.opened_line
        before = len(self.reader.diagnostics)
        self.reader.directive(line)
        if len(self.reader.diagnostics) > before:
            return self.reader.diagnostics.pop()
        return Diagnostic("`---` must follow the YAML directive", self.reader.span(line, 0, 1))

    def key_without_colon(self) -> Diagnostic:
        line = self.source.line(self.opened_line)
        text = line[self.opened_column :].split(" #")[0].rstrip()
        span = self.reader.span(self.opened_line, self.opened_column, self.opened_column + max(len(text), 1))
        found = re.fullmatch(KEY_WITHOUT_SPACE, text)
        if found:
            return missing_space(span, found)
        if text[:1] in ("[", "{"):
            self.line, self.column, self.text, self.character = self.opened_line, self.opened_column, line, text[:1]
            return self.in_block()
        name = short(text)
        if re.match("-[A-Za-z]", text):
            return Diagnostic(f"a space after the dash is missing in '{name}'", span, help=f"write `- {name[1:]}`")
        return Diagnostic(f"a key needs a colon: '{name}'", span, help=f"write `{name}:`, or `- {name}` for an item")

    def second_colon(self) -> Diagnostic:
        before = self.text[: self.column]
        first = re.search(r":\s+", before)
        if first:
            key = re.split(r"[\s{\[,]", before[: first.start()].rstrip())[-1]
            rest = short(self.text[first.end() :].split(" #")[0].rstrip())
            span = self.reader.span(self.line, self.column, self.column + 1)
            help = f'for a mapping write `{key}: {{{rest}}}`, for a text `{key}: "{rest}"`'
            if key in ("name", *PROSE):
                help = f'quote the text: `{key}: "{rest}"`'
            return Diagnostic("a second colon in one line", span, help=help)
        word = short(before.strip().lstrip("- "))
        above = self.line_above(self.line)
        if above is not None:
            step = self.bare_step(above)
            if step is not None:
                return step
            text = self.source.line(above).split(" #")[0]
            found = re.fullmatch(KEY_WITHOUT_SPACE, text.strip().lstrip("- "))
            if found:
                start = text.index(found[0])
                span = self.reader.span(above, start, start + len(found[0].rstrip()))
                return missing_space(span, found)
            if ":" not in text:
                start = _indentation(text)
                span = self.reader.span(above, start, len(text.rstrip()))
                name = short(text.strip())
                return Diagnostic(f"a key needs a colon: '{name}'", span, help=f"write `{name}:`")
        start = len(before) - len(before.lstrip())
        span = self.reader.span(self.line, start, self.column)
        message = f"'{word}' is indented deeper than the key above, which already has a value"
        return Diagnostic(message, span, help="line it up with the keys that it belongs to")

    def line_above(self, line: int) -> int | None:
        """The nearest line above that holds more than a comment."""
        for number in range(line - 1, -1, -1):
            if self.source.line(number).strip()[:1] not in ("", "#"):
                return number
        return None

    def bare_step(self, line: int) -> Diagnostic | None:
        """The error of ``- dense`` in that line with keys below it in this one, or None if it is another."""
        found = re.fullmatch(BARE_STEP, self.source.line(line))
        if not found or ":" not in self.text or _indentation(self.text) < _indentation(self.source.line(line)) + 1:
            return None
        span = self.reader.span(line, *found.span(1))
        return Diagnostic(
            f"keys follow '{found[1]}', which has no colon", span, help=f"write `- {found[1]}:` when keys follow"
        )

    def flow(self) -> Collection | None:
        """The innermost bracket that is open."""
        for collection in reversed(self.reader.stack):
            if collection.bracket:
                return collection
            if not collection.flow:
                return None
        return None

    def in_brackets(self) -> Diagnostic:
        collection = self.flow()
        assert collection is not None
        bracket, opened, last = collection.bracket, collection.node.span, self.last
        closer = CLOSERS[bracket]
        if last is not None and last.plain and last.text and self.is_newer(last.span, opened):
            between = self.source.line(last.span.line)[last.span.stop :]
            after = between.lstrip()
            adjacent = (
                last.span.line == self.line and self.source.line(self.line)[last.span.stop : self.column].strip() == ""
            )
            if adjacent and self.character in ("[", "{"):
                return cut_short(last.span)
            if after.startswith("#") and len(after) < len(between) and closer in after:
                return cut_short(last.span, label="` #` begins a comment")
        unclosed = Diagnostic(f"this bracket is never closed: {bracket}", opened, help=f"write `{closer}` at its end")
        if self.at_end or self.is_outside(opened):
            return unclosed
        if self.character in ("]", "}") and self.character != closer:
            return self.here(
                f"`{self.character}` cannot close the `{bracket}` of line {opened.line + 1}", f"close it by `{closer}`"
            )
        if "node content" in self.problem:
            what = f"`{self.character}`"
            if self.character == "-":
                return self.here("`-` items cannot stand inside brackets", "separate the items of [...] by commas")
            if self.character == ":":
                return self.here("a key is missing before the colon")
            return self.here(f"a value is missing before {what}", f"quote a text that begins with {what}")
        found = re.search(r"[^\s,\[\]{}]+\s*$", self.text[: self.column]) if self.character == ":" else None
        start = found.start() if found else self.column
        word = re.match(r"[^\s,\[\]{}:]+|.", self.text[start:])
        text = word[0] if word else ""
        span = self.reader.span(self.line, start, start + max(len(text), 1))
        return Diagnostic(f"expected `,` or `{closer}` before '{text}'", span)

    def is_newer(self, span: Span, opened: Span) -> bool:
        return (span.line, span.start) >= (opened.line, opened.start)

    def is_outside(self, opened: Span) -> bool:
        """Whether the line of the error is indented as a line after the bracket would be."""
        columns = [collection.column for collection in self.reader.stack if not collection.flow]
        return self.line > opened.line and _indentation(self.text) <= (columns[-1] if columns else -1)

    def in_block(self) -> Diagnostic:
        before = self.text[: self.column]
        above = self.line_above(self.line)
        if before.strip():
            return self.after_value(before)
        if above is not None and self.source.line(above).strip() == "...":
            return self.here("a second document begins here", "one file, one spec")
        step = self.bare_step(above) if above is not None else None
        if step is not None:
            return step
        if self.character == ":":
            return self.here("a key is missing before the colon")
        if self.reader.stack:
            block = self.reader.stack[-1]
            expected, is_list = block.column, block.node.is_list
        else:
            root = self.reader.root
            expected, is_list = root.span.start if root is not None else 0, False
            if expected == self.column or root is None or root.is_scalar:
                return self.here("nothing may follow the value of the whole file")
        if expected == self.column and is_list:
            return self.here("a key among `-` items", "indent it under its item, or begin it by `-`")
        if expected == self.column and self.character == "-":
            in_list = len(self.reader.stack) > 1 and self.reader.stack[-2].node.is_list
            return self.here(
                "a `-` item among keys", "line it up with the `-` above" if in_list else "indent it under its key"
            )
        if expected == self.column:
            return self.here("a key is missing here", "indent what belongs to the key above")
        spaces = "1 space" if self.column == 1 else f"{self.column} spaces"
        return self.here(
            f"wrong indentation: {spaces}, where the lines that it could belong to have {expected}",
            "line it up with the keys or dashes of its block",
        )

    def after_value(self, before: str) -> Diagnostic:
        if re.search(r"\*[\w-]+\s+$", before):
            start = before.rindex("*")
            span = self.reader.span(self.line, start, len(before.rstrip()))
            return Diagnostic(
                "`*` begins a YAML alias, and nothing may follow it", span, help="quote a text that begins with `*`"
            )
        if self.character == ":":
            return self.here("a space after the colon is missing", "write `: `")
        rest = self.text[self.column :].split(" #")[0].rstrip()
        return self.here(
            f"'{short(rest)}' follows a value that is complete", "quote the whole value", max(len(rest), 1)
        )


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
