"""One spec judged: sized once in each way that budgets ask for, and held to their limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from archcalc.budget.baseline import CommitBase, FileBase, Older, ReportBase
from archcalc.budget.budgets import Budget
from archcalc.budget.costs import costliest, grew_most
from archcalc.budget.files import Target
from archcalc.budget.result import Limit, Result
from archcalc.budget.sizing import Sized, measure
from archcalc.errors import SpecError, option
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.request import Options

AnyBase = CommitBase | FileBase | ReportBase


class Judged:
    """A spec and its sizes. ``given``: options that win over what a budget says. ``base``: what growth is against."""

    def __init__(self, target: Target, given: Options, base: AnyBase | None) -> None:
        self.target, self.given, self.base = target, given, base
        self.sized: dict[Any, Sized | SpecError] = {}
        self._older: dict[Sized, Older] = {}

    def size(self, variant: str | None, given: Options) -> Sized:
        """Raises SpecError, the same each time."""
        given = merged(given, self.given)
        key = told_apart(variant, given)
        if key not in self.sized:
            try:
                self.sized[key] = Sized(Request(self.target.located, variant=variant, **given))
            except SpecError as error:
                self.sized[key] = error
        found = self.sized[key]
        if isinstance(found, SpecError):
            raise found
        return found

    @property
    def failed(self) -> bool:
        """Whether it could not be sized in one of the ways."""
        return any(isinstance(one, SpecError) for one in self.sized.values())

    def older(self, budget: Budget, sized: Sized) -> Older | None:
        """What the budget's limits of growth are held against, if it has some. Raises SpecError."""
        if self.base is None or all(limit.bound != "max_increase" for limit in budget.limits):
            return None
        if sized not in self._older:
            self._older[sized] = self.base.find(self.target, sized)
        return self._older[sized]


def held(budget: Budget, sized: Sized, older: Older | None) -> Iterator[tuple[Limit, Result | None]]:
    """Each limit on one network; without a result where its pattern matches no layer. Raises SpecError."""
    for limit in budget.limits:
        yield limit, hold(limit, sized, older)


def hold(limit: Limit, sized: Sized, older: Older | None) -> Result | None:
    places = rows = None
    if limit.pattern is not None:
        places = sized.paths.matched(limit.pattern, limit.pattern_span)
        if not places:
            return None
        rows = [sized.report["layers"][place] for place in places]
    dtype = limit.amount.dtype or sized.report["dtype"]
    result = Result(sized.report, limit, measure(sized.report, limit.metric, dtype, rows))
    if limit.bound != "max_increase":
        result.hold(None)
    elif older is None:
        result.note = f"not judged: {option('base')} says against what"
    elif older.report is None:
        result.new, result.note = True, older.note
    else:
        result.hold(measure(older.report, limit.metric, dtype))
        if not result.ok:
            result.place = grew_most(sized, older.report, limit.metric)
    if not result.ok and result.place is None:
        result.place = costliest(sized, limit.metric, places)
    return result


def merged(given: Options, asked: Options) -> Options:
    """A budget's settings with the command line's, which win; variables one by one."""
    found: Options = {**given, **asked}
    if "settings" in given and "settings" in asked:
        found["settings"] = {**given["settings"], **asked["settings"]}
    return found


def told_apart(variant: str | None, given: Options) -> Any:
    """What tells two ways of asking for one spec apart."""
    count = given.get("count")
    return variant, repr(sorted({**given, "count": getattr(count, "source", count)}.items()))
