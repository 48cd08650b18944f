"""A spec as a value: its text, or layers that Python lists. Both are read as a file is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archcalc.errors import Source
from archcalc.language.writer import flow
from archcalc.layers.base import Layer
from archcalc.sources.source import Located


class Spec:
    """A spec that is in no file. ``text`` is its YAML, which can be saved as it stands.

    A step is written as in YAML: a layer's name, a mapping, or an object of a layer's class; ``step`` adds a step's
    keys to one. Further keywords are the other keys of a file: vars, variants, defaults, blocks, layout, ...

    >>> from archcalc.layers.convolution import Conv
    >>> from archcalc.layers.dense import Linear
    >>> stem = step(Conv(out=16, kernel=3, padding="same"), name="stem")
    >>> spec = Spec("small", input=[3, 32, 32], layers=[stem, "relu", "global_avg_pool", Linear(out=10)])
    >>> print(spec.text)
    name: small
    input: [3, 32, 32]
    layers:
      - {conv: {out: 16, kernel: 3, padding: same}, name: stem}
      - relu
      - global_avg_pool
      - {linear: {out: 10}}
    <BLANKLINE>
    >>> from archcalc import load
    >>> load(spec).params
    618
    """

    def __init__(self, name: str, *, input: Any, layers: Sequence[Any], **keys: Any) -> None:
        rest = "".join(f"{key}: {flow(value)}\n" for key, value in keys.items())
        steps = "".join(f"  - {flow(step)}\n" for step in layers)
        self.text = f"name: {flow(name)}\ninput: {flow(input)}\n{rest}layers:\n{steps}"
        self.file = f"<{name}>"

    @classmethod
    def from_text(cls, text: str, file: str = "<text>") -> Spec:
        """A spec from its YAML; errors call it ``file``. It is read when it is loaded.

        >>> from archcalc import load
        >>> load(Spec.from_text("name: tiny\\ninput: [8]\\nlayers: [{linear: 4}]")).params
        36
        """
        spec = cls.__new__(cls)
        spec.text, spec.file = text, file
        return spec

    def located(self) -> Located:
        """The text as the loader takes it; its imports are found from the working directory."""
        return Located(Source(self.file, self.text), None)

    def __repr__(self) -> str:
        return f"<Spec {self.file}>"


def step(layer: str | Layer, **keys: Any) -> dict[str, object]:
    """A layer with a step's keys: name, repeat, when, share, ...; from is written ``from_``.

    >>> step("add", from_=["left", "right"], name="sum")
    {'add': {}, 'from': ['left', 'right'], 'name': 'sum'}
    """
    found = {layer: {}} if isinstance(layer, str) else {layer.type_name: layer.given}
    return {**found, **{key.removesuffix("_"): value for key, value in keys.items()}}


def expression(value: Any) -> str:
    """A variable's value as ``--set NAME=`` would be given it: a text stands for an expression."""
    return value if isinstance(value, str) else flow(value)
