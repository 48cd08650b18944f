"""The answer of ``fit`` as plain data (archcalc.fit/1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import numpy

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.report.rows import hold_all
from archcalc.report.sweep import Chunk
from archcalc.sweep.fit import words
from archcalc.sweep.fit.bisect import Bisecting, way_of
from archcalc.sweep.fit.goal import OF_FLOPS, TRAIN_FLOPS, Goal, Limit, double
from archcalc.sweep.fit.monotone import FALLS, RISES, SAME, NotShown, ways
from archcalc.sweep.fit.settings import options_of, request_of
from archcalc.sweep.fit.walk import Asked, Found, Walked, walk
from archcalc.sweep.sweep import CHUNK, Sweep
from archcalc.version import __version__

if TYPE_CHECKING:
    from archcalc.report import documents

SCHEMA = "archcalc.fit/1"


MOST_WALKED = 100_000_000
"""Variants that are computed one and all: some minutes."""

WAY_WORDS = {RISES: "rises", SAME: "same", FALLS: "falls"}


class Fit:
    """A sweep with limits and a goal. ``figures``: those that are told, beside those that decide."""

    def __init__(self, sweep: Sweep, limits: list[Limit], goal: Goal, figures: list[str]) -> None:
        self.sweep, self.goal, self.limits, self.figures = sweep, goal, limits, figures
        self.asked = Asked(limits, goal, len(sweep.grid.dimensions) > 1 and goal.name != TRAIN_FLOPS)

    def answer(self, workers: int, watch: Callable[[int, int], None]) -> documents.Fit:
        """The document. Raises SpecError."""
        shown, walked = self.looked_up(workers, watch)
        computed = walked.variants if shown is None else shown.computed
        document = self.sweep.shared.document
        assert document is not None
        request, best = self.sweep.request, walked.best
        found: Any = {
            "schema": SCHEMA,
            "archcalc": __version__,
            "spec": document.name or document.source.name,
            "variant": request.variant or request.located().variant,
            "file": document.source.name,
            "set": dict(request.settings),
            "batch": request.batch,
            "vary": [{"name": one.name, "size": one.axis.values.size()} for one in self.sweep.varying],
            "limits": [self.limit(one) for one in self.limits],
            "goal": {
                "kind": self.goal.kind,
                "figure": self.goal.name,
                "target": plain(self.goal.target) if self.goal.text else None,
                "text": self.goal.text or None,
                "tokens_per_param": plain(self.goal.tokens) if self.goal.tokens else None,
            },
            "variants": walked.variants,
            "method": "walked" if shown is None else "bisected",
            "computed": computed,
            "ways": None if shown is None else {name: WAY_WORDS[way] for name, way in shown.ways.items()},
            "misfits": walked.variants - walked.fits,
            "misfit": None if walked.misfit is None else self.misfit(walked.misfit),
            "within": walked.kept,
            "answer": None if best is None else self.answered(best),
            "next": [] if best is None else self.neighbours(best),
            "front": None if walked.front is None else self.rows(walked.front),
            "missed": None if best is not None else self.missed(walked),
        }
        found["sentence"] = words.sentence(cast("documents.Fit", found))
        return cast("documents.Fit", found)

    def looked_up(self, workers: int, watch: Callable[[int, int], None]) -> tuple[Shown | None, Walked]:
        """What is known of the variants, and how it was shown without computing all; None if all were computed."""
        size = self.sweep.grid.size
        if size <= CHUNK:
            return None, walk(self.sweep, self.asked, workers, watch)
        try:
            bisecting = Bisecting(self.sweep, self.asked, self.ways())
            way_of(self.goal, bisecting.ways)
        except NotShown as reason:
            if size > MOST_WALKED:
                raise self.too_many(str(reason)) from None
            return None, walk(self.sweep, self.asked, workers, watch)
        walked = bisecting.answer()
        return Shown(bisecting.ways, len(bisecting.rows)), walked

    def ways(self) -> dict[str, int]:
        """How the figures that decide go with the only number. Raises NotShown."""
        sweep = self.sweep
        if len(sweep.varying) > 1:
            raise NotShown("several names vary")
        if sweep.others:
            raise NotShown(f"{sweep.others[0].name} is no whole number")
        values = sweep.varying[0].axis.values
        if len(values.ranges) > 1:
            raise NotShown("the values are no single range")
        (numbers,) = values.ranges
        up = numbers if numbers.step > 0 else numbers[::-1]
        return ways(sweep.recording(()), sweep.varying[0].name, up, sweep.figures)

    def too_many(self, reason: str) -> SpecError:
        message = (
            f"{self.sweep.grid.size:,} variants are too many to compute all, and bisecting proves nothing: {reason}"
        )
        help = (
            f"a larger step, fewer values, or {option('set')} for all names but one: {MOST_WALKED:,} variants are"
            " computed at most; 'archcalc sweep --samples N' draws some, without proof"
        )
        return SpecError(Diagnostic(message, help=help))

    def limit(self, one: Limit) -> documents.FitLimit:
        return {"bound": cast("Any", one.bound), "figure": one.figure, "limit": plain(one.amount), "text": one.text}

    def told(self, row: Chunk) -> documents.Cells:
        """The figures of a variant that fits."""
        names = [*self.figures, *(limit.figure for limit in self.limits), *self.own()]
        return {name: python(row.figures[name][0]) for name in dict.fromkeys(names)}

    def own(self) -> list[str]:
        if self.goal.name == TRAIN_FLOPS:
            return [*OF_FLOPS]
        return [] if self.goal.varies else [self.goal.name]

    def values(self, row: Chunk) -> documents.Cells:
        return {name: python(column[0]) for name, column in row.values.items()}

    def variant(self, row: Chunk) -> Any:
        return {"values": self.values(row), "figures": self.told(row)}

    def rows(self, chunk: Chunk) -> Any:
        return [self.variant(chunk.kept(numpy.array([place]))) for place in range(len(chunk))]

    def misfit(self, row: Chunk) -> Any:
        return {"values": self.values(row), "status": str(row.status[0])}

    def answered(self, best: Found) -> Any:
        """The best variant, with what chooses it and, of a cell of IsoFLOP, what training takes."""
        request = request_of(self.sweep, self.indexes(best.position))
        found = {**self.variant(best.row), "position": best.position, "options": options_of(self.sweep, request)}
        if self.goal.name == TRAIN_FLOPS:
            params, macs, backward, tokens = (int(best.row.figures[name][0]) for name in OF_FLOPS)
            data = self.goal.tokens * params
            found["training"] = {
                "tokens": plain(data),
                "flops_per_token": plain(Fraction(2 * (macs + backward), tokens)),
                "flops": plain(self.goal.value(best.row, 0)),
                "flops_6nd": plain(6 * params * data),
            }
            hold_all(self.sweep.request.name, found["training"])
        return found

    def indexes(self, position: int) -> dict[str, int]:
        return {name: int(index[0]) for name, index in self.sweep.grid.indexes(position, position + 1).items()}

    def neighbours(self, best: Found) -> list[Any]:
        """The variants one step from the best, in each name: what they are beyond, and whether they would be better."""
        grid, here = self.sweep.grid, self.indexes(best.position)
        found = []
        for dimension, size in zip(grid.dimensions, grid.sizes, strict=True):
            for step in (-1, 1):
                index = here[dimension[0].name] + step
                if 0 <= index < size:
                    moved = {**here, **{axis.name: index for axis in dimension}}
                    found.append(self.neighbour(moved, [axis.name for axis in dimension], best))
        return found

    def neighbour(self, indexes: Mapping[str, int], moved: list[str], best: Found) -> Any:
        row = self.sweep.computed({name: numpy.array([index]) for name, index in indexes.items()}, 1)
        values = {name: value for name, value in self.values(row).items() if name in moved}
        if not row.fits[0]:
            return {"values": values, "figures": None, "over": [], "better": None, "status": str(row.status[0])}
        figures = {limit.figure: row.figures[limit.figure][0] for limit in self.limits}
        over = [limit.figure for limit in self.limits if not keeps(limit, figures[limit.figure])]
        better = bool(self.goal.numeric(row)[0]) and self.goal.rank(self.goal.value(row, 0)) < best.rank
        found = {"values": values, "figures": self.told(row), "over": over, "better": better, "status": "fits"}
        if self.goal.name == TRAIN_FLOPS:
            found["train_flops"] = plain(self.goal.value(row, 0))
        return found

    def missed(self, walked: Walked) -> Any:
        """Which limit is the tightest, and the variant that misses it least; and the one that misses all least."""
        least = [one for one in zip(self.limits, walked.least, strict=True) if one[1] is not None]
        if walked.nearest is None or not least:
            return None
        limit, found = max(least, key=lambda one: one[1].rank)  # type: ignore[union-attr]
        assert found is not None
        alone = found.rank[0] > 0
        row = found.row if alone else walked.nearest.row
        return {
            "tightest": self.limit(limit) if alone else None,
            "by": plain(abs(Fraction(int(row.figures[limit.figure][0])) - limit.amount)) if alone else None,
            "share": double(found.rank[0] if alone else walked.nearest.rank[0]),
            "variant": self.variant(row),
        }


class Shown:
    """How figures go, and how many variants were computed to find the answer."""

    def __init__(self, ways: Mapping[str, int], computed: int) -> None:
        self.ways, self.computed = ways, computed


def keeps(limit: Limit, value: Any) -> bool:
    return not isinstance(value, (str, type(None))) and limit.missed(value) <= 0


def plain(number: Fraction | int) -> int | float:
    """A number as JSON has it: whole where it is."""
    found = Fraction(number)
    return found.numerator if found.denominator == 1 else double(found)


def python(cell: Any) -> Any:
    """A cell as Python's own."""
    return cell.item() if isinstance(cell, numpy.generic) else cell
