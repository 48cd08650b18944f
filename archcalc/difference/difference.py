"""Two reports -> archcalc.diff/1: what changed, what each change costs, and what caused it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, cast

from archcalc.difference.alignment import Pair
from archcalc.difference.causes import Causes
from archcalc.difference.matching import Layers, match
from archcalc.errors import SpecError
from archcalc.layers.base import Arguments
from archcalc.meter import OutOfWork
from archcalc.report.figures import FIGURES, OF_TRAINING, SUMMED
from archcalc.report.model import Report as Computed
from archcalc.report.widths import bits
from archcalc.version import __version__

if TYPE_CHECKING:
    from archcalc.costs.devices import Device
    from archcalc.report.documents import (
        Change,
        Changed,
        Difference,
        FieldChange,
        MoreDifference,
        Network,
        PeakChange,
        Report,
        Row,
        Step,
        TotalChange,
    )

SCHEMA = "archcalc.diff/1"

SAME: Final = ("batch", "dtype", "widths", "convention")
HEAD: Final = (
    "spec", "variant", "file", "set", "batch", "dtype", "widths", "convention", "unit", "layout", "input", "outputs"
)  # fmt: skip
SIDE: Final = ("path", "type", "file", "line", "inputs", "outputs")


def build_difference(old: Report, new: Report, device: Device | None = None) -> Difference:
    """The difference (archcalc.diff/1) of two reports of one batch, convention and widths, else ValueError.

    ``changes`` lists every layer that was added, removed, or differs in arguments, sizes or figures; their ``change``
    sums to the ``change`` of each total. ``renamed`` lists the layers that stayed and have another path. With
    ``device`` it has the change of the least time there; it raises SpecError for a dtype without a peak.
    """
    for key in SAME:
        if old.get(key) != new.get(key):
            raise ValueError(f"reports of different {key}: {old.get(key)} and {new.get(key)}")
    one, other = Layers(old), Layers(new)
    pairs, before, after = match(one, other)
    added, removed = after.holders(after.left_over()), before.holders(before.left_over())
    causes = Causes(one, other, pairs)
    changes: list[Change] = []
    for i, j in in_order(pairs, list(removed), list(added)):
        if j is None:
            changes.append(entry("removed", one.rows[i], None, step=removed[i].path))
        elif i is None:
            changes.append(entry("added", None, other.rows[j], step=added[j].path))
        else:
            changes += filter(differs, [entry("changed", one.rows[i], other.rows[j], *causes.of(j))])
    share_bytes(changes, old, new)
    paths = [(one.path(i), other.path(j)) for i, j in pairs]
    return {
        "schema": SCHEMA,
        "archcalc": __version__,
        "old": network(old),
        "new": network(new),
        "different": bool(changes) or (old["input"], old["outputs"]) != (new["input"], new["outputs"]),
        "totals": {
            key: total_change(total, new["totals"][key]) for key, total in old["totals"].items() if key in FIGURES
        },
        "peaks": peaks(old, new),
        "training": training(old, new),
        "receptive_field": receptive_field(old, new),
        **time(old, new, device),
        **cache(old, new),
        "changes": changes,
        "renamed": [{"old": before, "new": after} for before, after in paths if before != after],
    }


def peaks(old: Report, new: Report) -> dict[str, PeakChange]:
    """The change of the memory that activations need, which is no sum over layers; none of reports read from JSON."""
    if not (isinstance(old, Computed) and isinstance(new, Computed)):
        return {}
    from archcalc.report.memory import Telling, memory_of

    memories = [memory_of(cast("Report", report), report["dtype"]) for report in (old, new)]
    before, after = (Telling(memory.network, memory).peak() for memory in memories)
    found = {"peak_memory": peak_change(memories[0].peak, memories[1].peak, before, after)}
    arenas = [memory.arena() for memory in memories]
    if arenas[0] is not None and arenas[1] is not None:
        found["arena"] = peak_change(arenas[0], arenas[1], None, None)
    return found


def training(old: Report, new: Report) -> dict[str, TotalChange]:
    """The change of what a step of training costs, in the dtype of the reports; none of reports read from JSON."""
    if not (isinstance(old, Computed) and isinstance(new, Computed)):
        return {}
    from archcalc.report.training import trained_figure

    sides = [
        [trained_figure(cast("Report", side), one.name, side["dtype"]) for one in OF_TRAINING] for side in (old, new)
    ]
    return {one.name: total_change(*pair) for one, *pair in zip(OF_TRAINING, *sides, strict=True)}


def cache(old: Report, new: Report) -> MoreDifference:
    """The change of what is kept of a token, where both make a sequence token by token."""
    if not (isinstance(old, Computed) and isinstance(new, Computed)):
        return {}
    from archcalc.report.generating import kv_cache

    try:
        before, after = (kv_cache(cast("Report", side), 1) for side in (old, new))
    except OutOfWork:
        raise
    except SpecError:  # one of them makes none
        return {}
    return {"kv_cache": total_change(before, after)}


def time(old: Report, new: Report, device: Device | None) -> MoreDifference:
    """The change of the least time, where a device is named."""
    if device is None:
        return {}
    from archcalc.report.timing import timed_on

    before, after = (timed_on(report, device).nanoseconds for report in (old, new))
    return {"time": {**total_change(before, after), "device": device.name}}


def receptive_field(old: Report, new: Report) -> FieldChange | None:
    """The change of what the outputs see, None for reports read from JSON."""
    if not (isinstance(old, Computed) and isinstance(new, Computed)):
        return None
    from archcalc.report.receptive_field import fields_of

    before, after = fields_of(old).whole(), fields_of(new).whole()
    change = after - before if isinstance(before, int) and isinstance(after, int) else None
    return {"old": before, "new": after, "change": change}


def peak_change(old: int, new: int, before: Step | None, after: Step | None) -> PeakChange:
    return {**total_change(old, new), "old_at": before, "new_at": after}


def total_change(old: int, new: int) -> TotalChange:
    return {"old": old, "new": new, "change": new - old}


def network(report: Report) -> Network:
    return cast("Network", {key: report[key] for key in HEAD if key in report})


def in_order(pairs: list[Pair], removed: list[int], added: list[int]) -> list[tuple[Any, Any]]:
    """Pairs (i, j), added rows (None, j) and removed rows (i, None) in the new order; a removed row keeps its place."""
    keyed: list[tuple[tuple[int, int], tuple[Any, Any]]] = [((j, -1), (i, j)) for i, j in pairs]
    keyed += [((j, -1), (None, j)) for j in added]
    places = dict(pairs)
    waiting = set(removed)
    place = -1
    for i in range(len(places) + len(removed)):
        if i in waiting:
            keyed.append(((place, i), (i, None)))
        else:
            place = places[i]
    return [pair for _, pair in sorted(keyed, key=lambda item: item[0])]


def differs(change: Change) -> bool:
    """Whether a layer was added or removed, or stayed and changed."""
    old, new = change["old"], change["new"]
    if not old or not new or change["arguments"] or any(change["change"].values()):
        return True
    return (old["inputs"], old["outputs"]) != (new["inputs"], new["outputs"])


def entry(
    kind: Literal["added", "removed", "changed"],
    old: Row | None,
    new: Row | None,
    cause: str | None = None,
    arguments: Arguments | None = None,
    because: list[str] | None = None,
    step: str | None = None,
) -> Change:
    """One layer of ``changes``. ``step`` is the outermost step around it that was added or removed whole."""
    before, after = figures(old), figures(new)
    (path, *_) = [row["path"] for row in (new, old) if row is not None]
    return {
        "kind": kind,
        "path": path,
        "step": step,
        "cause": cause,
        "arguments": arguments or {},
        "because": because or [],
        "old": side(old, before),
        "new": side(new, after),
        "change": {key: after[key] - before[key] for key in after} | {"weights_bytes": width_of(new) - width_of(old)},
    }


def side(row: Row | None, costs: dict[str, int]) -> Changed | None:
    return None if row is None else cast("Changed", {key: row[key] for key in SIDE} | costs)


def figures(row: Row | None) -> dict[str, int]:
    """What a row adds to each total that is a sum; 0 if there is no row."""
    return {figure.name: figure.part(row) if row else 0 for figure in SUMMED}


def width_of(row: Row | None) -> int:
    """The bits of a row's weights."""
    found: int = bits(row["params_by_dtype"]) if row else 0
    return found


def share_bytes(changes: list[Change], old: Report, new: Report) -> None:
    """Turn the bits of each change's weights into bytes. Totals round up, so the largest change takes the rest."""
    left = new["totals"]["weights_bytes"] - old["totals"]["weights_bytes"]
    widths = {id(change): abs(change["change"]["weights_bytes"]) for change in changes}
    for change in changes:
        eighths = change["change"]["weights_bytes"]
        change["change"]["weights_bytes"] = part = abs(eighths) // 8 * (1 if eighths > 0 else -1)
        left -= part
    if left:
        largest = max(changes, key=lambda change: (widths[id(change)], both_paths(change)))
        largest["change"]["weights_bytes"] += left


def both_paths(change: Change) -> list[str]:
    return sorted(side["path"] for side in (change["old"], change["new"]) if side)
