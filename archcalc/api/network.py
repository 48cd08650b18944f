"""A network and its layers as Python sees them: what a report holds, with names and types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import import_module
from os import PathLike
from typing import TYPE_CHECKING, Any

from archcalc.api.arguments import asked
from archcalc.api.spec import Spec
from archcalc.conventions.again import picklable
from archcalc.errors import did_you_mean
from archcalc.meter import MAX_WORK
from archcalc.report.figures import OF_LAYERS
from archcalc.report.model import plain_rows
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.report.documents import Note, ReceptiveField, Report

Shape = tuple[int, ...]


def load(
    spec: str | PathLike[str] | Spec,
    *,
    variant: str | None = None,
    input: Sequence[int] | Mapping[str, Sequence[int]] | None = None,
    batch: int = 1,
    dtype: str | PathLike[str] = "float32",
    bias_dtype: str | None = None,
    count: str | None = None,
    settings: Mapping[str, Any] | None = None,
    max_work: int = MAX_WORK,
    allow_import: Sequence[str] = (),
    local: bool = False,
    **variables: Any,
) -> Network:
    """The network of a spec: a path, a shipped name, ``GITREF:PATH``, with ``:VARIANT`` if wanted, or a Spec.

    Any further keyword sets a variable of the spec; one that is called like a parameter goes in ``settings``.
    ``input`` is a shape without a batch axis, or the shapes of several inputs by name; ``dtype`` is that of the
    weights, or a file that states their widths, ``bias_dtype`` that of biases; ``count`` is a way of counting
    operations, or a file that states one; ``local`` leaves the gates that see all out of receptive fields. Raises
    SpecError.

    >>> net = load("resnet50")
    >>> net.params, net.macs
    (25557032, 4089184256)
    >>> load("resnet50", width=32, input=[3, 64, 64]).output
    (1000,)
    """
    return Network(
        asked(
            spec,
            variant=variant,
            settings={**(settings or {}), **variables},
            inputs=input,
            batch=batch,
            dtype=dtype,
            bias_dtype=bias_dtype,
            count=count,
            max_work=max_work,
            allow_import=allow_import,
            local=local,
        )
    )


picklable()


class Layer:
    """One layer of a network, as a row of its report. Shapes have no batch axis; costs are for the whole batch.

    Every figure that a row holds is an attribute: ``params``, ``buffers``, ``macs``, ``ops``, ``activations``, ...

    >>> stem = load("resnet50").layers[0]
    >>> stem.path, stem.type, stem.output, stem.params
    ('stem', 'conv', (64, 112, 112), 9408)
    >>> stem.weights
    {'weight': (64, 3, 7, 7)}
    """

    params: int
    params_embedding: int
    params_active: int
    params_active_less_embedding: int
    buffers: int
    macs: int
    macs_causal: int
    ops: int
    activations: int
    activations_inner: int
    weights_bytes: int

    def __init__(self, row: Mapping[str, Any], seen: Sequence[list[ReceptiveField]] | None = None) -> None:
        self._seen, self._number = seen, row["id"]
        self.path: str = row["path"]
        self.name: str | None = row["name"]
        self.type: str = row["type"]
        self.file: str = row["file"]
        self.line: int = row["line"]
        self.inputs: list[Shape] = [tuple(shape) for shape in row["inputs"]]
        self.outputs: list[Shape] = [tuple(shape) for shape in row["outputs"]]
        self.kernel: Shape | None = None if row["kernel"] is None else tuple(row["kernel"])
        self.stride: Shape | None = None if row["stride"] is None else tuple(row["stride"])
        self.padding: list[Shape] | None = None if row["padding"] is None else [tuple(pad) for pad in row["padding"]]
        self.trainable: bool = row["trainable"]
        self.weights: dict[str, Shape] = {weight["name"]: tuple(weight["shape"]) for weight in row["weights"]}
        vars(self).update({figure.name: figure.part(row) for figure in OF_LAYERS})
        self.weights_bytes = row["weights_bytes"]
        self.params_by_dtype: dict[str, int] = row["params_by_dtype"]

    @property
    def receptive_field(self) -> list[ReceptiveField]:
        """What a position of the output sees of each axis of each input, as ``archcalc show`` has it in JSON.

        >>> height, width = load("resnet50").layer("max_pool1").receptive_field
        >>> height["size"], height["stride"], height["start"]
        (11, 4, -5)
        """
        return [] if self._seen is None else self._seen[self._number]

    @property
    def output(self) -> Shape:
        """The shape of the output; ValueError for a layer that gives several."""
        return only(self.outputs, f"{self.path} gives", "outputs")

    def __repr__(self) -> str:
        shapes = ", ".join("x".join(map(str, shape)) or "scalar" for shape in self.outputs)
        return f"<{self.type} {self.path}: {shapes}, {self.params:,} parameters, {self.macs:,} multiply-adds>"


class Seen(Sequence["list[ReceptiveField]"]):
    """What each layer of a report sees, by its number; computed when the first is asked for."""

    def __init__(self, report: Report) -> None:
        self._report = report

    @cached_property
    def _all(self) -> list[list[ReceptiveField]]:
        from archcalc.report.receptive_field import fields_of

        return list(fields_of(self._report).each())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._all == [*other]

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (self._all,)

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, number: Any) -> Any:
        return self._all[number]


class Network:
    """A network with its numbers, read from a report. Every total is an attribute: ``params``, ``macs``, ...

    It can be copied and pickled: what is asked of the spec, and the texts of its files, which are not read again.

    >>> net = load("exam-table")
    >>> net
    <Network exam-table: 5,285,808 parameters, 260,303,184 multiply-adds, 12 layers>
    >>> net.layer("L-1-Conv-1").output
    (64, 64, 32)
    >>> print(net.table(columns=["path", "output", "params"], depth=1).splitlines()[2])
    L-1-Conv-1  64x64x32         4,704
    """

    params: int
    params_embedding: int
    params_active: int
    params_active_less_embedding: int
    trainable: int
    frozen: int
    buffers: int
    macs: int
    macs_causal: int
    ops: int
    activations: int
    activations_inner: int
    weights_bytes: int

    def __init__(self, request: Request) -> None:
        self._request = request
        self._report = report = request.report()
        self.name: str = report["spec"]
        self.variant: str | None = report["variant"]
        given: Any = report["input"]
        several = given if "dtype" not in given or isinstance(given["dtype"], dict) else {"input": given}
        self.inputs: dict[str, Shape] = {name: tuple(one["shape"]) for name, one in several.items()}
        self.outputs: list[Shape] = [tuple(shape) for shape in report["outputs"]]
        vars(self).update({name: total for name, total in report["totals"].items() if name != "layers"})
        self.convention: str = report["convention"]
        self.params_by_dtype: dict[str, int] = report["params_by_dtype"]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._request,)

    @property
    def notes(self) -> list[Note]:
        """What is right by the letter and probably not meant: ``message``, ``help`` and place, as in the report."""
        return self._report.get("notes", [])

    @cached_property
    def layers(self) -> list[Layer]:
        """The layers in the order they run."""
        seen = Seen(self._report)
        return [Layer(row, seen) for row in self._report["layers"]]

    @cached_property
    def receptive_field(self) -> int | str | None:
        """The most positions along an axis of an input that a position of an output sees; "all" through a layer that
        reads a whole axis, "unknown" where an axis is mixed with others, None without an axis of positions.

        >>> load("unet").receptive_field
        204
        """
        from archcalc.report.receptive_field import fields_of

        return fields_of(self._report).whole()

    @property
    def report(self) -> Report:
        """archcalc.report/1 as plain data, as ``archcalc show --format json`` prints it."""
        return {**self._report, "layers": plain_rows(self._report)}

    @property
    def output(self) -> Shape:
        """The shape of the output; ValueError for a network that gives several."""
        return only(self.outputs, f"{self.name} gives", "outputs")

    def layer(self, path: str) -> Layer:
        """The layer of that path; KeyError, with the nearest, where there is none."""
        for layer in self.layers:
            if layer.path == path:
                return layer
        advice = did_you_mean(path, (layer.path for layer in self.layers))
        raise KeyError(f"no layer '{path}'" + (f": {advice}" if advice else ""))

    def sees(self, path: str, position: Sequence[int], *, output: int = 0) -> dict[tuple[str, int], Any]:
        """Which positions of the inputs a position of a layer's output sees, without those in a padding.

        ``position`` is an index of the tensor, ``[c, h, w]``. The first and the last position by input and axis; None
        where none is seen, "unknown" where an axis is mixed with others. KeyError for no such layer, IndexError for
        no such position.

        >>> load("resnet50").sees("max_pool1", [0, 0, 30])
        {('input', 1): (0, 5), ('input', 2): (115, 125)}
        """
        from archcalc.costs.receptive_field.exact import Positions
        from archcalc.report.model import network_of

        self.layer(path)
        found = Positions(network_of(self._report))
        tensor = next(node for node in found.network.kept if node.path == path).outputs[output]
        names = list(self.inputs)
        return {(names[number], axis): one for (number, axis), one in found.at(tensor, position).items()}

    def table(
        self,
        *,
        columns: Sequence[str] | None = None,
        depth: int | None = None,
        sort: str | None = None,
        all_rows: bool = False,
    ) -> str:
        """The table that ``archcalc show`` prints, with its options."""
        from io import StringIO

        from archcalc.render import writer
        from archcalc.render.style import Style

        out = StringIO()
        chosen = None if columns is None else [*columns]
        writer("report", "table")([self._report], out, Style(columns=chosen, depth=depth, sort=sort, all_rows=all_rows))
        return out.getvalue()

    def to_dataframe(self) -> Any:
        """A pandas DataFrame with a row for each layer; needs pandas."""
        pandas: Any = import_module("pandas")
        names = [name for name in vars(self.layers[0]) if name[0] != "_"] if self.layers else ["path"]
        return pandas.DataFrame([[getattr(layer, name) for name in names] for layer in self.layers], columns=names)

    def __repr__(self) -> str:
        name = f"{self.name}:{self.variant}" if self.variant else self.name
        size = len(self._report["layers"])
        figures = f"{self.params:,} parameters, {self.macs:,} multiply-adds, {size:,} layers"
        return f"<Network {name}: {figures}>"

    def __str__(self) -> str:
        return self.table()

    def _repr_html_(self) -> str:
        """The table as a notebook shows it."""
        from archcalc.render.report.notebook import fragment

        return fragment(self._report)


def only(shapes: list[Shape], what: str, several: str) -> Shape:
    if len(shapes) != 1:
        raise ValueError(f"{what} {len(shapes)} outputs: see {several}")
    return shapes[0]
