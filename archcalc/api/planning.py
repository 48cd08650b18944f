"""What the tensors of a network need in memory: the options of Python and of the command, and the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from archcalc.budget.banks import read_banks
from archcalc.costs.memory import ALIGNMENT
from archcalc.report.memory import Wanted, build_memory
from archcalc.request import Request, above_zero, known_dtype, true_or_false

if TYPE_CHECKING:
    from archcalc.report.documents import Memory


def memory_document(
    request: Request,
    *,
    activations: str | None = None,
    in_place: bool = True,
    align: int = ALIGNMENT,
    banks: str | Mapping[str, str | int] | None = None,
    map: bool = False,
    max_states: int | None = None,
) -> Memory:
    """The memory (archcalc.memory/1) of a request; ``banks`` as NAME=SIZE,... or a mapping. Raises SpecError."""
    wanted = Wanted(
        request.dtype if activations is None else known_dtype(activations, "activations"),
        true_or_false("in_place", in_place),
        above_zero("align", align),
        read_banks(banks) if banks is not None else (),
        true_or_false("map", map),
        max_states,
    )
    return build_memory(request.report(), wanted)
