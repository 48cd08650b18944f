"""``custom``: the user's own rule, for a layer that archcalc does not know."""

from collections.abc import Iterable
from typing import Any

from archcalc.layers.arguments import Count, Shape
from archcalc.layers.base import Layer, Ops, Several, layer
from archcalc.layers.kept import Kept, read


@layer("custom", reads=Several(1))
class Custom(Layer):
    """Any tensors in, one out, with the shape, parameters and multiply-adds that the spec says.

    For a layer that archcalc does not know.

    Example::

        input: [64, 56, 56]
        layers:
          - custom: {out: [128, 28, 28], params: 73728, macs: 57802752}
            expect: [128, 28, 28]
    """

    out: Shape
    params: Count
    macs: Count

    def shape(self, *inputs: Any) -> Any:
        return [*self.out]

    def weights(self, *inputs: Any) -> Iterable[tuple[str, Any]]:
        if self.params != 0:
            yield "weight", [self.params]

    def ops(self, *shapes: Any) -> Ops:
        return {"mac": self.macs}

    def window(self, read: Any, *inputs: Any) -> Any:
        """Nobody knows: each position may read any."""
        return [[read.Mixed(*range(len(self.out))) for _ in x] for x in inputs]

    def keeps(self, *shapes: Any) -> Iterable[Kept]:
        """Nobody knows; the gradients of what it multiplies need what it reads."""
        return map(read, range(len(shapes) - 1))
