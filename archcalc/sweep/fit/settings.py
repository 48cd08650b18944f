"""A variant as the options of a command that choose it."""

from __future__ import annotations

from collections.abc import Mapping

from archcalc.request import Request
from archcalc.sweep.sweep import Sweep


def request_of(sweep: Sweep, indexes: Mapping[str, int]) -> Request:
    """The request of a variant, by the index of each value. Raises SpecError."""
    point = {one.name: int(one.axis.values.one(indexes[one.name])) for one in sweep.numbers}
    return sweep.asked(tuple(indexes[one.name] for one in sweep.others), point)


def options_of(sweep: Sweep, request: Request) -> list[str]:
    """What chooses a variant, also what the request that was swept had set: ``--set``, ``width=264``, ..."""
    base, document = sweep.request, sweep.shared.document
    assert document is not None
    found = ["--variant", str(request.variant)] if request.variant != base.variant else []
    for name, text in request.settings.items():
        found += ["--set", f"{name}={text}"]
    for input_name, shape in request.inputs.items():
        sizes = "x".join(map(str, shape))
        found += ["--input", f"{input_name}={sizes}" if input_name and document.several_inputs else sizes]
    if request.dtype != base.dtype:
        found += ["--dtype", request.dtype]
    return found
