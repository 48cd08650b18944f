"""Whether today's budgets hold a spec as strictly as those of the base.

What is compared is what is held in effect, limit by limit on the same network: a budget that is written otherwise and
holds the same loosens nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from archcalc.budget.budgets import Budget
from archcalc.budget.judging import Judged, held
from archcalc.budget.keys import LEVELS
from archcalc.budget.loosening import Loosening
from archcalc.budget.planned import Run
from archcalc.budget.result import Limit, Result
from archcalc.budget.sizing import Sized
from archcalc.budget.units import IN_BYTES
from archcalc.errors import SpecError, cut
from archcalc.layers.base import BITS

if TYPE_CHECKING:
    from archcalc.request import Options

Now = tuple["Options", Result]
"""One of today's results, and the settings of its budget."""
WORDS = {"settings": "set", "inputs": "input"}


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
                yield changed(then, given, nearest(then, sized, now), judged, sized)


def in_force(budget: Budget) -> list[Limit]:
    return [limit for limit in budget.limits if limit.level != "off"]


def dropped(file: str, runs: Iterable[Run]) -> Iterator[Loosening]:
    """The limits of a spec that no budget holds any more."""
    for budget, variant in runs:
        for limit in in_force(budget):
            yield of_limit(limit, file, variant, why="no budget holds the spec")


def is_held(then: Result, sized: Sized, now: list[Now]) -> bool:
    """Whether one of today's limits holds whatever one of the base's held."""
    return any(severity(one) <= severity(then) and is_as_strict(one, then) for _, one in of_figure(then, sized, now))


def nearest(then: Result, sized: Sized, now: list[Now]) -> Now | None:
    """The one of today's limits that took the place of one of the base's."""
    same = of_figure(then, sized, now)
    strict = [one for one in same if is_as_strict(one[1], then)]
    found = strict or same or [one for one in now if are_alike(one[1], then) and one[1].path == then.path]
    return min(found, key=lambda one: severity(one[1])) if found else None


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
    return "params" if result.metric in IN_BYTES else result.metric


def same_layers(one: Result, other: Result, sized: Sized) -> bool:
    if one.path == other.path:
        return True
    return sized.paths.matched(one.path or "**") == sized.paths.matched(other.path or "**")


def figure(result: Result) -> int:
    return in_unit(result, result.used)


def in_unit(result: Result, number: int) -> int:
    """Bytes of weights as the parameters that they hold; of several widths as many as would have them in proportion."""
    if result.metric not in IN_BYTES:
        return number
    if result.dtype is None:
        return number * result.params // result.used if result.used else number
    return number * 8 // BITS[result.dtype]


def is_as_strict(one: Result, other: Result) -> bool:
    """Whether a limit holds whatever the other holds, on the same figure."""
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
    if figure(result) != figure(then):
        for key in dict.fromkeys([*given, *settings]):
            texts = [setting(key, those.get(key)) for those in (given, settings)]
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


def setting(key: str, value: Any) -> str:
    """``batch 8``."""
    word = WORDS.get(key, key)
    if value is None:
        return f"no {word}"
    if key == "settings":
        return f"{word} {' '.join(f'{name}={text}' for name, text in value.items())}"
    if key == "inputs":
        shapes = [(f"{name}=" if name else "") + "x".join(map(str, shape)) for name, shape in value.items()]
        return f"{word} {' '.join(shapes)}"
    return f"{word} {getattr(value, 'name', value)}"
