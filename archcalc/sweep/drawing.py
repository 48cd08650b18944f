"""The rows of a sweep as a picture has them: all at once, with those on the front and the limits of what was kept."""

from __future__ import annotations

import numpy

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.report.sweep import Chunk, Drawn, Rule
from archcalc.sweep.pareto import Aim, on_front
from archcalc.sweep.rows import Rows, itself
from archcalc.sweep.selection import together
from archcalc.sweep.where import column

MOST_DRAWN = 200_000
"""Rows of a picture."""


def drawn(rows: Rows) -> Drawn:
    """The rows for a picture: also those that a front or an order leaves out or turns round. Raises SpecError."""
    asked = rows.selection
    rows.selection = asked._replace(aims=[], sort=None)
    chunks: list[Chunk] = []
    for chunk in rows.each(itself):
        chunks.append(chunk)
        if sum(map(len, chunks)) > MOST_DRAWN:
            message = f"a picture has {MOST_DRAWN:,} rows at most, and there are more"
            raise SpecError(Diagnostic(message, help=f"{option('where')} or {option('samples')} leaves rows out"))
    rows.selection = asked
    whole = together(chunks) if chunks else None
    fitting = None if whole is None else whole.kept(whole.fits)
    if whole is None or fitting is None or not len(fitting):
        raise SpecError(Diagnostic("there is nothing to draw: no variant that fits is kept"))
    aims = asked.aims or default_aims(rows)
    front = on_front([column(fitting, aim.name) for aim in aims], aims) if aims else numpy.zeros(len(fitting), bool)
    shown = asked.gathered([whole])
    rules = [Rule(one.name, float(one.amount), f"{one.name} {one.comparison} {one.text}")
             for one in asked.conditions if one.amount is not None]  # fmt: skip
    spec = rows.sweep.shared.document.name if rows.sweep.shared.document else None
    return Drawn(
        spec or rows.sweep.request.name,
        [one.name for one in rows.sweep.varying],
        rows.figures,
        fitting,
        front.nonzero()[0].tolist(),
        {aim.name: aim.large for aim in aims},
        rules,
        rows.count,
        whole if shown is None else shown,
    )


def default_aims(rows: Rows) -> list[Aim]:
    """Of two figures: the most of the first for the least of the second."""
    if len(rows.figures) != 2:
        return []
    return [Aim(rows.figures[0], True), Aim(rows.figures[1], False)]
