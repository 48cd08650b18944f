"""Whether today's budgets hold a spec as strictly as those of the base.

What is compared is what is held in effect, limit by limit on the same network: a budget that is written otherwise and
holds the same loosens nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from archcalc.budget.budgets import Budget
from archcalc.budget.judging import Judged, held
from archcalc.budget.keys import LEVELS
from archcalc.budget.loosening import Loosening
from archcalc.budget.planned import Run
from archcalc.budget.result import Limit, Result
from archcalc.budget.settings import said
from archcalc.budget.sizing import Sized
from archcalc.budget.units import IN_BYTES
from archcalc.errors import SpecError, cut
from archcalc.graph.paths import Paths
from archcalc.layers.base import BITS
from archcalc.report.figures import TIME

if TYPE_CHECKING:
    from archcalc.request import Options

Now = tuple["Options", Result]
"""One of today's results, and the settings of its budget."""


def compared(judged: Judged, runs: Iterable[Run], now: list[Now], count: tuple[str, str] | None) -> Iterator[Loosening]:
    """What of the base's budgets of one spec is held less strictly now.

    ``count``: how the spec itself counts in the base and now, if that differs.
    """
    if count is not None:
        now = [({"count": count[1], **given}, result) for given, result in now]
    for budget, variant in runs:
        given: Options = {"count": count[0], **budget.given} if count is not None else budget.given
        try:
            sized = judged.size(variant, given)
        except SpecError as error:
            why = error.diagnostics[0].message
            yield from (of_limit(limit, judged, variant, why=why) for limit in in_force(budget))
            continue
        try:
            older = judged.older(budget, sized)
        except SpecError:  # told by the limit that needs it
            older = None
        for limit, then in held(budget, sized, older):
            if limit.level == "off":
                continue
            if then is None:
                yield of_limit(limit, judged, variant, why="its pattern matches no layer", report=sized.report)
            elif not is_held(then, sized, now):
                yield changed(then, given, nearest(then, given, sized, now), judged, sized)


def in_force(budget: Budget) -> list[Limit]:
    return [limit for limit in budget.limits if limit.level != "off"]


def dropped(file: str, runs: Iterable[Run], is_new: bool) -> Iterator[Loosening]:
    """The limits of a spec that nothing asks for any more; a new one was never held, and would have been."""
    why = "a new spec, which the base's budgets would hold" if is_new else "archcalc.yaml does not name the spec"
    for budget, variant in runs:
        for limit in in_force(budget):
            yield of_limit(limit, file, variant, why=why)


def unmatched(limit: Limit, judged: Judged, sized: Sized) -> Loosening | None:
    """That a pattern matches no layer of a spec in which it matched one in the base."""
    older = judged.before(sized)
    if older is None or older.report is None or limit.level == "off" or limit.pattern is None:
        return None
    if not Paths(older.names).matched(limit.pattern, limit.pattern_span):
        return None
    why = "its pattern matches no layer any more"
    return of_limit(limit, judged, sized.report["variant"], why=why, report=sized.report)


def is_held(then: Result, sized: Sized, now: list[Now]) -> bool:
    """Whether one of today's limits holds whatever one of the base's held."""
    return any(severity(one) <= severity(then) and is_as_strict(one, then) for _, one in of_figure(then, sized, now))


def nearest(then: Result, given: Options, sized: Sized, now: list[Now]) -> Now | None:
    """The one of today's limits that took the place of one of the base's.

    That of the same figure, else of the same layers; of several that of the same file, then the one in which least is
    said otherwise, then the strictest.
    """
    found = of_figure(then, sized, now)
    found = found or [one for one in now if are_alike(one[1], then) and one[1].path == then.path]

    def distance(one: Now) -> tuple[bool, int, int, Fraction]:
        settings, result = one
        others = sum(said(key, given) != said(key, settings) for key in {*given, *settings})
        others += (result.level != then.level) + (result.written != then.written)
        return not same_file(then, result), others, severity(result), looseness(result)

    return min(found, key=distance) if found else None


def same_file(then: Result, now: Result) -> bool:
    """Whether two limits are written in one file, whose name in the base has the commit's before it."""
    return then.file == now.file or then.file.endswith(f":{now.file}")


def looseness(result: Result) -> Fraction:
    """The larger the less is held."""
    amount = result.source.amount
    limit = (
        in_unit(result, result.limit) if result.limit is not None else Fraction(amount.numerator, amount.denominator)
    )
    return Fraction(-limit if result.bound == "min" else limit)


def of_figure(then: Result, sized: Sized, now: list[Now]) -> list[Now]:
    """Those of today's limits that bound the same figure on the same side."""
    alike = [one for one in now if are_alike(one[1], then) and figure(one[1]) == figure(then)]
    return [one for one in alike if same_layers(one[1], then, sized)]


def severity(result: Result) -> int:
    return LEVELS.index(result.level)


def are_alike(one: Result, other: Result) -> bool:
    """Whether they bound the same metric of the same variant on the same side. Bytes of weights count parameters."""
    return (one.variant, one.bound, unit(one)) == (other.variant, other.bound, unit(other))


def unit(result: Result) -> str:
    limit = result.source
    if limit.device is not None and not limit.reads_file:  # whatever it is called, and in whatever case
        return f"{TIME}{limit.device.name}"
    return "params" if result.metric in IN_BYTES else result.metric


def same_layers(one: Result, other: Result, sized: Sized) -> bool:
    if one.path == other.path:
        return True
    return sized.paths.matched(one.path or "**") == sized.paths.matched(other.path or "**")


def figure(result: Result) -> int:
    """What tells whether two limits bound the same: of banks, whatever their sizes, what they have to hold."""
    return result.alive if result.metric == "banks" else in_unit(result, result.used)


def in_unit(result: Result, number: int) -> int:
    """Bytes of weights as the parameters that they hold; of several widths as many as would have them in proportion."""
    if result.metric not in IN_BYTES:
        return number
    if result.dtype is None:
        return number * result.params // result.used if result.used else number
    return number * 8 // BITS[result.dtype]


def is_as_strict(one: Result, other: Result) -> bool:
    """Whether a limit holds whatever the other holds, on the same figure."""
    if one.metric == "banks":
        sizes = [[size for _, size in result.source.banks] for result in (one, other)]
        return len(sizes[0]) <= len(sizes[1]) and all(size <= most for size, most in zip(*sizes, strict=False))
    if one.limit is not None and other.limit is not None:
        limits = in_unit(one, one.limit), in_unit(other, other.limit)
        return limits[0] >= limits[1] if one.bound == "min" else limits[0] <= limits[1]
    amount, most = one.source.amount, other.source.amount  # growth of what is new
    if amount.percent != most.percent:
        return False
    if amount.percent:
        return amount.numerator * most.denominator <= most.numerator * amount.denominator
    return in_unit(one, amount.floor()) <= in_unit(other, most.floor())


# What is said


def of_limit(limit: Limit, spec: Judged | str, variant: str | None, *, why: str = "", report: Any = None) -> Loosening:
    """A limit that is none any more."""
    file = spec if isinstance(spec, str) else spec.target.text
    found = Loosening(limit.bound, limit.amount.text, spec_file=file, span=limit.span, why=why)
    found.variant, found.metric, found.path = variant, limit.metric, limit.pattern
    if report is not None:
        found.spec, found.variant, found.spec_file = report["spec"], report["variant"], report["file"]
    return found


def changed(then: Result, given: Options, now: Now | None, judged: Judged, sized: Sized) -> Loosening:
    """A limit that is another one now, or none."""
    found = of_limit(then.source, judged, then.variant, report=sized.report)
    if now is None:
        return found
    settings, result = now
    was, is_now = [then.written], [result.written]
    if result.metric != then.metric:
        is_now[0] = f"{result.metric} {result.written}"
    is_width_said = result.source.amount.dtype != then.source.amount.dtype
    if figure(result) != figure(then) or (result.used != then.used and not is_width_said):
        for key in dict.fromkeys([*given, *settings]):
            texts = [said(key, those) for those in (given, settings)]
            if texts[0] != texts[1]:
                was.append(texts[0])
                is_now.append(texts[1])
        was.append(f"of {then.used:,}")
        is_now.append(f"of {result.used:,}")
    if result.level != then.level:
        was.append(f"level {then.level}")
        is_now.append(f"level {result.level}")
    found.was, found.now, found.at = cut(", ".join(was)), cut(", ".join(is_now)), result.source.span
    return found
