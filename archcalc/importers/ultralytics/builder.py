"""Blocks and layers of YOLO networks, added to a graph. A block is a module there, named as its papers name it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil

from archcalc.errors import Diagnostic, Span, SpecError
from archcalc.importers.graphs.graph import Graph, Module, Node, Value
from archcalc.layers.base import Arguments
from archcalc.meter import OutOfWork, charge

NODE = 200
"""Units of work that a layer takes here: a few numbers may repeat a block as often as they like."""


class Builder:
    """A graph that grows. ``place`` and ``span``: the step of the file; ``modules``: those around what is added."""

    def __init__(self, name: str) -> None:
        self.graph = Graph(name)
        self.modules: tuple[Module, ...] = ()
        self.calls = 0
        self.act = "silu"
        self.place = ""
        self.span: Span | None = None

    @contextmanager
    def module(self, kind: str, name: str = "") -> Iterator[None]:
        """What is added inside is in a module of this kind."""
        around = self.modules
        self.calls += 1
        self.modules = (*around, Module(str(self.calls), name or kind, kind))
        try:
            yield
        finally:
            self.modules = around

    def node(self, type: str, reads: Sequence[Value], **arguments: object) -> Node:
        """A layer. Raises SpecError at the step where its rules do not hold."""
        charge(NODE, self.span)
        given: Arguments = dict(arguments)
        try:
            return self.graph.add(type, given, reads, modules=self.modules, place=self.place)
        except OutOfWork:
            raise
        except SpecError as error:
            first = error.diagnostics[0]
            raise SpecError(Diagnostic(first.message, self.span, help=first.help)) from None

    def add(self, type: str, *reads: Value, **arguments: object) -> Value:
        return self.node(type, reads, **arguments).outputs[0]

    def conv2d(self, x: Value, out: int, kernel: int = 1, **arguments: object) -> Value:
        """A convolution with a bias, and nothing behind it."""
        return self.add("conv", x, out=out, kernel=kernel, **arguments)

    def conv(
        self,
        x: Value,
        out: int,
        kernel: int = 1,
        stride: int = 1,
        padding: int | None = None,
        groups: int = 1,
        act: bool = True,
    ) -> Value:
        """A convolution without a bias, a norm, and an activation; padded by half the kernel unless said."""
        pad = kernel // 2 if padding is None else padding
        given: Arguments = {"stride": stride} if stride != 1 else {}
        given |= {"padding": pad} if pad else {}
        given |= {"groups": groups} if groups != 1 else {}
        x = self.add("batch_norm", self.add("conv", x, out=out, kernel=kernel, **given, bias=False))
        return self.add(self.act, x) if act else x

    def depthwise(self, x: Value, kernel: int, stride: int = 1, act: bool = True) -> Value:
        return self.conv(x, x.shape[0], kernel, stride, groups=x.shape[0], act=act)

    def concat(self, *parts: Value, axis: int = 0) -> Value:
        return parts[0] if len(parts) == 1 else self.add("concat", *parts, **({"axis": axis} if axis else {}))

    def halves(self, x: Value) -> list[Value]:
        return self.node("split", [x], parts=2).outputs

    def pool(self, x: Value, kernel: int) -> Value:
        return self.add("max_pool", x, kernel=kernel, stride=1, padding=kernel // 2)


def divisible(size: float, by: int = 8) -> int:
    """The next multiple of 8 that is no smaller."""
    return ceil(size / by) * by
