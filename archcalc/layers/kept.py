"""What autograd keeps of a layer until the backward pass, in the words of a layer's rule."""

from __future__ import annotations

from typing import Any

INPUT, OUTPUT = "input", "output"


class Kept:
    """A tensor that PyTorch's autograd keeps: an input or an output by its ``number``, or a further one by its name.

    A further tensor has a ``shape``, that of one sample; with ``once`` it is one for the whole batch. ``dtype`` is its
    type, None that of the first input; an input of another type is kept as a copy in this one.

    ``of`` names the gradients that need it, ``WEIGHTS`` and inputs by their number; without any it is kept as soon as
    one is asked for. ``form`` is how an input is read, one of FORMS: where its place in memory does not allow that, a
    copy is kept in its place. ``lone``: kept only where a single sample is read.
    """

    __slots__ = ("tensor", "number", "shape", "dtype", "of", "form", "axis", "once", "lone")

    def __init__(
        self,
        tensor: str,
        number: int = 0,
        *,
        shape: Any = (),
        dtype: str | None = None,
        of: tuple[Any, ...] = (),
        form: str | None = None,
        axis: int = -1,
        once: bool = False,
        lone: bool = False,
    ) -> None:
        self.tensor, self.number, self.shape, self.dtype, self.of = tensor, number, shape, dtype, of
        self.form, self.axis, self.once, self.lone = form, axis, once, lone


WEIGHTS = "weights"
"""The gradient of the weights, among those of inputs."""

INNER = ()
"""The gradient of what is computed on the way, which any gradient needs. A tuple of inputs: of what they have made."""

FORMS = ("contiguous", "matrix", "product")
"""In one piece; as the rows of a matrix along ``axis``; as the matrices of a product."""


def read(number: int = 0, *of: Any, **more: Any) -> Kept:
    """An input, kept for these gradients."""
    return Kept(INPUT, number, of=of, **more)


def given(number: int = 0, *of: Any) -> Kept:
    """An output."""
    return Kept(OUTPUT, number, of=of)


def further(name: str, shape: Any, *of: Any, **more: Any) -> Kept:
    """A tensor that is neither read nor given."""
    return Kept(name, shape=shape, of=of, **more)
