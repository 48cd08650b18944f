"""archcalc from Python: what the commands call, one function a stage.

network.py      load: a network as an object
spec.py         a spec that Python writes
formulas.py     closed forms as data that can be called
explanation.py  which layers are derived
planning.py     what tensors need in memory
generating.py   a sequence made token by token; generating_manual.py is its reference
drawing.py      the picture of a network
training.py     one step of training; training_manual.py is its reference
sweep.py        many variants of a spec; fit.py: the best of them within limits
timing.py       the least time on a device; roofline_manual.py is its reference
arguments.py    Python's arguments as a request
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from os import PathLike
from typing import TYPE_CHECKING, Any

from archcalc.api.arguments import asked, given, plain
from archcalc.api.spec import Spec
from archcalc.errors import Diagnostic, SpecError
from archcalc.language.problems import Halted, Problems
from archcalc.report.model import plain_rows
from archcalc.report.rows import rows_of
from archcalc.request import ALL_CONVENTIONS, Request, SpecLike, named_device

if TYPE_CHECKING:
    from archcalc.api.formulas import Formula
    from archcalc.budget.outcome import Results
    from archcalc.report import documents

AnySpec = SpecLike | Spec
COMPARED = 50
"""Units of work that a layer takes where two networks are compared, beyond its row, and a character of long shapes."""
USUAL = 10_000
"""Characters of a layer's shapes, at most, that cost as little as CHARACTERS says."""
CHARACTERS = 16
"""Characters of shapes that take one unit of work."""


def report(spec: AnySpec, **options: Any) -> documents.Report:
    """The report (archcalc.report/1) of a spec as plain data.

    ``options``: variant, settings, inputs, batch, dtype, bias_dtype, count, max_work, allow_import, as ``load`` has
    them; count may also be a file that states a convention. Raises SpecError.
    """
    found = asked(spec, **options).report()
    found["layers"] = plain_rows(found)
    return found


def counts(spec: AnySpec, *, count: str = ALL_CONVENTIONS, **options: Any) -> documents.Counts:
    """A spec in several ways of counting (archcalc.counts/1), and what makes them differ.

    ``count`` is ``all`` or at least two conventions with commas between them. ``options`` are those of ``report``; no
    count depends on ``dtype``. Raises SpecError.
    """
    return several_counts(asked(spec, count=count, several=True, **options))


def several_counts(request: Request) -> documents.Counts:
    """A request in each of its ways of counting (archcalc.counts/1). Raises SpecError."""
    from archcalc.report.counts import build_counts

    if len(request.conventions) < 2:
        message = f"'{request.conventions[0].name}' is one convention, and a difference needs two"
        raise SpecError(Diagnostic(message, help="such as ptflops,mac"))
    return build_counts(request.network(), request.conventions, batch=request.batch)


def diff(
    old: AnySpec, new: AnySpec, *, device: str | PathLike[str] | None = None, **options: Any
) -> documents.Difference:
    """The difference (archcalc.diff/1) of two specs, with the options of ``report`` for both, counted as ``new`` is.

    ``device`` is a name of ``devices()``, or a file, on which the change of the least time is told.
    Raises SpecError with the errors of both, or if they have more layers than can be compared in a few seconds.
    """
    return difference(asked(old, **options), asked(new, **options), device)


def difference(old: Request, new: Request, device: str | PathLike[str] | None = None) -> documents.Difference:
    """The difference (archcalc.diff/1) of two requests that differ in their specs alone. Raises SpecError."""
    on = None if device is None else named_device(device)
    from archcalc.difference.difference import build_difference

    networks, problems = [], Problems()
    for request in (old, new):
        try:
            networks.append(request.network())
        except SpecError as error:
            with suppress(Halted):  # more errors than are told
                problems.add(*error.diagnostics)
    problems.stop()
    convention = new.convention(networks[1])
    reports = [new.sized(network, convention) for network in networks]
    laid = [found.laid for report in reports if (found := rows_of(report)).laid is not None]
    if laid:
        laid[0].hold(*laid[1:])
    layers = sum(len(found["layers"]) for found in reports)
    for network, one in zip(networks, reports, strict=True):  # each pays for its own layers
        written = [node.applied.characters for node in network.kept]
        rows = len(one["layers"]) + sum(max(count - USUAL, 0) for count in written)
        network.meter.charge(COMPARED * rows + sum(written) // CHARACTERS, what=f"to compare {layers:,} layers")
    return build_difference(reports[0], reports[1], on)


def explain(
    spec: AnySpec,
    layer: str | None = None,
    *,
    full: bool = False,
    figure: str | None = None,
    activations: str | None = None,
    **options: Any,
) -> documents.Explanation:
    """The derivation (archcalc.explain/1) of the layers that ``layer`` names, and of their sum.

    ``layer`` is a name or a path, * in it standing for one level and ** for any number; without it, the totals are
    derived as sums over the steps. ``full`` gives every intermediate result. ``figure`` is the one to derive alone:
    also ``peak_memory`` or ``arena`` of a whole network, with ``activations`` of that type (of ``dtype`` unless given).
    ``options`` are those of ``report``. Raises SpecError.
    """
    from archcalc.api.explanation import explanation
    from archcalc.derivation.explain_document import explanation_document

    return explanation_document(explanation(asked(spec, **options), layer, full, figure, activations))


def draw(
    spec: AnySpec,
    *,
    format: str = "svg",
    depth: int | None = None,
    color: str | None = None,
    style: str = "cards",
    horizontal: bool = False,
    width: int | None = None,
    **options: Any,
) -> str:
    """The picture that ``archcalc draw`` writes, as text: svg, html, mmd, dot or json.

    Steps are opened to ``depth``, else as deep as 150 boxes allow. ``color`` is the figure whose share fills a box:
    params, macs, memory or none; where nothing is said params, and in the style of a paper none. ``style`` is cards,
    paper or tensors; ``width`` the pixels that a long chain is wrapped to. ``options`` are those of ``report``. Raises
    SpecError.
    """
    from io import StringIO

    from archcalc.api.drawing import picture
    from archcalc.render import writer
    from archcalc.render.style import Style

    out = StringIO()
    request = asked(spec, **options)
    found = picture(request, format, depth=depth, color=color, style=style, horizontal=horizontal, width=width)
    writer("picture", format)(found, out, Style())
    return out.getvalue()


def formula(
    spec: AnySpec,
    *,
    vars: str | Sequence[str],
    layers: bool = False,
    figure: str | None = None,
    **options: Any,
) -> Formula:
    """The closed forms (archcalc.formula/1) of a spec in the variables and input axes that ``vars`` names.

    ``batch`` among them is the size of the batch, unless it is a variable. ``figure`` is one more to tell: a peak, one
    of training, or one of layers such as ``params_active``. ``options`` are those of ``report``; ``dtype`` is that of
    memory and training. Raises SpecError, also where a name decides structure and so must stay a number.
    """
    from archcalc.api.formulas import Formula, closed_forms

    names = vars.split(",") if isinstance(vars, str) else vars
    return Formula(closed_forms(asked(spec, **options), names, layers, figure))


def memory(
    spec: AnySpec,
    *,
    activations: str | None = None,
    in_place: bool = True,
    align: int = 16,
    banks: str | Mapping[str, str | int] | None = None,
    map: bool = False,
    max_states: int | None = None,
    **options: Any,
) -> documents.Memory:
    """What the tensors of a spec need in memory while it runs (archcalc.memory/1), in bytes.

    ``activations`` is their type, that of ``dtype`` unless given. With ``in_place`` False every layer has memory of its
    own. ``banks`` are memories to fill in turn, as ``{"dtcm": "128KiB"}``; ``map`` says where each tensor lies.
    ``max_states`` is how far to look for a better order. ``options`` are those of ``report``. Raises SpecError.
    """
    from archcalc.api.planning import memory_document

    found = memory_document(
        asked(spec, **options),
        activations=activations,
        in_place=in_place,
        align=align,
        banks=banks,
        map=map,
        max_states=max_states,
    )
    found["curve"] = list(found["curve"])
    return found


def train(
    spec: AnySpec,
    *,
    optimizer: str = "adamw",
    precision: str = "float32",
    gradients: str | None = None,
    zero: int = 0,
    devices: int | None = None,
    checkpoint: str | Sequence[str] = (),
    samples: int | None = None,
    dropout_mask: str = "input",
    freeze: str | Sequence[str] = (),
    train_only: str | Sequence[str] = (),
    **options: Any,
) -> documents.Train:
    """One step of training a spec (archcalc.train/1): multiply-adds of both passes, and bytes on one device.

    ``checkpoint`` is patterns of steps to compute anew, or ``auto=24GB``: the choice that computes least within so many
    bytes in all. ``freeze`` and ``train_only`` are patterns of steps whose weights do not train, or alone do.
    ``zero`` is the stage of ZeRO over ``devices``; ``samples`` asks for a run too. ``options`` are those of ``report``;
    no figure depends on ``dtype``. Raises SpecError.
    """
    from archcalc.api.training import train_document

    return train_document(
        asked(spec, **options),
        optimizer=optimizer,
        precision=precision,
        gradients=gradients,
        zero=zero,
        devices=devices,
        checkpoint=checkpoint,
        samples=samples,
        dropout_mask=dropout_mask,
        freeze=freeze,
        train_only=train_only,
    )


def generate(
    spec: AnySpec,
    *,
    prompt: int | None = None,
    tokens: int | None = None,
    context: int | None = None,
    sequence: str | None = None,
    cache: str = "need",
    cache_dtype: str | None = None,
    device: str | PathLike[str] | None = None,
    activations: str | None = None,
    **options: Any,
) -> documents.Generate:
    """A sequence made token by token (archcalc.generate/1): multiply-adds, and bytes that are kept of the past.

    ``prompt`` tokens are read at once, then ``tokens`` are made; ``context`` asks for the one step after so many.
    Without them it is the last token of the length in the spec. ``sequence`` is the variable or input whose tokens are
    meant, ``cache`` is ``need``, ``all`` or ``window+64``, ``cache_dtype`` the type of what is kept, that of ``dtype``
    unless given. With ``device``, a name of ``devices()`` or a file, it has how fast it goes there at most, computed in
    ``activations`` (in ``dtype`` unless given). ``options`` are those of ``report``. Raises SpecError.
    """
    from archcalc.api.generating import generate_document

    return generate_document(
        asked(spec, **options),
        prompt=prompt,
        tokens=tokens,
        context=context,
        sequence=sequence,
        cache=cache,
        cache_dtype=cache_dtype,
        device=device,
        activations=activations,
    )


def time(
    spec: AnySpec,
    *,
    device: str | PathLike[str],
    activations: str | None = None,
    compute: str | None = None,
    fuse: bool = True,
    efficiency: float | str | None = None,
    **options: Any,
) -> documents.Time:
    """The least time of a spec on a device (archcalc.time/1), in seconds, and what binds each layer.

    ``device`` is a name of ``devices()`` or a file of one's own. ``activations`` is their type, that of ``dtype``
    unless given; ``compute`` the type whose peak is taken, that of the activations unless given. With ``fuse`` False no
    layer is computed where what it alone reads is made. ``efficiency`` is the share of the peak that is taken.
    ``options`` are those of ``report``. Raises SpecError.
    """
    from archcalc.api.timing import time_document

    return time_document(
        asked(spec, **options),
        device=device,
        activations=activations,
        compute=compute,
        fuse=fuse,
        efficiency=efficiency,
    )


def devices(name: str | PathLike[str] | None = None) -> documents.Devices:
    """The devices that ship, or the one of that name or file (archcalc.devices/1). Raises SpecError."""
    from archcalc.api.timing import devices_document

    return devices_document(name)


def check(
    *specs: AnySpec,
    max: Mapping[str, str | int] | None = None,
    min: Mapping[str, str | int] | None = None,
    max_increase: Mapping[str, str | int] | None = None,
    base: str | None = None,
    variant: str | None = None,
    **options: Any,
) -> Results:
    """Hold specs (without any, all of archcalc.yaml) to their budgets and to limits, as ``{"params": "5M"}``.

    ``base``: a git ref, a spec or a report that ``max_increase`` is against. ``options``: those of ``report``; they win
    over what a budget says. A result has ``ok``, ``used``, ``limit`` and tells itself as text. The list's ``loosened``
    is what the base holds more strictly, ``left_out`` the files that globs match and that are no specs, ``notes`` what
    else there is to say. Raises SpecError with everything that is wrong with a spec, a budget or the call.
    """
    from archcalc.budget.check import check_budgets
    from archcalc.budget.outcome import Results

    asked = {"max": max or {}, "min": min or {}, "max_increase": max_increase or {}}
    limits = {kind: [f"{metric}={limit}" for metric, limit in those.items()] for kind, those in asked.items()}
    outcome = check_budgets(map(plain, specs), limits, base=base, variant=variant, given=given(**options))
    if outcome.errors:
        raise SpecError(*outcome.errors)
    return Results(outcome)
