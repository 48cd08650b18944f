"""The boxes of a picture as data: what each is, what it costs, what it reads and gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from archcalc.errors import Span
from archcalc.render.pictures.tree import Key


class Costs(NamedTuple):
    """What a box costs: parameters, multiply-adds, the most bytes alive while it runs, layers."""

    params: int
    macs: int
    memory: int
    layers: int


NOTHING = Costs(0, 0, 0, 0)


def together(costs: Iterable[Costs]) -> Costs:
    """The costs of what runs one after the other."""
    params = macs = memory = layers = 0
    for one in costs:
        params, macs, layers = params + one.params, macs + one.macs, layers + one.layers
        memory = max(memory, one.memory)
    return Costs(params, macs, memory, layers)


class Box:
    """A layer, a step that is folded, an input or output; or a container, with the boxes ``inside`` it.

    ``kind``: layer, step, input or output. ``type``: of the layer, or the word or block that the step is. ``note`` and
    ``tags`` are the arguments and activations that a card shows, ``shared`` the layer whose weights it uses.
    ``repeats``: how many repetitions that are alike it stands for: ``one`` is what one of them costs, ``all`` what the
    box stands for in the whole network. ``last``: the path of the last of several steps that it stands for, of which
    ``path`` is the first. The kept nodes from ``start`` to ``stop`` but the hidden ones are its own;
    ``span`` is where the first of them is written.
    """

    __slots__ = (
        "id", "path", "title", "kind", "type", "note", "tags", "shared", "repeats", "one", "all", "start", "stop",
        "ins", "outs", "inside", "named", "span", "last",
    )  # fmt: skip

    def __init__(self, path: str, title: str, kind: str, type: str, start: int = 0, stop: int = 0) -> None:
        self.id, self.path, self.title, self.kind, self.type = "", path, title, kind, type
        self.start, self.stop = start, stop
        self.note, self.tags, self.shared, self.last = "", list[str](), "", ""
        self.repeats, self.named = 1, False
        self.one = self.all = NOTHING
        self.ins: list[Key] = []
        self.outs: list[Key] = []
        self.inside: list[Box] | None = None
        self.span: Span | None = None


class Scene(NamedTuple):
    """A picture before anything has a place: its boxes at a depth, and what its words are about.

    ``given``: how it is asked for, where that is not as its file says.

    ``shapes`` has the shape of every tensor that a wire carries; ``changes`` the tensors whose shape is not that of
    what their box reads first. ``folded``: how many steps are drawn as one box, ``opens``: whether a greater depth
    opens some. ``elided``: the lists that were too long. ``weak``: the tensors that only decide which experts run.
    """

    title: str
    given: list[str]
    layout: str
    boxes: list[Box]
    depth: int
    totals: Costs
    shapes: dict[Key, tuple[Any, ...]]
    changes: set[Key]
    folded: int
    opens: bool
    elided: list[str]
    weak: set[Key]


def every(boxes: Iterable[Box]) -> Iterator[Box]:
    """All boxes, each container before what is inside it."""
    todo = [iter(boxes)]
    while todo:
        for box in todo[-1]:
            yield box
            if box.inside:
                todo.append(iter(box.inside))
                break
        else:
            todo.pop()


def leaves(boxes: Iterable[Box]) -> Iterator[Box]:
    """The boxes that hold no others."""
    return (box for box in every(boxes) if not box.inside)


def edges(boxes: Iterable[Box]) -> list[tuple[Box, Box, Key]]:
    """The wires between innermost boxes: from which, to which, with which tensor."""
    makers: dict[Key, Box] = {}
    found = list(leaves(boxes))
    for box in found:
        makers.update(dict.fromkeys(box.outs, box))
    return [(makers[tensor], box, tensor) for box in found for tensor in box.ins]
