"""One spec judged: sized once in each way that budgets ask for, and held to their limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from archcalc.budget.baseline import CommitBase, FileBase, Older, ReportBase
from archcalc.budget.budgets import Budget
from archcalc.budget.costs import Part, costliest, grew_most, line_of_most
from archcalc.budget.files import Target
from archcalc.budget.result import EVERYTHING, Limit, Result, width
from archcalc.budget.sizing import Sized, measure
from archcalc.budget.units import CACHED, IN_BYTES, MOVED, OF_MEMORY
from archcalc.building.load import Shared
from archcalc.errors import Diagnostic, SpecError, option
from archcalc.report.figures import RECEPTIVE_FIELD, TRAINED
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.report.documents import Report
    from archcalc.request import Options

AnyBase = CommitBase | FileBase | ReportBase


class Judged:
    """A spec and its sizes. ``given``: options that win over what a budget says. ``base``: what growth is against."""

    def __init__(self, target: Target, given: Options, base: AnyBase | None) -> None:
        self.target, self.given, self.base = target, given, base
        self.sized: dict[Any, Sized | SpecError] = {}
        self.shared: dict[Any, Shared] = {}
        self._older: dict[Sized, Older] = {}

    def size(self, variant: str | None, given: Options) -> Sized:
        """Raises SpecError, the same each time."""
        given = merged(given, self.given)
        key = told_apart(variant, given)
        if key not in self.sized:
            try:
                request = Request(self.target.located, variant=variant, **given)
                request.shared = self.shared
                self.sized[key] = Sized(request)
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
        return self._found(sized)

    def before(self, sized: Sized) -> Older | None:
        """What a peak is compared with, if there is a base that can be sized."""
        try:
            return None if self.base is None or isinstance(self.base, ReportBase) else self._found(sized)
        except SpecError:  # of no limit of growth: it holds without
            return None

    def _found(self, sized: Sized) -> Older | None:
        if self.base is not None and sized not in self._older:
            self._older[sized] = self.base.find(self.target, sized)
        return self._older.get(sized)


def held(
    budget: Budget, sized: Sized, older: Older | None, judged: Judged | None = None
) -> Iterator[tuple[Limit, Result | None]]:
    """Each limit on one network; without a result where its pattern matches no layer. Raises SpecError.

    ``judged`` is asked for what a peak is compared with, beside growth.
    """
    for limit in budget.limits:
        if limit.metric in OF_MEMORY:
            yield limit, hold_memory(limit, sized, older, judged)
        elif limit.metric in TRAINED:
            yield limit, hold_training(limit, sized, older)
        elif limit.device is not None or limit.metric == MOVED:
            yield limit, hold_timed(limit, sized, older)
        elif limit.metric == CACHED or limit.tokens is not None:
            yield limit, hold_cache(limit, sized, older)
        else:
            yield limit, hold(limit, sized, older)


def hold_memory(limit: Limit, sized: Sized, older: Older | None, judged: Judged | None) -> Result:
    """A limit on memory. Where it does not hold, the result says what is alive at the peak, and what of that grew."""
    from archcalc.budget.memories import told, used_of
    from archcalc.report.memory import memory_of

    activations = limit.amount.dtype or sized.report["dtype"]
    used = used_of(sized.report, limit.metric, activations, limit.banks)
    result = Result(sized.report, limit, used.bytes)
    judge(result, older, lambda report: used_of(report, limit.metric, activations, limit.banks).bytes)
    if limit.metric == "banks":
        result.alive, result.left, result.ok = memory_of(sized.report, activations).whole.peak, used.left, not used.left
    if not result.ok:
        before = older or (judged and judged.before(sized))
        report = before.report if before else None
        result.peak, result.place = told(sized.report, limit.metric, activations, used.step, report)
    return result


def hold_training(limit: Limit, sized: Sized, older: Older | None) -> Result:
    """A limit on a step of training."""
    from archcalc.budget.trained import trained_parts
    from archcalc.report.training import trained_figure

    precision = limit.amount.dtype or sized.report["dtype"]
    result = Result(sized.report, limit, trained_figure(sized.report, limit.metric, precision))
    judge(result, older, lambda report: trained_figure(report, limit.metric, precision))
    locate(result, sized, older, lambda report: trained_parts(report, limit.metric, precision))
    return result


def hold_timed(limit: Limit, sized: Sized, older: Older | None) -> Result:
    """A limit on a time, or on what moves."""
    from archcalc.budget.timed import timed_parts, used_of

    result = Result(sized.report, limit, used_of(sized.report, limit))
    judge(result, older, lambda report: used_of(report, limit))
    locate(result, sized, older, lambda report: timed_parts(report, limit))
    return result


def hold_cache(limit: Limit, sized: Sized, older: Older | None) -> Result:
    """A limit on what is kept of so many tokens."""
    from archcalc.budget.generated import cached_parts
    from archcalc.report.generating import kv_cache

    dtype = limit.amount.dtype
    result = Result(sized.report, limit, kv_cache(sized.report, limit.tokens, dtype))
    judge(result, older, lambda report: kv_cache(report, limit.tokens, dtype))
    locate(result, sized, older, lambda report: cached_parts(report, limit.tokens))
    return result


def locate(result: Result, sized: Sized, older: Older | None, parts: Callable[[Report], Iterator[Part]]) -> None:
    """Where a limit does not hold, its place is that of what costs most, or of what grew most."""
    if not result.ok:
        before = older.report if older and result.base is not None else None
        result.place = line_of_most(parts(sized.report), parts(before) if before else ())


def hold(limit: Limit, sized: Sized, older: Older | None) -> Result | None:
    places = rows = None
    if limit.pattern is not None:
        places = sized.paths.matched(limit.pattern, limit.pattern_span)
        if not places:
            return None
        if limit.metric == RECEPTIVE_FIELD.name:
            return hold_field(limit, sized, older, places)
        rows = [sized.report["layers"][place] for place in places]
    elif limit.metric == RECEPTIVE_FIELD.name:
        return hold_field(limit, sized, older, None)
    dtype = width(limit, sized.report)
    result = Result(sized.report, limit, measure(sized.report, limit.metric, dtype, rows))
    if dtype is None and limit.metric in IN_BYTES:
        result.params = measure(sized.report, "params", None, rows)

    def measured(report: Report) -> int:
        if dtype is None and limit.metric in IN_BYTES:
            hold_same_widths(report, sized.report)
        return measure(report, limit.metric, dtype)

    judge(result, older, measured)
    if not result.ok and result.base is not None and older is not None and older.report is not None:
        result.place = grew_most(sized, older.report, limit.metric)
    if not result.ok and result.place is None:
        result.place = costliest(sized, limit.metric, places)
    return result


def hold_field(limit: Limit, sized: Sized, older: Older | None, places: list[int] | None) -> Result:
    """A limit on a receptive field. Where it does not hold, the place is that of the first layer beyond it."""
    from archcalc.budget.receptive_fields import beyond, used_of

    result = Result(sized.report, limit, used_of(sized.report, limit, places))
    judge(result, older, lambda report: used_of(report, limit))
    if result.base == EVERYTHING:
        result.ok, result.limit = True, None
    if EVERYTHING in (result.used, result.base):
        result.share = None
    if not result.ok and result.bound != "min" and result.limit is not None:
        result.place = beyond(sized, result.limit, places)
    return result


def judge(result: Result, older: Older | None, measured: Callable[[Report], int]) -> None:
    """Judge what is used; a limit of growth against what an older network used."""
    if result.bound != "max_increase":
        result.hold(None)
    elif older is None:
        result.note = f"not judged: {option('base')} says against what"
    elif older.report is None:
        result.new, result.note = True, older.note
    else:
        result.hold(measured(older.report))


def merged(given: Options, asked: Options) -> Options:
    """A budget's settings with the command line's, which win; variables one by one."""
    found: Options = {**given, **asked}
    if "dtype" in asked and "bias_dtype" not in asked:
        found.pop("bias_dtype", None)
    if "settings" in given and "settings" in asked:
        found["settings"] = {**given["settings"], **asked["settings"]}
    return found


def told_apart(variant: str | None, given: Options) -> Any:
    """What tells two ways of asking for one spec apart."""
    return variant, repr(sorted((name, getattr(value, "source", value)) for name, value in given.items()))


def hold_same_widths(older: Report, newer: Report) -> None:
    """Raise SpecError for bytes of weights that were counted with other widths."""
    if older.get("widths") != newer.get("widths") or older["dtype"] != newer["dtype"]:
        message = f"the base's report of '{older['spec']}' was made with other widths of weights"
        raise SpecError(Diagnostic(message, help=f"make it with the same {option('dtype')} and {option('bias-dtype')}"))
