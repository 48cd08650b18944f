"""Why a layer that stayed is not as it was: its own arguments, or what it reads, and then because of which layer."""

from __future__ import annotations

from typing import Any

from archcalc.errors import RuleError
from archcalc.graph.inference import infer_shapes
from archcalc.layers import find
from archcalc.layers.base import Computed, Missing, SameAs
from archcalc.report.alignment import Pair
from archcalc.report.rows import Row

MOST_ROOTS = 4
"""Layers named as the cause of a changed input, the nearest: deep in a network there may be hundreds."""

SHOWN = ("kernel", "stride", "padding")
"""Arguments that a row has as they take effect: ``same`` may be what ``1`` was."""

Root = tuple[int, str]  # where it stands in the new network, and its path


class Causes:
    """The causes of every pair, found in the order the new network runs: a changed size is handed on."""

    def __init__(self, old: list[Row], new: list[Row], pairs: list[Pair]) -> None:
        self.old, self.new = old, new
        self.partners = {j: i for i, j in pairs}
        self.stayed = dict(pairs)
        self.paths = {old[i]["path"]: new[j]["path"] for i, j in pairs}
        self._roots: list[list[Root]] = []
        self._found: dict[int, dict[str, Any]] = {}
        for j, row in enumerate(new):
            if j in self.partners:
                self._roots.append(self._find(old[self.partners[j]], row, j))
            else:
                self._roots.append([(j, row["path"])])

    def of(self, j: int) -> dict[str, Any]:
        """``cause``, ``arguments`` and ``because`` of the new row's pair.

        ``cause`` is own, input, both, enclosing (a ``map`` or ``experts`` around it), or None where nothing changed;
        ``because`` are the paths of the nearest layers that made the input another.
        """
        return self._found[j]

    def _find(self, old: Row, new: Row, j: int) -> list[Root]:
        """Note the causes of a pair; what a change of its output is to be put down to."""
        arguments = {**argument_changes(old, new), **self._weight_changes(old, new)}
        rewired, roots = self._input_changes(old, new, j)
        if rewired:
            arguments["from"] = {
                "old": [self._path(self.old, i) for i, _ in old["_reads"]],
                "new": [self._path(self.new, i) for i, _ in new["_reads"]],
            }
        because = [path for _, path in roots]
        cause = "both" if arguments and because else "own" if arguments else "input" if because else None
        if cause is None and any(old[key] != new[key] for key in ("params", "macs", "activations", "copies")):
            cause = "enclosing"
        self._found[j] = {"cause": cause, "arguments": arguments, "because": because}
        passes_on = roots and not (arguments and alters_output(old, new))
        return roots if passes_on else [(j, new["path"])]

    def _weight_changes(self, old: Row, new: Row) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if old["trainable"] != new["trainable"] and (old["weights"] or new["weights"]):
            found["trainable"] = {"old": old["trainable"], "new": new["trainable"]}
        before, after = owners(old), owners(new)
        if [self.paths.get(path, path) for path in before] != after:
            found["share"] = {"old": before, "new": after}
        return found

    def _input_changes(self, old: Row, new: Row, j: int) -> tuple[bool, list[Root]]:
        """Whether it reads other layers, insertions and removals aside, and the roots of what changed in size."""
        before, after = by_source(old), by_source(new)
        roots: list[Root] = []
        gained = lost = added = removed = False
        for source, shapes in after.items():
            then = self.partners.get(source, source if source < 0 else None)
            if then is None:
                added = True
            elif then not in before:
                gained = True
                if source < 0 or self.old[then]["outputs"] == self.new[source]["outputs"]:
                    continue
            elif shapes == before[then]:
                continue
            roots += self._roots[source] if source >= 0 else [(-1, "input")]
        for source in before:
            now = self.stayed.get(source, source if source < 0 else None)
            if now is None:
                removed = True
                roots.append((j, self.old[source]["path"]))
            elif now not in after:
                lost = True
        swapped = not (gained or lost or added or removed) and [
            self.stayed.get(source, source) for source in before
        ] != list(after)
        rewired = swapped or (gained and not removed) or (lost and not added)
        return rewired, sorted(set(roots))[-MOST_ROOTS:] if old["inputs"] != new["inputs"] else []

    def _path(self, rows: list[Row], position: int) -> str:
        return rows[position]["path"] if position >= 0 else "input"


def by_source(row: Row) -> dict[int, list[Any]]:
    """The shapes that a row reads, by the row that gives them (-1: the network's input)."""
    found: dict[int, list[Any]] = {}
    for (source, _), shape in zip(row["_reads"], row["inputs"], strict=True):
        found.setdefault(source, []).append(shape)
    return found


def owners(row: Row) -> list[str]:
    """The layers whose weights a row shares."""
    return list(dict.fromkeys(weight["shared"] for weight in row["weights"] if "shared" in weight))


def argument_changes(old: Row, new: Row) -> dict[str, Any]:
    """The arguments, or the type, that are not what they were: name -> old and new, each as it is written."""
    if old["type"] != new["type"]:
        return {"type": {"old": old["type"], "new": new["type"]}}
    if old["_arguments"] == new["_arguments"]:
        return {}
    found = {}
    for name in {**old["_arguments"], **new["_arguments"]}:
        before, after = argument(old, name), argument(new, name)
        in_effect = name in SHOWN and old[name] is not None and old[name] == new[name]
        if before != after and not in_effect:
            found[name] = {"old": before, "new": after}
    return found


def argument(row: Row, name: str) -> Any:
    """An argument as it is written, or as its default is; of one number an axis, all equal, that number."""
    layer_type = find(row["type"])
    value = row["_arguments"].get(name, layer_type.arguments[name][1])
    if isinstance(value, SameAs):
        return argument(row, value.text)
    if isinstance(value, Computed):
        return value.text
    if value is Missing:
        return None
    while (
        name in layer_type.per_axis and isinstance(value, (list, tuple)) and value and all(v == value[0] for v in value)
    ):
        value = value[0]
    return value


def alters_output(old: Row, new: Row) -> bool:
    """Whether the new arguments would give another size on the old input."""
    try:
        _, shapes = infer_shapes(find(new["type"])(**new["_arguments"]), old["inputs"])
    except (RuleError, TypeError):  # they do not fit it
        return True
    return [*shapes] != [tuple(shape) for shape in old["outputs"]]
