"""archcalc's answers."""

from __future__ import annotations

from archcalc.errors import RuleError
from archcalc.graph.inference import Applied
from archcalc.layers import find

from .case import Answer, Case


def archcalc_answer(case: Case) -> Answer | str:
    """What archcalc's rules say of a case, or why they refuse it."""
    try:
        applied = Applied(find(case.layer)(**case.arguments), tuple(case.inputs))
    except RuleError as error:
        return str(error)
    return Answer(
        [tuple(shape) for shape in applied.outputs],
        {name: shape for name, shape, _ in applied.weights},
        {name: shape for name, shape, _ in applied.buffers},
        applied.ops.get("mac", 0),
    )
