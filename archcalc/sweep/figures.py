"""The figures of a network, of whatever kind of number its sizes are: plain, or recorded for many variants."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import reduce
from typing import Any

from archcalc.building.varied import Values
from archcalc.conventions.rule import Convention
from archcalc.dims import maximum
from archcalc.errors import Diagnostic, SpecError, did_you_mean
from archcalc.graph.network import Network, Node
from archcalc.graph.repetition import counted, walk
from archcalc.report.figures import (
    BYTES,
    COMPUTED_WHEN_ASKED,
    FIGURES,
    KNOWN,
    KV_CACHE,
    OF_TRAINING,
    RECEPTIVE_FIELD,
    WHEN_ASKED,
)
from archcalc.report.generating import kv_cache
from archcalc.report.memory import arena_of, memory_of
from archcalc.report.model import Report
from archcalc.report.moved import moved_of
from archcalc.report.patterns import Laid
from archcalc.report.receptive_field import fields_of
from archcalc.report.rows import Rows
from archcalc.report.training import tokens_of, trained_figure
from archcalc.report.widths import Dtypes, by_dtype, together
from archcalc.request import Request

DEFAULT = ("params", "macs")
"""The columns unless others are asked for, and ``ops`` where they are counted in another way."""

ONE_BY_ONE = frozenset((RECEPTIVE_FIELD.name, COMPUTED_WHEN_ASKED[1].name, BYTES.name, KV_CACHE.name))
"""Figures that are computed from plain numbers alone: a variant takes as long as a network."""


TOKENS = "tokens"
"""What ``fit`` computes beside figures: the indices of the first input of whole numbers, else the samples."""


def known_figures(names: Iterable[str]) -> list[str]:
    """The names of figures, each once. Raises SpecError for one that there is not."""
    for name in names:
        if name not in KNOWN:
            help = did_you_mean(name, KNOWN) or f"the figures are {', '.join(KNOWN)}"
            raise SpecError(Diagnostic(f"no figure '{name}'", help=help))
    return [*dict.fromkeys(names)]


def computable(names: Iterable[str]) -> list[str]:
    """Names of figures, or TOKENS, each once. Raises SpecError for one that there is not."""
    return [name for name in dict.fromkeys(names) if name == TOKENS or known_figures([name])]


def by_arithmetic(names: Collection[str]) -> bool:
    """Whether figures need no more of repetitions that are alike than their number."""
    return not WHEN_ASKED.keys() & names


class Costs(Values):
    """What a layer costs, as figures read their rows; each is computed when it is read."""

    def __init__(self, node: Node, convention: Convention, batch: int, dtypes: Dtypes) -> None:
        super().__init__(trainable=node.trainable)
        self.node, self.convention, self.dtypes = node, convention, dtypes
        self.multiples = node.multiples(batch)

    def __missing__(self, name: str) -> Any:
        if name == "params_by_dtype":
            found: Any = by_dtype(self.node.owned, self.dtypes, self.multiples[0])
        else:
            found = FIGURES[name].once(self.node, self.convention)
            if found is not None:
                found = found * FIGURES[name].multiple(self.multiples)
        self[name] = found
        return found


def figures_of(request: Request, network: Network, names: Collection[str]) -> Mapping[str, Any]:
    """These figures of the network of a request. Raises SpecError."""
    convention, widths = request.convention(network), request.widths
    rows = [*costs(request, network, convention)]
    report = Bare(request, network, convention)
    found = {}
    for name in names:
        if name == TOKENS:
            found[name] = tokens_of(network, request.batch)
        elif name in WHEN_ASKED:
            found[name] = report.asked(name)
        elif FIGURES[name].whole:
            params = together((row["params_by_dtype"], times) for row, times in rows)
            found[name] = FIGURES[name].whole({"params_by_dtype": params}, widths.dtypes.dtype)  # type: ignore[misc]
        else:
            found[name] = FIGURES[name].over(rows)
    return found


def costs(request: Request, network: Network, convention: Convention) -> Iterator[tuple[Costs, Any]]:
    """Each layer with the number of times that it occurs; those that cost the same as one."""
    batch, widths = request.batch, request.widths
    found: dict[Any, Costs] = {}
    often: dict[Any, Any] = {}
    if widths.patterns:
        laid = Laid(widths, network)
        laid.hold()
        nodes: Iterable[Any] = ((node, 1, laid.dtypes[place]) for place, (node, _) in enumerate(walk(network)))
    else:
        nodes = ((node, times, widths.dtypes) for node, times in counted(network))
    for node, times, dtypes in nodes:
        same = (id(node),) if node.shared else (id(node.applied), node.body, node.batched, node.sliced, node.trainable)
        key = (*same, dtypes)
        if key not in found:
            found[key] = Costs(node, convention, batch, dtypes)
        often[key] = often.get(key, 0) + times
    return ((one, often[key]) for key, one in found.items())


class Bare(Report):
    """A report without totals, for the figures that are computed when they are asked for."""

    def __init__(self, request: Request, network: Network, convention: Convention) -> None:
        layers = Rows(network, convention, request.batch, request.widths)
        told = {"batch": request.batch, "spec": network.name, "dtype": request.dtype}
        super().__init__(network, request.local, layers=layers, **told)

    def asked(self, name: str) -> Any:
        report: Any = self
        if name == RECEPTIVE_FIELD.name:
            return fields_of(report).whole()
        if name == COMPUTED_WHEN_ASKED[0].name:
            return reduce(maximum, memory_of(report, self["dtype"]).curve)
        if name == BYTES.name:
            return moved_of(report, self["dtype"]).bytes
        if name == KV_CACHE.name:
            return kv_cache(report)
        if name in {figure.name for figure in OF_TRAINING}:
            return trained_figure(report, name, self["dtype"])
        return arena_of(report, self["dtype"])
