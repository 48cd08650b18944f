"""What a person reads of a difference: the totals that changed, and one line for equal changes of many layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from archcalc.layers.axes import show_value
from archcalc.report.columns import show_shape
from archcalc.report.figures import FIGURES, GROUPED, KV_CACHE, RECEPTIVE_FIELD, WHEN_ASKED, applies
from archcalc.report.fold import is_index

if TYPE_CHECKING:
    from archcalc.report.documents import Change, Changed, Difference, Size

HEADINGS = {figure.name: figure.title for figure in GROUPED if "diff" in figure.told}
MOST_NAMES = 2
"""Layers that a line names as the cause of a changed input."""


class Line:
    """Layers that changed in the same way: where, how, how many, and what that adds to the totals."""

    __slots__ = ("path", "text", "layers", "changes", "change", "weight")

    def __init__(self, path: str, text: str, changes: list[Change], weight: float) -> None:
        self.path, self.text, self.layers, self.weight = path, text, len(changes), weight
        self.changes, self.change = changes, sums(changes)


class Changes:
    """The difference of two networks as lines, the largest change first.

    ``lines`` are the first ``most``, or all if that is None; ``rest`` are the others. ``columns`` are the figures of
    each line, ``total`` is their change in all. ``only_sizes`` counts layers whose sizes changed, but not their costs.
    """

    __slots__ = ("diff", "columns", "lines", "rest", "only_sizes", "total")

    def __init__(self, diff: Difference, most: int | None = None) -> None:
        self.diff = diff
        self.columns = [figure.name for figure in GROUPED if figure.main and applies(figure, diff["new"]["convention"])]
        costly: list[Change] = []
        quiet: list[Change] = []
        for change in diff["changes"]:
            only_sizes = change["cause"] == "input" and not any(change["change"][key] for key in self.columns)
            (quiet if only_sizes and most is not None else costly).append(change)
        lines = sorted(self.fold(costly), key=lambda line: -line.weight)
        self.lines, self.rest = lines[:most], lines[most:] if most is not None else []
        self.only_sizes = len(quiet)
        self.total = {key: total["change"] for key, total in diff["totals"].items()}

    def names(self) -> tuple[str, str]:
        """The two networks by variant or name; with their files if these are equal."""
        old, new = self.diff["old"], self.diff["new"]
        one, other = (side["variant"] or side["spec"] for side in (old, new))
        if (old["spec"], one) != (new["spec"], other):
            return one, other
        return tuple(f"{side['file']}:{side['variant']}" if side["variant"] else side["file"] for side in (old, new))  # type: ignore[return-value]

    def totals(self) -> list[tuple[str, int, int, int, str]]:
        """Heading, old, new, change and percent of parameters, multiply-adds and whatever else changed."""
        found = []
        convention = self.diff["new"]["convention"]
        for key, heading in HEADINGS.items():
            figure, total = FIGURES[key], self.diff["totals"][key]
            if not applies(figure, convention):
                continue
            if figure.within and total["change"] == self.total[figure.within]:
                continue
            if total["change"] or (figure.main and figure.unit):
                shown = heading if figure.unit else f"{heading} ({convention})"
                found.append(
                    (shown, total["old"], total["new"], total["change"], percent(total["change"], total["old"]))
                )
        for key, one in (self.diff["peaks"] | self.diff["training"]).items():
            if one["change"]:
                title = WHEN_ASKED[key].label
                found.append((title, one["old"], one["new"], one["change"], percent(one["change"], one["old"])))
        if "time" in self.diff:  # asked for: told without a change too
            one = self.diff["time"]
            title = f"least time on {one['device']} (ns)"
            found.append((title, one["old"], one["new"], one["change"], percent(one["change"], one["old"])))
        if "kv_cache" in self.diff and self.diff["kv_cache"]["change"]:
            one = self.diff["kv_cache"]
            found.append(
                (f"{KV_CACHE.label} a token", one["old"], one["new"], one["change"], percent(one["change"], one["old"]))
            )
        seen = self.diff["receptive_field"]
        if seen is not None and seen["change"] and isinstance(seen["old"], int) and isinstance(seen["new"], int):
            share = percent(seen["change"], seen["old"])
            found.append((RECEPTIVE_FIELD.title, seen["old"], seen["new"], seen["change"], share))
        return found

    def fold(self, changes: Iterable[Change]) -> list[Line]:
        """Changes as lines: one for a step that was added or removed whole, one for equal changes of repetitions."""
        changes = list(changes)
        sizes = Counter((change["kind"], change["step"]) for change in changes)
        groups: dict[Any, list[Change]] = {}
        for change in changes:
            alone = sizes[change["kind"], change["step"]] == 1
            groups.setdefault(group_of(change, alone), []).append(change)
        return [self.line(group) for group in groups.values()]

    def line(self, changes: list[Change]) -> Line:
        first = changes[0]
        if first["kind"] == "changed":
            paths, text = [change["path"] for change in changes], self.tell_changed(changes)
        else:
            paths, text = [step_of(change) for change in changes], tell_whole(changes)
        weight = 0.0
        for key in self.columns:
            total = self.diff["totals"][key]
            size = abs(sum(change["change"][key] for change in changes))
            weight = max(weight, size / (max(total["old"], total["new"]) or 1))
        return Line(fold_paths(paths), text, changes, weight)

    def parts(self, line: Line) -> list[Line]:
        """A line for each layer of a line, in the order of the networks; none if it has only one."""
        if len(line.changes) == 1:
            return []
        return [Line(change["path"], self.line([change]).text, [change], 0.0) for change in line.changes]

    def tell_changed(self, changes: list[Change]) -> str:
        """The arguments of a layer before and after, and the layers whose changes altered its input."""
        first = changes[0]
        told = []
        for name in first["arguments"]:
            given = [change["arguments"][name] for change in changes]
            words = " -> ".join(show_all([argument[side] for argument in given]) for side in ("old", "new"))
            told.append(words if name == "type" else f"{name} {words}")
        if first["because"] or first["cause"] in ("input", "both"):
            told.append(self.tell_input(changes))
        if first["cause"] == "enclosing":
            told.append("the map or experts around it changed")
        return ", ".join(told)

    def tell_input(self, changes: list[Change]) -> str:
        first = changes[0]
        sizes = {(tuple(inputs(change["old"])), tuple(inputs(change["new"]))) for change in changes}
        text = "input"
        if len(sizes) == 1:
            old, new = inputs(first["old"]), inputs(first["new"])
            if len(old) == len(new):
                one, other = next(pair for pair in zip(old, new, strict=True) if pair[0] != pair[1])
                text = f"input {show_shape(tuple(one))} -> {show_shape(tuple(other))}"
            else:
                text = f"{len(old)} -> {len(new)} inputs"
        because = dict.fromkeys(name for change in changes for name in change["because"])
        groups: dict[Any, list[str]] = {}
        for name in because:
            groups.setdefault(pattern(name), []).append(name)
        names = [fold_paths(group) for group in groups.values()]
        if names == ["input"]:
            return f"{text} of the network"
        more = [f"{len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES else []
        return f"{text} because of {' and '.join(names[:MOST_NAMES] + more)}"


def step_of(change: Change) -> str:
    return change["step"] or change["path"]


def type_of(change: Change) -> str | None:
    side = change["new"] or change["old"]
    return side and side["type"]


def inputs(side: Changed | None) -> list[Size]:
    return side["inputs"] if side else []


def group_of(change: Change, alone: bool) -> Any:
    """Changes of an equal group are one line. ``alone``: no other layer was added or removed with its step."""
    if change["kind"] != "changed":
        return change["kind"], pattern(step_of(change)), type_of(change) if alone else None
    types = tuple(change["arguments"]["type"].values()) if "type" in change["arguments"] else None
    return change["kind"], pattern(change["path"]), change["cause"], tuple(change["arguments"]), types


def tell_whole(changes: list[Change]) -> str:
    """``added: conv``, ``removed: 17 x 10 layers``."""
    first = changes[0]
    sizes: dict[str, int] = {}
    for change in changes:
        sizes[step_of(change)] = sizes.get(step_of(change), 0) + 1
    most = max(sizes.values())
    if most == 1:
        what = type_of(first)
        return f"{first['kind']}: {what}" if len(sizes) == 1 else f"{first['kind']}: {len(sizes):,} x {what}"
    if len(sizes) == 1:
        return f"{first['kind']}: {most:,} layers"
    if set(sizes.values()) == {most}:
        return f"{first['kind']}: {len(sizes):,} x {most:,} layers"
    return f"{first['kind']}: {len(changes):,} layers in {len(sizes):,} steps"


def pattern(path: str) -> tuple[str, ...]:
    """A path with ``*`` for the index of each repetition."""
    return tuple("*" if is_index(segment) else segment for segment in path.split("/"))


def fold_paths(paths: list[str]) -> str:
    """Paths of one pattern as one: ``stage1/2/block1/6..22``, or ``*`` if some index between is missing."""
    steps = [path.split("/") for path in dict.fromkeys(paths)]
    columns = [list(dict.fromkeys(column)) for column in zip(*steps, strict=True)]
    varying = [position for position, column in enumerate(columns) if len(column) > 1]
    folded = [column[0] if len(column) == 1 else "*" for column in columns]
    if len(varying) == 1:
        numbers = sorted(map(int, columns[varying[0]]))
        if numbers[-1] - numbers[0] == len(numbers) - 1:
            folded[varying[0]] = f"{numbers[0]}..{numbers[-1]}"
    return "/".join(folded)


def show_all(values: list[Any]) -> str:
    """An argument of many layers: their common value, the range of their numbers, or the first value and ``...``."""
    if all(type(value) is int for value in values) and min(values) != max(values):
        return f"{min(values)}..{max(values)}"
    value = values[0]
    if isinstance(value, list) and all(isinstance(path, str) for path in value):
        return " and ".join(value) or "none"
    return show_value(value) if all(one == value for one in values) else f"{show_value(value)} ..."


def sums(changes: list[Change]) -> dict[str, int]:
    return added(change["change"] for change in changes)


def added(parts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return total


def percent(change: int, old: int) -> str:
    """A change in percent of the old value, rounded to hundredths: ``+12.05 %``; empty without either of them."""
    if not old or not change:
        return ""
    hundredths = (20_000 * abs(change) + old) // (2 * old)
    return f"{'-' if change < 0 else '+'}{hundredths // 100:,}.{hundredths % 100:02d} %"


def signed(change: int) -> str:
    """``+18,432``, ``-5``; empty for nothing."""
    return f"{change:+,}" if change else ""
