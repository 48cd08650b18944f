"""YAML events to a tree whose every node knows its place; what YAML would quietly read otherwise is an error.

Built from PyYAML's events with a stack of our own: ``yaml.compose`` recurses, and with libyaml a deep document
ends the process (a segmentation fault at 100,000 brackets).
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from archcalc.errors import LINE_BREAK, Diagnostic, Source, Span, SpecError, nearest
from archcalc.language.yaml_nodes import Node, node_at
from archcalc.language.yaml_scalars import TooLarge, plain_value
from archcalc.language.yaml_traps import (
    ESCAPE,
    ESCAPE_HELP,
    KEY_WITHOUT_SPACE,
    NESTED,
    NESTING_LIMIT,
    PROSE,
    SHOWN,
    TAG_HELP,
    cut_short,
    missing_space,
    parentheses,
    short,
)
from archcalc.meter import Meter

NODE = 4
"""Units of work that a key or value takes; one that stands there by an alias as well."""
CHARACTERS = 32
"""How many of a text are read for a unit."""
KNOWN_LIMIT = 1_000
ERROR_LIMIT = 100  # a wrong file of 10 MB should not become a million diagnostics

# What both parsers reject, and the byte order mark, which they count differently when it is not the first character.
NOT_ALLOWED = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
ALLOWED_ASCII = bytes([9, 10, 13, *range(0x20, 0x7F)])
SURROGATE = "[\ud800-\udfff]"
PROPERTIES = r"(?:&[\w-]+\s*|!\S*\s*)*"
TAG = r"(?:&[\w-]+\s*)?(!<[^>]*>|![^\s,\[\]{}]*)"


class Collection:
    """A list or mapping that is being read. ``bracket`` is empty for a block and for the pair in ``[a: b]``.

    ``placed``: the node that gives it its place: itself if it has brackets, None until one is known.
    """

    __slots__ = ("node", "key", "flow", "bracket", "column", "is_key", "placed", "merge", "entries")

    def __init__(self, node: Node, flow: bool, bracket: str, column: int, is_key: bool) -> None:
        self.node, self.flow, self.bracket, self.column, self.is_key = node, flow, bracket, column, is_key
        self.placed = node if bracket else None
        self.key: Node | None = None
        self.merge: tuple[Node, Span] | None = None
        self.entries = False  # whether one without a colon was written twice


class Reader:
    """One reading of one text."""

    def __init__(self, source: Source, meter: Meter) -> None:
        self.source, self.meter = source, meter
        self.text = source.text.removeprefix("\ufeff")
        self.stack: list[Collection] = []
        self.anchors: dict[str, Node] = {}
        self.known: dict[str, tuple[str, Any]] = {}  # plain scalars read so far: equal ones share their text and value
        self.diagnostics: list[Diagnostic] = []
        self.root: Node | None = None
        self.last: Node | None = None  # the scalar read last
        self.line = 0  # of the scalar read last: one number object for all scalars of a line
        self.parentheses = 0  # left open by an expression that a flow collection cut in pieces
        self.cut_depth = 0  # collections around that expression

    def read(self, loader: Any) -> None:
        """Build the tree from a parser's events."""
        self.meter.charge(len(self.text) // CHARACTERS, self.span(0, 0, 1))
        documents = 0
        while True:
            event = loader.get_event()
            kind = type(event)
            if kind is ScalarEvent:
                self.scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self.open(event, kind is MappingStartEvent)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self.close(event)
            elif kind is AliasEvent:
                self.alias(event)
            elif kind is DocumentStartEvent:
                documents += 1
                self.document(event, documents)
            elif kind is StreamEndEvent:
                break

    def tree(self, needs: str) -> Node:
        """The root of what was read. Raises SpecError with all that is wrong."""
        if not self.diagnostics and (self.root is None or (self.root.plain and not self.root.text)):
            self.fail("the file is empty", Span(self.source, 0, 0, 0), help=needs)
        if self.diagnostics:
            self.stop()
        assert self.root is not None
        return self.root

    # Errors

    def span(self, line: int, start: int, stop: int) -> Span:
        return Span(self.source, line, start, stop)

    def fail(self, message: str, span: Span, label: str = "", help: str | None = None) -> None:
        self.report(Diagnostic(message, span, label=label, help=help))

    def report(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)
        if len(self.diagnostics) >= ERROR_LIMIT:
            self.stop()

    def stop(self) -> NoReturn:
        raise SpecError(*sorted(self.diagnostics, key=_position)) from None

    def add_syntax_error(self, diagnostic: Diagnostic) -> None:
        """Add it, unless something found in the same line is the likely cause."""
        assert diagnostic.span is not None
        last = self.diagnostics[-1].span if self.diagnostics else None
        if last is None or last.line != diagnostic.span.line:
            self.diagnostics.append(diagnostic)

    def check_characters(self) -> None:
        if self.text.isascii() and not self.text.encode().translate(None, ALLOWED_ASCII):
            return
        found = re.search(NOT_ALLOWED, self.text)
        if found is None:
            return
        line, column = self.line_and_column(found.start())
        self.fail(f"the character U+{ord(found[0]):04X} is not allowed", self.span(line, column, column + 1))
        self.stop()

    def line_and_column(self, index: int) -> tuple[int, int]:
        line, start = 0, 0
        for found in re.finditer(LINE_BREAK, self.text[:index]):
            line, start = line + 1, found.end()
        return line, index - start

    def escape_error(self) -> Diagnostic:
        for found in re.finditer(r"\\U([0-9A-Fa-f]{8})", self.text):
            if int(found[1], 16) > 0x10FFFF:
                line, column = self.line_and_column(found.start())
                return Diagnostic(ESCAPE, self.span(line, column, column + len(found[0])), help=ESCAPE_HELP)
        return Diagnostic("this is not YAML", self.span(0, 0, 1))

    # Documents

    def document(self, event: Any, number: int) -> None:
        start, end = event.start_mark, event.end_mark
        if number > 1:
            stop = end.column if end.line == start.line else start.column + 1
            self.fail(
                "a second document begins here", self.span(start.line, start.column, stop), help="one file, one spec"
            )
            self.stop()
        for line in range(start.line, end.line):
            self.directive(line)

    def directive(self, line: int) -> None:
        text = self.source.line(line).split("#")[0].rstrip()
        if text.startswith("%") and text.split() != ["%YAML", "1.2"]:
            self.fail(
                f"the YAML directive {text.split()[0]} is not allowed",
                self.span(line, 0, len(text)),
                help="specs are read as YAML 1.2: leave the line out",
            )

    # Collections

    def open(self, event: Any, mapping: bool) -> None:
        start, end = event.start_mark, event.end_mark
        flow = bool(event.flow_style)
        if flow and (start.line, start.column) != (end.line, end.column):
            span = self.span(end.line, end.column - 1, end.column)
            bracket = "{" if mapping else "["
        else:
            span = self.span(start.line, start.column, start.column + 1)
            bracket = ""
        if len(self.stack) >= NESTING_LIMIT:
            self.fail(NESTED, span)
            self.stop()
        if event.tag is not None:
            self.tag(event)
        self.meter.charge(NODE, span)
        node = node_at(span, {} if mapping else [], size=0)  # 0: still open
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        self.add(node, node, placed=bool(bracket))
        is_key = bool(self.stack) and self.stack[-1].key is node
        self.stack.append(Collection(node, flow, bracket, start.column, is_key))

    def close(self, event: Any) -> None:
        collection = self.stack.pop()
        node, end = collection.node, event.end_mark
        if len(self.stack) < self.cut_depth:
            self.parentheses = self.cut_depth = 0
        if collection.bracket and end.line == node.span.line:
            node.stop = end.column
            for outer in reversed(self.stack):
                if outer.placed is not node:
                    break
                outer.node.stop = end.column
        if collection.bracket == "{" and not self.cut_depth:
            pairs = node.value.values()
            if collection.entries or (
                len(pairs) > 1
                and all(value.value is None for _, value in pairs)
                and all(self.is_entry(collection, key) for key, _ in pairs)
            ):
                self.fail("{...} holds keys with values", node.span, help="a list is written in [...]")
        if collection.merge:
            self.merge(node, *collection.merge)
        if type(node.value) is list:
            node.size = 1 + sum([child.size for child in node.value])
        else:
            node.size = 1 + sum([child.size for _, child in node.value.values()])

    def merge(self, node: Node, source: Node, span: Span) -> None:
        """Bring in the pairs of ``<<``. A key that is written out wins, then the one merged first."""
        merged: dict[str, tuple[Node, Node]] = {}
        for mapping in source.value if source.is_list else [source]:
            if not mapping.is_mapping:
                self.fail("`<<` takes a mapping or a list of mappings", span)
                return
            self.count_aliased(len(mapping.value), span)  # nested merges copy the same pairs again and again
            for key, pair in mapping.value.items():
                merged.setdefault(key, pair)
        merged.update(node.value)
        node.value = merged

    def add(self, node: Node, span: Span, placed: bool = True) -> None:
        """Give a node to the collection that holds it. A block takes the place of its first node."""
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if placed and not parent.placed:
            for collection in reversed(self.stack):
                if collection.placed:
                    break
                collection.placed, block = node, collection.node
                block.line, block.start, block.stop = span.line, span.start, span.stop
        value, key = parent.node.value, parent.key
        if type(value) is list:
            value.append(node)
        elif key is None:
            if type(node.value) is not str or node.text in value or node.text == "<<":
                self.check_key(parent, node, span)
            parent.key = node
        else:
            parent.key = None
            if key.text == "<<" and key.plain:
                parent.merge = parent.merge or (node, span)
            elif key.value is not None and key.is_scalar:
                value.setdefault(key.text, (key, node))

    def check_key(self, parent: Collection, key: Node, span: Span) -> None:
        if not key.is_scalar:
            if parent.is_key or self.parentheses:  # {{{...}}} and {out: max(8, [1, w])}: said already
                return
            what = "a mapping" if key.is_mapping else "a list"
            self.fail(f"a key must be a text, not {what}", span, help="quote a text that begins with `[` or `{`")
        elif key.value is None:
            self.fail("a key must be a text, not null", span, help="write the key before the colon, or quote it")
        elif key.text == "<<" and key.plain:
            if parent.merge:
                label = f"first written in line {parent.merge[1].line + 1}"
                self.fail("duplicate key '<<'", span, label, help="merge several mappings by a list: `<<: [*a, *b]`")
        elif key.text in parent.node.value:
            first = parent.node.value[key.text][0].span
            if self.is_entry(parent, first):
                parent.entries = True
                return
            where = "this line" if first.line == span.line else f"line {first.line + 1}"
            self.fail(f"duplicate key '{short(key.text)}'", span, f"first written in {where}")

    def is_entry(self, collection: Collection, key: Span) -> bool:
        """Whether a key in ``{...}`` has no colon, as ``3`` in ``{3, 224, 224}``."""
        line, after = self.source.line(key.line), key.stop
        while line[after : after + 1].isspace():  # no slice of the rest: a line may be long, and every key asks
            after += 1
        return collection.bracket == "{" and line[after : after + 1] in (",", "}")

    # Scalars and aliases

    def scalar(self, event: Any) -> None:
        text, start, end = event.value, event.start_mark, event.end_mark
        line, plain = start.line, not event.style
        parent = self.stack[-1] if self.stack else None
        if plain and not text:
            node = node_at(self.empty_place(parent, line, start.column), text, text, plain)
        elif event.anchor is not None or event.tag is not None or end.line != line:
            node = node_at(self.scalar_place(event), text, text, plain)
        else:
            if line != self.line:
                self.line = line
            node = Node(text, self.source, self.line, start.column, end.column, text, plain)
        self.meter.charge(NODE, node)
        if event.tag is not None:
            self.tag(event)
        if plain:
            if text in self.known:
                node.text, node.value = self.known[text]
            else:
                node.value = self.plain_value(text, node)
                if len(self.known) < KNOWN_LIMIT and not self.diagnostics:
                    self.known[text] = text, node.value
            if parent is not None and parent.flow:
                if not text or "(" in text or ")" in text:
                    self.check_flow(parent, node)
            elif ":" in text:
                self.check_block(parent, node)
        elif not text.isascii() and re.search(SURROGATE, text):  # libyaml's parser rejects the escape
            self.fail(ESCAPE, node.inside(0, 1), help=ESCAPE_HELP)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        self.last = node
        self.add(node, node)

    def empty_place(self, parent: Collection | None, line: int, column: int) -> Span:
        """An empty value stands at its key, an empty item at its dash: the parsers put it in different places."""
        if parent is not None and parent.key is not None:
            return parent.key.span
        if parent is not None and type(parent.node.value) is list and column:
            return self.span(line, column - 1, column)
        return self.span(line, column, column + 1)

    def scalar_place(self, event: Any) -> Span:
        """The place of a scalar that has an anchor, a tag or several lines."""
        line, column, end = event.start_mark.line, event.start_mark.column, event.end_mark
        if event.anchor is not None or event.tag is not None:
            column = properties_end(self.source.line(line), column)
            while line < end.line and self.source.line(line)[column:].lstrip()[:1] in ("", "#"):
                line += 1
                text = self.source.line(line)
                column = properties_end(text, len(text) - len(text.lstrip()))
        if line == end.line:
            return self.span(line, column, end.column)
        text = self.source.line(line).rstrip()
        if event.style in ("|", ">"):
            text = text[: column + len(text[column:].split(None, 1)[0])]
        return self.span(line, column, len(text))

    def plain_value(self, text: str, span: Span) -> Any:
        try:
            return plain_value(text)
        except TooLarge as error:
            self.fail(str(error), span)
            return 0

    def alias(self, event: Any) -> None:
        start, name = event.start_mark, event.anchor
        span = self.span(start.line, start.column, event.end_mark.column)
        is_key = bool(self.stack) and self.stack[-1].node.is_mapping and self.stack[-1].key is None
        node = self.anchors.get(name)
        if node is None:
            similar = nearest(name, self.anchors) if len(name) <= SHOWN else None
            help = f"did you mean *{similar}?" if similar else f"a variable is written without it: {short(name)}"
            if not similar and self.stack and self.stack[-1].key is not None and self.stack[-1].key.text == "<<":
                help = f"write &{short(name)} before the mapping that is meant"
            self.fail(f"`*` begins a YAML alias, and no anchor '{short(name)}' comes before it", span, help=help)
        elif node.size == 0:
            self.fail(f"the alias *{short(name)} stands inside its own anchor", span)
            node = None
        else:
            self.count_aliased(node.size, span)
        if node is None:  # an error already: put something here that causes no second one
            node = node_at(span, name if is_key else {}, name)
        elif is_key:  # a key's place is where it is used
            node = node_at(span, node.value, node.text, node.plain)
        self.add(node, span)

    def count_aliased(self, values: int, span: Span) -> None:
        self.meter.charge(NODE * values, span)

    def tag(self, event: Any) -> None:
        line, column = event.start_mark.line, event.start_mark.column
        found = re.match(TAG, self.source.line(line)[column:])
        span = (
            self.span(line, column + found.start(1), column + found.end(1))
            if found
            else self.span(line, column, column + 1)
        )
        written = short(found[1] if found else event.tag)
        self.fail(f"tags are not allowed: {written}", span, help=TAG_HELP)

    # Traps

    def check_flow(self, parent: Collection, node: Node) -> None:
        """Report an expression that YAML cut at a comma, and a key that swallowed its value."""
        text, key = node.text, parent.key
        cut = self.parentheses > 0
        if "(" in text or ")" in text:
            depth, lowest = parentheses(text)
            span = node.span
            line = self.source.line(span.line)
            written = line[span.start : span.stop].rstrip()
            if not cut and parent.bracket and "(" not in text and written[-1:] == ")" == line.rstrip()[-1:]:
                place = span.inside(len(written) - 1, len(written))
                closer = {"[": "]", "{": "}"}[parent.bracket]
                self.fail(f"`)` cannot close the `{parent.bracket}`", place, help=f"close it by `{closer}`")
            elif not cut and (depth or lowest < 0):
                self.report(cut_short(node))
                self.cut_depth = len(self.stack)
            self.parentheses = max(self.parentheses + depth, 0)
        elif not text and key is not None and key.plain and not cut:
            found = re.fullmatch(KEY_WITHOUT_SPACE, key.text)
            if found:
                self.report(missing_space(key.span, found))

    def check_block(self, parent: Collection | None, node: Node) -> None:
        """Report ``out:64`` if only a mapping makes sense: it is the whole text, or stands alone below its key."""
        key = parent.key if parent is not None else None
        if parent is not None and (key is None or key.text in PROSE or key.span.line == node.span.line):
            return
        found = [re.fullmatch(KEY_WITHOUT_SPACE, word) for word in node.text.split()]
        if found[0] and all(found):
            self.report(missing_space(node.span, found[0]))


def _position(diagnostic: Diagnostic) -> tuple[int, int]:
    assert diagnostic.span is not None
    return diagnostic.span.line, diagnostic.span.start


def properties_end(line: str, column: int) -> int:
    """Where the anchor and tag that begin at a column end."""
    found = re.compile(PROPERTIES).match(line, column)
    return found.end() if found else column
