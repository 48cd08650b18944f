"""A node as the rules of operators see it: its tensors, its attributes, and what older versions said elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from archcalc.importers.graphs.customs import stands_as_custom
from archcalc.importers.graphs.recorder import Recorder
from archcalc.importers.graphs.samples import Place, Tensor, axis_in
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation as TorchOperation
from archcalc.layers.base import Arguments


class Operation:
    """``inputs``: a tensor each, None for one that is left out. ``read``: which outputs something reads.

    ``partly``: stored tensors that several nodes read, each beside others: such a bias is a step of its own.
    """

    __slots__ = ("type", "inputs", "attributes", "recorder", "opset", "read", "partly")

    def __init__(
        self,
        type: str,
        inputs: Sequence[Tensor | None],
        attributes: Arguments,
        recorder: Recorder,
        opset: int,
        read: Sequence[bool] = (True,),
        partly: frozenset[str] = frozenset(),
    ) -> None:
        self.type, self.inputs, self.attributes = type, inputs, attributes
        self.recorder, self.opset, self.read, self.partly = recorder, opset, read, partly

    def tensor(self, place: int = 0) -> Tensor:
        """An input. Raises Unreadable where it is left out."""
        found = self.optional(place)
        if found is None:
            raise Unreadable(f"{self.type} without its input {place + 1}")
        return found

    def optional(self, place: int) -> Tensor | None:
        return self.inputs[place] if place < len(self.inputs) else None

    @property
    def tensors(self) -> list[Tensor]:
        return [one for one in self.inputs if one is not None]

    def get(self, name: str, default: Any = None) -> Any:
        return self.attributes.get(name, default)

    def number(self, name: str, default: int | None = None) -> int:
        found = self.get(name, default)
        if type(found) is not int:
            raise Unreadable(f"{self.type} whose {name} is no whole number")
        return found

    def numbers(self, name: str, default: Sequence[int] | None = None) -> list[int] | None:
        """A list of whole numbers from an attribute."""
        found = self.get(name, default)
        if found is not None and (not isinstance(found, list) or any(type(one) is not int for one in found)):
            raise Unreadable(f"{self.type} whose {name} are no whole numbers")
        return found

    def known(self, name: str, place: int) -> list[Any] | None:
        """Numbers from an attribute or, in later versions of the operator, from an input; None where neither is there.

        Raises Unreadable for an input whose numbers are not known.
        """
        if name in self.attributes:
            found = self.attributes[name]
            return found if isinstance(found, list) else [found]
        tensor = self.optional(place)
        if tensor is None or tensor.shape == (0,):
            return None
        if tensor.numbers is None:
            why = "are computed from values" if tensor.computed else "are not known"
            raise Unreadable(f"{self.type} whose {name} {why}")
        return tensor.numbers

    def sizes(self, name: str, place: int) -> list[int]:
        """As ``known``, whole numbers that must be there."""
        found = self.known(name, place)
        if found is None:
            raise Unreadable(f"{self.type} without {name}")
        return [int(one) for one in found]

    def image(self, place: int = 0) -> Tensor:
        """An input whose first axis is the batch, as operators with windows have it.

        A file of one sample may have put that axis there itself.
        """
        x, recorder = self.tensor(place), self.recorder
        first = x.batch is not None and x.batch.axis == 0
        if x.batch is not None and not first and recorder.batch > 1 and recorder.alone(x.shape, x.batch):
            raise Unreadable(f"{self.type} of a tensor whose batch is axis {x.batch.axis}")
        if not x.computed or first or recorder.batch != 1 or x.shape[:1] != (1,):
            return x
        return Tensor(x.shape, value=recorder.in_shape(recorder.of(x), x.shape[1:]), batch=Place(0), dtype=x.dtype)

    def lifted(self, x: Tensor) -> Tensor:
        """A batch of one as an axis like any other, for operators along it."""
        if x.batch is None or not x.computed or self.recorder.batch != 1:
            return x
        return Tensor(x.shape, value=self.recorder.in_shape(self.recorder.of(x), x.shape), dtype=x.dtype)

    def axis(self, default: int, x: Tensor | None = None) -> int:
        """The attribute ``axis``, counted from the start."""
        return axis_in(self.number("axis", default), len((x or self.tensor()).shape))

    def torch(self, operator: str, arguments: Arguments | None = None) -> TorchOperation:
        """The same as an operator of PyTorch, where one means the same."""
        return TorchOperation(operator, arguments or {}, self.recorder, [], self.read, lambda tensor, word: None)

    def drop(self, x: Tensor, what: str = "") -> Tensor:
        """The tensor itself, and a count of what is not said of it."""
        self.recorder.graph.drop(what or self.type)
        return x

    def with_type(self, type: str, inputs: Sequence[Tensor | None], **attributes: Any) -> Operation:
        """Another operator that is a part of this one."""
        return Operation(type, inputs, attributes, self.recorder, self.opset, (True,), self.partly)


Rule = Callable[[Operation], Any]


def other(op: Operation, shape: Sequence[int], *inputs: Tensor, params: int = 0, macs: int = 0) -> Tensor:
    """What no layer does: a ``custom`` of this shape. ``macs`` are one sample's."""
    return stands_as_custom(op.recorder, op.type, shape, inputs or op.tensors, params, macs)
