"""Limits, and their results, as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from archcalc.budget.settings import SIZED_BY, Settings, said
from archcalc.budget.units import IN_BYTES, is_bytes_of_network
from archcalc.errors import Span
from archcalc.layers.amounts import Amount
from archcalc.report.figures import NANOSECONDS, TIME, show_binary, show_bytes, show_seconds

if TYPE_CHECKING:
    from archcalc.costs.devices import Device
    from archcalc.report import documents

DIGITS = 6
"""Decimals of a share."""


class Everything(int):
    """More than any number: what is used of a receptive field where all is seen."""

    def __format__(self, form: str) -> str:
        return "all"

    __str__ = __repr__ = lambda self: "all"


EVERYTHING = Everything(10**400)


class Limit:
    """One limit. ``pattern``: of the layers whose sum it limits, None for the whole network.

    ``edited``: the YAML node that ``--update`` writes anew, None for one of the command line. ``banks``: of a limit on
    them, each with its bytes. ``device``: of a limit on a time; ``reads_file``: a file states it. ``tokens``: of one on
    a cache.
    """

    __slots__ = (
        "bound", "metric", "pattern", "amount", "span", "pattern_span", "edited", "level", "message", "banks",
        "device", "reads_file", "tokens",
    )  # fmt: skip

    def __init__(self, bound: str, metric: str, amount: Amount, span: Span) -> None:
        self.bound, self.metric, self.amount, self.span = bound, metric, amount, span
        self.pattern: str | None = None
        self.pattern_span: Span | None = None
        self.edited: Any = None
        self.level, self.message = "error", ""
        self.banks: list[tuple[str, int]] = []
        self.device: Device | None = None
        self.tokens: int | None = None
        self.reads_file = False


class Result:
    """A limit and what is used of it.

    ``limit``: the most (least) that is allowed, a whole number; None for a relative limit without a base. ``share``:
    used / limit, or growth / growth allowed. ``place``: the spec's line that costs most, or grew most.
    ``note``: why a relative limit was not judged. ``dtype``: at which width weights, or activations, are taken,
    None where weights have several: ``params`` are then the parameters that the bytes are of.
    ``peak``: of a limit on memory that does not hold, what is alive where most exists.
    ``alive``, ``left``: of banks, the most bytes that exist at one time, and what does not fit.
    ``settings``: how the spec is asked for. ``apart``: what of that, or its file, tells it from others of its name.
    """

    __slots__ = (
        "spec", "variant", "spec_file", "metric", "path", "bound", "written", "limit", "used", "base", "share",
        "ok", "level", "message", "file", "line", "column", "place", "new", "note", "source", "dtype", "peak",
        "params", "settings", "apart", "alive", "left",
    )  # fmt: skip

    def __init__(self, report: documents.Report, limit: Limit, used: int) -> None:
        self.spec, self.variant, self.spec_file = report["spec"], report["variant"], report["file"]
        self.metric, self.path, self.bound, self.written = limit.metric, limit.pattern, limit.bound, limit.amount.text
        self.used, self.level, self.message = used, limit.level, limit.message
        self.file, self.line, self.column = limit.span.source.name, limit.span.line + 1, limit.span.start + 1
        self.limit: int | None = None
        self.base: int | None = None
        self.share: float | None = None
        self.ok, self.new = True, False
        self.place: tuple[str, int] | None = None
        self.note = ""
        self.source = limit
        self.peak: documents.Peak | None = None
        self.dtype = width(limit, report)
        self.params = 0
        self.settings: Settings = {}
        self.apart = ""
        self.alive, self.left = 0, ""

    @property
    def failed(self) -> bool:
        """Whether it makes the check fail: over (under) its limit, at level error."""
        return not self.ok and self.level == "error"

    @property
    def name(self) -> str:
        """``resnet:resnet50``, and what tells it from others of that name: ``resnet:resnet50 (batch 8)``."""
        return network_name(self.spec, self.variant, self.apart)

    @property
    def unit(self) -> str:
        """Behind a number of it in a table; times are nanoseconds."""
        return " ns" if self.metric.startswith(TIME) else ""

    @property
    def what(self) -> str:
        """``params``, or ``params of head/**``."""
        return f"{self.metric} of {self.path}" if self.path else self.metric

    def hold(self, base: int | None) -> None:
        """Judge the used amount; ``base`` is that of the older network, for a relative limit."""
        amount = self.source.amount
        if self.bound == "max_increase":
            if base is None:
                return
            allowed = amount.share_of(base) if amount.percent else amount.floor()
            self.base, self.limit = base, base + allowed
            self.ok = self.used <= self.limit
            self.share = ratio(self.used - base, allowed)
        elif self.bound == "max":
            self.limit = amount.floor()
            self.ok, self.share = self.used <= self.limit, ratio(self.used, self.limit)
        else:
            self.limit = amount.ceil()
            self.ok, self.share = self.used >= self.limit, ratio(self.used, self.limit)

    def data(self) -> documents.Result:
        """As archcalc.check/1 has it."""
        names = "spec variant path metric kind limit written used base share level ok new message note file line"
        found = {
            name: getattr(self, "bound" if name == "kind" else name) for name in [*names.split(), "spec_file", "peak"]
        }
        for name in ("used", "base"):
            if found[name] == EVERYTHING:
                found[name] = "all"
        found["settings"] = [said(key, self.settings) for key in SIZED_BY if key in self.settings]
        found["at"] = {"file": self.place[0], "line": self.place[1]} if self.place else None
        return cast("documents.Result", found)

    def sentence(self) -> str:
        """``params: 5,288,548 is over the limit of 5M (105.8 %)``."""
        used, what = self.amount(self.used), self.what
        if self.bound == "max_increase" and self.base is not None:
            change = f"{what}: {self.amount(self.base)} became {used} ({growth(self.used, self.base)})"
            verdict = "within" if self.ok else "more than"
            return f"{change}, {verdict} the {self.written} allowed"
        if self.note:
            return f"{what}: {used}, {self.note}"
        side = "at least" if self.bound == "min" else "at most"
        if self.ok:
            return f"{what}: {used} of {side} {self.written}"
        if self.left:
            return f"{what}: {self.left}; {used} are alive there, of {self.written}"
        verdict = "under" if self.bound == "min" else "over"
        share = f" ({self.percent()})" if self.share is not None else ""
        return f"{what}: {used} is {verdict} the limit of {self.written}{share}"

    def percent(self) -> str:
        return show_share(self.share)

    def amount(self, number: int) -> str:
        """A number of this metric as people read it."""
        exact = f"{number:,}"
        if self.metric.startswith(TIME):
            return f"{show_seconds(number / NANOSECONDS)} ({exact} ns)" if number else "0 s"
        if is_bytes_of_network(self.metric):
            return f"{exact} B" if number < 1024 else f"{show_binary(number)} ({exact} B)"
        if self.metric in IN_BYTES:
            return f"{exact} B" if number < 1000 else f"{show_bytes(number)} ({exact} B)"
        return exact

    def __str__(self) -> str:
        said = f"{self.name}: {self.sentence()}"
        return f"{said}: {self.message}" if self.message and not self.ok else said

    def __repr__(self) -> str:
        return f"<Result {'ok' if self.ok else 'over'} {self}>"


def width(limit: Limit, report: documents.Report) -> str | None:
    """The one dtype that a limit takes weights in, None where they have several."""
    several = limit.metric in IN_BYTES and "widths" in report
    return limit.amount.dtype or (None if several else report["dtype"])


def network_name(spec: str, variant: str | None, apart: str = "") -> str:
    """``resnet:resnet50``."""
    name = f"{spec}:{variant}" if variant else spec
    return f"{name} ({apart})" if apart else name


def ratio(part: int, whole: int) -> float | None:
    """``part / whole`` for whole numbers of any size; None if that says nothing."""
    if whole <= 0:
        return 0.0 if part == 0 else None
    scaled = part * 10**DIGITS // whole
    return scaled / 10**DIGITS if abs(scaled) < 10**300 else None


def show_share(share: float | None) -> str:
    return "" if share is None else f"{100 * share:,.1f} %"


def growth(used: int, base: int) -> str:
    """``+1.0 %``; the plain difference if the base is 0."""
    if EVERYTHING in (used, base):
        return "no number" if used != base else "+0.0 %"
    if base <= 0:
        return f"{used - base:+,}"
    tenths = 1000 * abs(used - base) // base
    sign = "-" if used < base else "+"
    return f"{sign}{tenths // 10:,}.{tenths % 10} %"
