"""What no layer does: ``custom`` steps of the sizes that they give, each operator said once in a note."""

from __future__ import annotations

from collections.abc import Sequence

from archcalc.importers.graphs.recorder import Recorder
from archcalc.importers.graphs.samples import Tensor
from archcalc.importers.graphs.unknown import Unreadable


def stands_as_custom(
    recorder: Recorder, what: str, shape: Sequence[int], inputs: Sequence[Tensor], params: int = 0, macs: int = 0
) -> Tensor:
    """A tensor of this shape, made of those that are computed. ``macs`` are one sample's.

    Raises Unreadable where the batch would be lost on the way.
    """
    computed = [x for x in inputs if x.computed]
    like = next((x for x in computed if x.batch is not None), None)
    batch = None
    if like is not None and like.batch is not None:
        batch = like.batch if like.batch.axis < len(shape) and shape[like.batch.axis] == recorder.batch else None
        if batch is None and recorder.batch > 1:
            raise Unreadable(f"{what} along the batch")
    arguments = {"out": [*recorder.sample(shape, batch)], "params": params, "macs": macs}
    node = recorder.add("custom", arguments, computed)
    node.name = what
    say(recorder, what)
    return Tensor(shape, value=node.outputs[0], batch=batch)


def say(recorder: Recorder, what: str) -> None:
    """Say so, once for each operator."""
    said = f"{what} stands as custom, of the size that it gives: no layer does it"
    if said not in recorder.graph.notes:
        recorder.graph.notes.append(said)
