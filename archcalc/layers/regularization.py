"""Layers that act in training only, or not at all: in evaluation they pass their input on.

Dropout is ``in_place`` too: where no layer works in place, it has memory of its own.
"""

from archcalc.layers.arguments import Probability
from archcalc.layers.base import Layer, layer
from archcalc.layers.kept import further


@layer("dropout", "drop_path", obvious="p")
class Dropout(Layer):
    """Drop elements (dropout) or whole samples (drop_path) with probability ``p`` in training; shapes pass through.

    As torch.nn.Dropout; drop_path is the stochastic depth of Huang et al. 2016. Nothing is computed in evaluation.

    Example::

        input: [4096]
        layers:
          - dropout: 0.5
    """

    view = in_place = True
    p: Probability

    def shape(self, x):
        return [*x]

    def keeps(self, x, y):
        """What each element, or each sample, is multiplied by; nothing where none is dropped."""
        if self.type_name == "drop_path":
            yield from [further("noise", [])] if self.p > 0 else []
        elif self.p == 1:
            yield further("noise", [], once=True)
        elif self.p > 0:
            yield further("noise", x)


@layer("identity")
class Identity(Layer):
    """Passes on what it reads. As torch.nn.Identity.

    Example::

        input: [64, 56, 56]
        layers:
          - identity
    """

    view = True

    def shape(self, x):
        return [*x]
