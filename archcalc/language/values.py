"""The value of a node: a number, a flag, a list, a mapping or an expression, compiled once and evaluated in a scope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archcalc.dims import arithmetic, is_condition, is_dim, plain
from archcalc.errors import Diagnostic, Span, SpecError
from archcalc.language.expressions import ExpressionError, Formula, Mapping, parse
from archcalc.language.problems import Problems
from archcalc.language.yaml_nodes import Node
from archcalc.layers.arguments import whole
from archcalc.layers.axes import show_value
from archcalc.meter import OutOfWork, charge

NESTING = 50
ENTRIES = 100_000
VALUE = 2
"""Units of work that a value takes to be compiled, its expression apart."""
WALKED = 16
"""How many entries of lists are looked at for a unit."""


class Value:
    """A compiled value. ``evaluate`` raises SpecError with the place of what is wrong."""

    __slots__ = ("node", "constant", "formula", "items", "entries")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.constant: Any = None
        self.formula: Formula | None = None
        self.items: list[Value] | None = None
        self.entries: dict[str, Value] | None = None

    @property
    def span(self) -> Span:
        return self.node.span

    @property
    def is_constant(self) -> bool:
        """Whether it is a number, a flag or a literal text: it reads no name."""
        return self.formula is None and self.items is None and self.entries is None

    @property
    def text(self) -> str:
        """A scalar as written."""
        return self.node.text

    @property
    def name(self) -> str | None:
        """The name, if the whole value is one name; None for anything else."""
        return self.node.text if self.formula is not None and self.node.text.isidentifier() else None

    def evaluate(self, scope: Any) -> Any:
        """The value, its names looked up in ``scope`` (see expressions.py)."""
        if self.formula is not None:
            try:
                charge(self.formula.operations)
                value = self.formula.evaluate(scope)
            except OutOfWork as error:
                raise error.at(self.node) from None
            except ExpressionError as error:
                raise SpecError(expression_diagnostic(error, self.node)) from None
        elif self.items is not None:
            charge(len(self.items), self.node)
            value = [item.evaluate(scope) for item in self.items]
        elif self.entries is not None:
            charge(len(self.entries), self.node)
            value = Placed(self.node, {name: entry.evaluate(scope) for name, entry in self.entries.items()})
        else:
            return self.constant
        return self._bounded(value) if isinstance(value, (list, dict)) else value

    def _bounded(self, value: Any) -> Any:
        """The value. Raises SpecError if lists within lists make it too deep or too large to work with."""
        level, entries = [value], 0
        for _ in range(NESTING):
            inner: list[Any] = []
            for part in level:
                entries += len(part)
                charge(len(part) // WALKED, self.node)
                inner += [
                    item
                    for item in (part.values() if isinstance(part, dict) else part)
                    if isinstance(item, (list, dict))
                ]
                if entries > ENTRIES:
                    raise SpecError(Diagnostic(f"this holds more than {ENTRIES:,} entries", self.span))
            if not inner:
                return value
            level = inner
        raise SpecError(Diagnostic(f"lists nest deeper than {NESTING}", self.span))

    def names(self) -> Iterator[str]:
        """Every name that the expressions of the value mention."""
        if self.formula is not None:
            yield from self.formula.names
        for part in self.items or (self.entries or {}).values():
            yield from part.names()

    def keys(self) -> Iterator[str]:
        """Every key of the mappings in the value, such as the layer of ``act: {leaky_relu: 0.2}``."""
        yield from self.entries or ()
        for part in self.items or (self.entries or {}).values():
            yield from part.keys()


class Placed(Mapping):
    """A mapping that knows the node it was written in, so that an error in it has a place."""

    def __init__(self, node: Node, entries: dict[str, Any]) -> None:
        super().__init__(entries)
        self.node = node

    def span(self, name: str) -> Span:
        entry = self.node.value.get(name)
        return entry[1].span if entry else self.node.span


def compile_value(node: Node, problems: Problems, what: str, none_allowed: bool = True) -> Value | None:
    """The value of a node, or None (and a problem told) if it cannot be read."""
    charge(VALUE, node)
    value = Value(node)
    raw = node.value
    if node.size > ENTRIES:
        problems.say(f"{what} holds more than {ENTRIES:,} entries", node.span)
        return None
    if raw is None:
        problems.say(
            f"{what} is empty: write none" if none_allowed else f"{what} is empty",
            node.span,
            help=None if none_allowed else f"give {what} a value, or leave it out",
        )
        return None
    if isinstance(raw, str):
        try:
            value.formula = parse(raw)
        except OutOfWork as error:
            raise error.at(node) from None
        except ExpressionError as error:
            problems.add(expression_diagnostic(error, node))
            return None
    elif isinstance(raw, list):
        items = [compile_value(item, problems, f"an entry of {what}", False) for item in raw]
        if None in items:
            return None
        value.items = items  # type: ignore[assignment]
    elif isinstance(raw, dict):
        entries = {key: compile_value(item, problems, key) for key, (_, item) in raw.items()}
        if None in entries.values():
            return None
        value.entries = entries  # type: ignore[assignment]
    else:
        value.constant = raw
    return value


def literal_value(node: Node) -> Value:
    """The value of a text that is not an expression, such as einsum's equation."""
    value = Value(node)
    value.constant = node.text
    return value


def truth(written: Value, scope: Any, what: str) -> bool:
    """A flag or a condition, which must be one truth. ``when`` also takes a number: it is true unless it is 0."""
    value = written.evaluate(scope)
    if is_condition(value):
        return bool(value)
    if what == "when" and (is_dim(value) or type(value) is float):
        return bool(value != 0)
    raise SpecError(Diagnostic(f"{what} takes true or false, not {show_value(value)}", written.span))


def one_number(value: Any) -> int | None:
    """A value that decides structure, as one whole number; None if it is not one."""
    number: Any = plain(whole(value))
    symbolic = number is not None and arithmetic(number) is not None
    found: int | None = getattr(number, "value", None) if symbolic else number
    return found


def equal(a: Any, b: Any) -> bool:
    """Whether a value is the size ``b``."""
    number = whole(a)
    return number is not None and bool(number == b)


def expression_diagnostic(error: ExpressionError, node: Node) -> Diagnostic:
    """The error of an expression at its place in the file."""
    span = node.span
    quote = 0 if node.plain else 1
    if span.stop - span.start == len(node.text) + 2 * quote:  # nothing was escaped or folded
        stop = max(error.stop, error.start + 1)
        span = span.inside(error.start + quote, stop + quote)
    return Diagnostic(error.message, span, help=error.help)
