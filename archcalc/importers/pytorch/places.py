"""What the names of a program stand for, and what writing in place makes of them.

PyTorch may write into a tensor that has other names: an alias sees it too, and so does a view. Aliases follow here. A
view of what was written, or what a view was written into, is known no more, with one exception: a fresh tensor whose
slices are filled one by one is their concatenation.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from archcalc.importers.graphs.customs import stands_as_custom
from archcalc.importers.graphs.samples import Tensor, axis_in
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation
from archcalc.layers.base import Arguments

VIEWS = frozenset(
    "view reshape view_as flatten unflatten squeeze unsqueeze permute transpose t expand expand_as slice select narrow"
    " split chunk unbind split_with_sizes swapaxes as_strided unfold".split()
)


class Slice(NamedTuple):
    """Where a view lies in the fresh tensor that it was cut from."""

    base: Tensor
    axis: int
    start: int
    stop: int


class Places:
    """Names -> tensors and sizes. ``stale``: tensors that were written to through another."""

    def __init__(self) -> None:
        self.values: Arguments = {}
        self.names: dict[int, list[str]] = {}
        self.views: dict[int, list[Tensor]] = {}
        self.base: dict[int, Tensor] = {}
        self.stale: set[int] = set()
        self.cut: dict[int, Slice] = {}
        self.filled: dict[int, list[tuple[Slice, Tensor]]] = {}
        self.recorder: Any = None
        self.slicing = False  # a slice is cut: of a tensor that is being filled, too

    def put(self, name: str, value: Any) -> None:
        self.values[name] = value
        if isinstance(value, Tensor):
            self.names.setdefault(id(value), []).append(name)

    def get(self, name: str) -> Any:
        """What a name stands for. Raises Unreadable for what was written to through a view."""
        if name not in self.values:
            raise Unreadable(f"'{name}', which nothing makes")
        found = self.values[name]
        if id(found) in self.filled and not self.slicing:
            found = self.rebind(found, self.assembled(found))
        if id(found) in self.stale:
            raise Unreadable("a tensor that was written to in place through a view")
        return found

    def rebind(self, old: Tensor, new: Tensor) -> Tensor:
        """All names of a tensor stand for another from now on."""
        if new is not old:
            for name in self.names.pop(id(old), ()):
                self.put(name, new)
        return new

    def follow(self, op: Operation, found: Any, writes: bool) -> None:
        """What an operator makes of the names of what it reads."""
        self.recorder = op.recorder
        given = op.tensors
        if writes and given and isinstance(found, Tensor):
            self.written(given[0])
            self.rebind(given[0], found)
        elif op.name in VIEWS and given:
            self.viewed(op, given[0], found if isinstance(found, list) else [found])

    def viewed(self, op: Operation, of: Tensor, found: list[Any]) -> None:
        base = self.base.get(id(of), of)
        for one in found:
            if isinstance(one, Tensor) and one is not of:
                self.base[id(one)] = base
                self.views.setdefault(id(base), []).append(one)
        if op.name == "slice" and of.value is None and of.weight is None and op.number("step", 1) == 1:
            axis = axis_in(op.number("dim", 0), len(of.shape))
            start, stop, _ = slice(op.number("start", 0), op.number("end", of.shape[axis])).indices(of.shape[axis])
            self.cut[id(found[0])] = Slice(of, axis, start, stop)

    def written(self, tensor: Tensor) -> None:
        """What else lies in the memory of a tensor is not known once that is written to."""
        base = self.base.get(id(tensor), tensor)
        for one in (base, *self.views.get(id(base), ())):
            if one is not tensor:
                self.stale.add(id(one))

    def copied(self, op: Operation) -> Tensor:
        """``view.copy_(source)``: a piece of a fresh tensor."""
        target, source = op.tensor("self"), op.tensor("src")
        self.recorder = op.recorder
        place = self.cut.get(id(target))
        base = self.base.get(id(target))
        if place is None and base is not None and id(base) not in self.stale:
            return self.written_into(base, source)
        if place is None:
            self.written(target)
            return self.rebind(target, source)
        self.filled.setdefault(id(place.base), []).append((place, source))
        return source

    def written_into(self, base: Tensor, source: Tensor) -> Tensor:
        """A tensor of which a part was replaced: another of its size; its views are known no more."""
        if source.computed:
            made = stands_as_custom(self.recorder, "copy_", base.shape, [base, source])
            self.rebind(base, made)
        for one in self.views.get(id(base), ()):
            self.stale.add(id(one))
        return source

    def assembled(self, base: Tensor) -> Tensor:
        """A fresh tensor whose pieces were filled, as their concatenation, or as a custom if some were not."""
        pieces = sorted(self.filled.pop(id(base)), key=lambda piece: piece[0].start)
        axis, end = pieces[0][0].axis, 0
        for place, _ in pieces:
            end = place.stop if place.axis == axis and place.start == end else -1
        if end != base.shape[axis]:
            sources = [source for _, source in pieces]
            return (
                stands_as_custom(self.recorder, "copy_", base.shape, sources)
                if any(x.computed for x in sources)
                else base
            )
        joined: Tensor = self.recorder.concat([source for _, source in pieces], axis)
        return joined
