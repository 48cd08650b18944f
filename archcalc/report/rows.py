"""The rows of a report, one for each layer, made when they are read: a network may have a million layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from archcalc.conventions.rule import Convention
from archcalc.errors import Diagnostic, SpecError
from archcalc.graph.inference import Applied
from archcalc.graph.network import Network, Node
from archcalc.graph.repetition import Repetition, counted, renamed, walk
from archcalc.graph.wires import readings
from archcalc.layers.base import ELEMENTARY
from archcalc.report.figures import FIGURES, OF_LAYERS
from archcalc.report.widths import Dtypes, Widths, by_dtype

if TYPE_CHECKING:
    from archcalc.costs.moved import Moved
    from archcalc.report import documents
    from archcalc.report.documents import Facts
    from archcalc.report.receptive_field import ReceptiveFields

MOST_DIGITS = 4000
LARGEST = 10**MOST_DIGITS

OWN: Final = (
    "id",
    "path",
    "name",
    "file",
    "line",
    "reads",
    "receptive_field",
    "receptive_stride",
    "bytes",
    "intensity",
)
"""The keys, or columns, in which the rows of equal layers differ. They come first."""


class Row(dict[str, Any]):
    """A documents.Row: its own keys, then its ``facts``, one object for all equal layers.

    Work that depends on the facts alone is done once, by their identity: the report keeps them.
    """

    __slots__ = ("facts",)

    def __init__(self, place: documents.RowPlace, facts: Facts) -> None:
        super().__init__(place)
        self.update(facts)
        self.facts = facts


def facts_of(row: documents.Row) -> Facts | None:
    """The facts that a row shares with others; None if it shares none, as a row that was read from JSON."""
    return getattr(row, "facts", None)


def rows_of(report: documents.Report) -> Rows:
    """The rows of a report that was not read from JSON."""
    return cast("Rows", report["layers"])


class Rows(Sequence["documents.Row"]):
    """The rows of a network in one way of counting; what grows with the batch is multiplied by it.

    Iteration makes them one by one and keeps none. The first access by number makes all of them and keeps them.
    """

    def __init__(self, network: Network, convention: Convention, batch: int, widths: Widths) -> None:
        self.network, self.convention, self.batch = network, convention, batch
        self.widths = widths
        self.laid: Laid | None = None
        if widths.patterns:
            from archcalc.report.patterns import Laid

            self.laid = Laid(widths, network)
        self.fields: ReceptiveFields | None = None  # where they are asked for, as what layers move
        self.moved: Moved | None = None
        self._facts: dict[Any, Facts] = {}
        self._all: list[documents.Row] | None = None

    @property
    def alike(self) -> bool:
        """Whether repetitions that are alike have weights of the same dtypes too."""
        return self.laid is None

    def dtypes(self, place: int) -> Dtypes:
        """Those of the layer at a place in the order that they run."""
        return self.widths.dtypes if self.laid is None else self.laid.dtypes[place]

    def __len__(self) -> int:
        return self.network.size

    def __getitem__(self, position: Any) -> Any:
        return self.all()[position]

    def __iter__(self) -> Iterator[documents.Row]:
        return self._made() if self._all is None else iter(self._all)

    def ask(self, *, fields: ReceptiveFields | None = None, moved: Moved | None = None) -> None:
        """Have each row say what its layer sees, or moves."""
        self.fields, self.moved, self._all = fields or self.fields, moved or self.moved, None

    def all(self) -> list[documents.Row]:
        if self._all is None:
            self._all = list(self._made())
        return self._all

    def _made(self) -> Iterator[documents.Row]:
        for number, (node, repetition, path, reads) in enumerate(readings(self.network)):
            row = self.row(node, number, path, reads, self._asked(node, repetition))
            yield row if repetition is None or not node.shared else repeated(row, repetition)

    def _asked(self, node: Node, repetition: Repetition | None) -> documents.AskedPlace:
        """What the row of a layer says because it is asked for."""
        found: documents.AskedPlace = {}
        if self.fields is not None:
            found["receptive_field"] = self.fields.of(node, repetition)
        if self.moved is not None:
            moves = self.moved.of(node, repetition)
            found |= moving(moves.macs, moves.bytes)
        return found

    def whole(self, node: Node, number: int) -> documents.Row:
        """The row of a kept node, with what its last repetition sees and all of them together move."""
        asked: documents.AskedPlace = {}
        if self.fields is not None:
            asked["receptive_field"] = self.fields.last(node)
        if self.moved is not None:
            asked |= moving(*self.moved.whole(node))
        return self.row(node, number, node.path, [], asked)

    def row(self, node: Node, number: int, path: str, reads: list[str], asked: documents.AskedPlace) -> documents.Row:
        """The row of a node, kept or in a repetition, at its place in the whole network."""
        span = node.origin.span()
        place: documents.RowPlace = {
            "id": number,
            "path": path,
            "name": node.name,
            "file": span.source.name,
            "line": span.line + 1,
            "reads": reads,
            **asked,
        }
        return cast("documents.Row", Row(place, self.facts(node, self.dtypes(number))))

    def facts(self, node: Node, dtypes: Dtypes) -> Facts:
        """What is true of every equal layer, wherever it stands: one object for them all.

        Raises SpecError for a figure of more than 4,000 digits.
        """
        same = (node,) if node.shared else (node.applied, *node.multiples(self.batch), node.trainable, node.row)
        key = (*same, dtypes)
        found = self._facts.get(key)
        if found is None:
            found = self._facts[key] = self._build(node, dtypes)
        return found

    def _build(self, node: Node, dtypes: Dtypes) -> Facts:
        """Shapes, weights and costs. Inside ``map`` and ``experts`` shapes are one slice's, costs the whole."""
        multiples = copies, _, runs = node.multiples(self.batch)
        facts = sizes(node.applied)
        for figure in OF_LAYERS:
            number = figure.once(node, self.convention)
            if number is not None:
                number *= figure.multiple(multiples)
                hold(node, number)
            facts[figure.name] = number
            if figure.name == "params":
                facts["params_by_dtype"] = by_dtype(node.owned, dtypes, copies)
                facts["weights_bytes"] = FIGURES["weights_bytes"].part(facts)
                facts["trainable"] = node.trainable
                facts["weights"] = [weight(node, name, shape) for name, shape, _ in node.applied.weights]
            elif figure.name == "ops":
                ops = node.applied.ops
                facts["ops_by_kind"] = {kind: ops[kind] * runs for kind in ELEMENTARY if ops.get(kind)}
        facts["copies"], facts["row"] = copies, node.row
        return cast("Facts", facts)

    def counted(self) -> list[tuple[Facts, int]]:
        """The facts of all layers, each with the number of layers that it is true of."""
        found: dict[int, Facts] = {}
        layers: dict[int, int] = {}
        nodes = counted(self.network)
        if not self.alike:
            nodes = ((node, 1) for node, _ in walk(self.network))
        for place, (node, times) in enumerate(nodes):
            facts = self.facts(node, self.dtypes(place))
            found[id(facts)] = facts
            layers[id(facts)] = layers.get(id(facts), 0) + times
        return [(facts, layers[key]) for key, facts in found.items()]


def moving(macs: int, size: int) -> documents.AskedPlace:
    """Bytes, and the operations of each."""
    return {"bytes": size, "intensity": 2 * macs / size if size else None}


def sizes(applied: Applied) -> dict[str, object]:
    """What a layer is, and the sizes of what it reads and gives."""
    layer, inputs = applied.layer, applied.inputs
    pads, kernel = layer.pads(*inputs), getattr(layer, "kernel", None)
    return {
        "type": layer.type_name,
        "inputs": applied.reads,
        "outputs": applied.gives,
        "kernel": kernel,
        "channels_read": None if kernel is None else layer.channels_read(*inputs),
        "stride": None if kernel is None else getattr(layer, "stride", None),
        "padding": None if pads is None else [[pad.before, pad.after] for pad in pads],
    }


def hold(node: Node, figure: int) -> None:
    """Raise SpecError for a figure that could not even be printed."""
    if figure >= LARGEST:
        message = f"the figures of '{node.path}' have more than {MOST_DIGITS:,} digits"
        raise SpecError(Diagnostic(message, node.origin.span(), called_from=node.origin.calls))


def hold_all(name: str, document: Mapping[str, Any]) -> None:
    """Raise SpecError where a number of a document could not even be printed."""
    if max((number for number in document.values() if type(number) is int), default=0) >= LARGEST:
        message = f"the figures of '{name}' have more than {MOST_DIGITS:,} digits"
        raise SpecError(Diagnostic(message, help="a smaller batch or shorter inputs have fewer"))


def weight(node: Node, name: str, shape: tuple[Any, ...]) -> documents.Weight:
    """One weight; ``shared`` is the path of the layer that it belongs to, if that is another."""
    found: documents.Weight = {"name": name, "shape": shape}
    if not node.counts_itself(name):
        found["shared"] = node.owner(name).path
    return found


def repeated(row: documents.Row, repetition: Repetition) -> documents.Row:
    """The row of a layer that uses the weights of another, as it stands in a repetition: it shares no facts."""
    there: list[documents.Weight] = [
        {**one, "shared": renamed(one["shared"], repetition)} if "shared" in one else one for one in row["weights"]
    ]
    return {**row, "weights": there}
