"""``custom``: the user's own rule, for a layer that archcalc does not know."""

from collections.abc import Iterable
from typing import Any

from archcalc.layers.arguments import Count, Shape
from archcalc.layers.base import Layer, Ops, Several, layer


@layer("custom", reads=Several(1))
class Custom(Layer):
    """Any tensors in, one of shape ``out`` out, with the parameters and multiply-adds that the spec says."""

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
