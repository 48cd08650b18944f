"""Why a layer that stayed has changed: its own arguments, or its input, and then which layer changed that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from archcalc.difference.alignment import Pair
from archcalc.difference.matching import Layers
from archcalc.errors import RuleError
from archcalc.graph.inference import Applied
from archcalc.layers import find
from archcalc.layers.base import Arguments, Computed, Missing, SameAs
from archcalc.report.figures import number

if TYPE_CHECKING:
    from archcalc.report.documents import Row

MOST_ROOTS = 4
"""How many layers are named as the cause of a changed input: the nearest, since there may be hundreds."""

SHOWN: Final = ("kernel", "stride", "padding")
"""Arguments whose effect a row holds: ``padding: same`` may have the effect of ``padding: 1``."""

Cause = tuple[str | None, Arguments, list[str]]
Root = tuple[int, str]  # where it stands in the new network, and its path


class Causes:
    """The causes of the changes of all pairs, in the order that the new network runs, since sizes are passed on."""

    def __init__(self, old: Layers, new: Layers, pairs: list[Pair]) -> None:
        self.old, self.new = old, new
        self.partners = {j: i for i, j in pairs}
        self.stayed = dict(pairs)
        self.paths = {old.path(i): new.path(j) for i, j in pairs}
        self._roots: list[list[Root]] = []
        self._found: dict[int, Cause] = {}
        for j in range(len(new.rows)):
            i = self.partners.get(j)
            self._roots.append([(j, new.path(j))] if i is None else self._find(i, j))

    def of(self, j: int) -> Cause:
        """``cause``, ``arguments`` and ``because`` of the new row's pair.

        ``cause`` is own, input, both, enclosing (a ``map`` or ``experts`` around it), or None if nothing changed.
        ``because`` are the paths of the nearest layers that changed the input.
        """
        return self._found[j]

    def _find(self, i: int, j: int) -> list[Root]:
        """Note the causes of a pair, and return the layers that a change of its output comes from."""
        old, new = self.old.rows[i], self.new.rows[j]
        given = self.old.given[i], self.new.given[j]
        arguments = {**argument_changes(old, new, *given), **self._weight_changes(old, new)}
        rewired, roots = self._input_changes(i, j)
        if rewired:
            arguments["from"] = {
                "old": list(map(self.old.path, self.old.wires.sources(i))),
                "new": list(map(self.new.path, self.new.wires.sources(j))),
            }
        because = [path for _, path in roots]
        cause = "both" if arguments and because else "own" if arguments else "input" if because else None
        changed = (number(old, key) != number(new, key) for key in ("params", "macs", "activations", "copies"))
        if cause is None and any(changed):
            cause = "enclosing"
        self._found[j] = cause, arguments, because
        passes_on = roots and not (arguments and alters_output(old, new, given[1], self.old.layout))
        return roots if passes_on else [(j, new["path"])]

    def _weight_changes(self, old: Row, new: Row) -> Arguments:
        found: Arguments = {}
        if old["trainable"] != new["trainable"] and (old["weights"] or new["weights"]):
            found["trainable"] = {"old": old["trainable"], "new": new["trainable"]}
        before, after = owners(old), owners(new)
        if [self.paths.get(path, path) for path in before] != after:
            found["share"] = {"old": before, "new": after}
        return found

    def _input_changes(self, i: int, j: int) -> tuple[bool, list[Root]]:
        """Whether the layer reads other layers, apart from added and removed ones, and the roots of changed sizes."""
        before, after = by_source(self.old, i), by_source(self.new, j)
        roots: list[Root] = []
        gained = lost = added = removed = False
        for source, shapes in after.items():
            then = self.partners.get(source, source if source < 0 else None)
            if then is None:
                added = True
            elif then not in before:
                gained = True
                if source < 0 or self.old.rows[then]["outputs"] == self.new.rows[source]["outputs"]:
                    continue
            elif shapes == before[then]:
                continue
            roots += self._roots[source] if source >= 0 else [(-1, "input")]
        for source in before:
            now = self.stayed.get(source, source if source < 0 else None)
            if now is None:
                removed = True
                roots.append((j, self.old.path(source)))
            elif now not in after:
                lost = True
        swapped = not (gained or lost or added or removed) and [
            self.stayed.get(source, source) for source in before
        ] != list(after)
        rewired = swapped or (gained and not removed) or (lost and not added)
        resized = self.old.rows[i]["inputs"] != self.new.rows[j]["inputs"]
        return rewired, sorted(set(roots))[-MOST_ROOTS:] if resized else []


def by_source(layers: Layers, position: int) -> dict[int, list[Any]]:
    """The shapes that a layer reads, by the position of the layer that gives them; -1 for inputs of the network."""
    found: dict[int, list[Any]] = {}
    for source, shape in zip(layers.wires.sources(position), layers.rows[position]["inputs"], strict=True):
        found.setdefault(source, []).append(shape)
    return found


def owners(row: Row) -> list[str]:
    """The layers whose weights a row shares."""
    return list(dict.fromkeys(weight["shared"] for weight in row["weights"] if "shared" in weight))


def argument_changes(old: Row, new: Row, given: Arguments, new_given: Arguments) -> Arguments:
    """The arguments that changed, or the type: name -> old and new, each as it is written."""
    if old["type"] != new["type"]:
        return {"type": {"old": old["type"], "new": new["type"]}}
    if given == new_given:
        return {}
    found = {}
    for name in {**given, **new_given}:
        before, after = argument(old["type"], given, name), argument(new["type"], new_given, name)
        if before != after and not same_effect(old, new, name):
            found[name] = {"old": before, "new": after}
    return found


def same_effect(old: Row, new: Row, name: str) -> bool:
    return any(name == shown and old[shown] is not None and old[shown] == new[shown] for shown in SHOWN)


def argument(type_name: str, given: Arguments, name: str) -> Any:
    """An argument as it is written, or its default; one number if the numbers of all axes are equal."""
    layer_type = find(type_name)
    value = given.get(name, layer_type.arguments[name][1])
    if isinstance(value, SameAs):
        return argument(type_name, given, value.text)
    if isinstance(value, Computed):
        return value.text
    if value is Missing:
        return None
    while (
        name in layer_type.per_axis and isinstance(value, (list, tuple)) and value and all(v == value[0] for v in value)
    ):
        value = value[0]
    return value


def alters_output(old: Row, new: Row, given: Arguments, layout: str) -> bool:
    """Whether the new arguments would give another size on the old input."""
    try:
        applied = Applied(find(new["type"])(**given), tuple(map(tuple, old["inputs"])), layout=layout)
    except (RuleError, TypeError):  # the new arguments do not fit the old input
        return True
    return [*applied.gives] != [tuple(shape) for shape in old["outputs"]]
