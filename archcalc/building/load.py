"""From what the command line names to a network: read, compile, evaluate, expand, and tell everything that is wrong."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from archcalc.building.expansion import expand, run_steps
from archcalc.building.inputs import read_inputs
from archcalc.building.notes import find_notes
from archcalc.building.unused import tell_unread, tell_unused
from archcalc.building.variables import program_of
from archcalc.building.work import Work
from archcalc.errors import Diagnostic, SpecError
from archcalc.graph.network import Network
from archcalc.language.imports import Imports
from archcalc.language.parts import Document, layout_of
from archcalc.language.problems import Halted, Problems
from archcalc.meter import MAX_WORK, Meter, OutOfWork, metered
from archcalc.sources.source import Located

if TYPE_CHECKING:
    from typing import Any, Protocol

    from archcalc.building.variables import Program
    from archcalc.graph.network import Tensor

    class Free(Protocol):
        """Names that stand for more than one number: unknown ones of a closed form, or recorded ones of variants.

        ``keeps``: whether the network keeps one of the repetitions that are alike. ``told``: whether notes are.
        """

        unknowns: Any
        keeps: bool
        told: bool

        def program(self, program: Program, inputs: Inputs, problems: Problems) -> Program:
            """The program with these numbers in place of the values of variables."""

        def put_axes(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
            """The input tensors with these numbers on their axes."""


Inputs = dict[str | None, tuple[int, ...]]


class Shared:
    """What the variants of one file share: its document, compiled once, and the work that they take together."""

    __slots__ = ("imports", "document", "done")

    def __init__(self) -> None:
        self.imports: Imports | None = None
        self.document: Document | None = None
        self.done = 0


def load_network(
    located: Located,
    *,
    variant: str | None = None,
    settings: dict[str, str] | None = None,
    inputs: Inputs | None = None,
    max_work: int = MAX_WORK,
    allow_import: tuple[str, ...] = (),
    free: Free | None = None,
    explained: bool = False,
    drawn: bool = False,
    shared: Shared | None = None,
) -> Network:
    """The network of a spec, with its variant, ``--set`` values and ``--input`` shapes.

    ``free``: names that stand for more than one number, in ``formula`` and ``sweep``. ``explained``: nodes can tell
    what their arguments were computed from (``Origin.written``), and take more memory. ``drawn``: the network keeps how
    its steps are written. ``shared``: what it shares with other variants of the file. Raises SpecError with every error
    that could be found.
    """
    if variant is not None and located.variant not in (None, variant):
        raise SpecError(Diagnostic(f"two variants are asked for: {located.variant} and {variant}"))

    shared = shared or Shared()

    def read(problems: Problems, meter: Meter, keeps: bool, inputs: Inputs = inputs or {}) -> Network | None:
        chosen = variant or located.variant
        given = (located, chosen, settings or {}, inputs, allow_import, shared)
        try:
            with metered(meter):
                return read_network(*given, problems, meter, free, explained, drawn, keeps)
        except Halted:
            return None
        except OutOfWork as error:
            with suppress(Halted):
                problems.add(*error.diagnostics)
            return None

    problems, meter = Problems(), Meter(max_work)
    meter.left -= max(shared.done, located.done)  # reading a file of another format is work too
    network = read(problems, meter, keeps=(free is None or free.keeps) and not explained)
    shared.done = meter.most - meter.left
    if network is not None and network.runs and problems and free is None:
        whole, rest = Problems(), Meter(meter.left)
        again = read(whole, rest, keeps=False)  # an error may name any repetition: all are run before it is told
        if rest.left >= 0:
            problems, network = whole, again
    if network is not None and problems.apart is not None and free is None:
        from archcalc.building.fitting import ADVICE, advise

        tries = Meter(min(ADVICE, meter.left))
        advise(network, problems.apart, lambda tried, inputs: read(tried, tries, True, inputs))
    problems.stop()
    assert network is not None
    return network


def read_network(
    located: Located,
    variant: str | None,
    settings: dict[str, str],
    inputs: Inputs,
    allow_import: tuple[str, ...],
    shared: Shared,
    problems: Problems,
    meter: Meter,
    free: Free | None,
    explained: bool,
    drawn: bool,
    keeps: bool,
) -> Network:
    """The network as far as it could be built: see ``problems``. Raises Halted where it makes no sense to go on."""
    imports, document = compiled(located, allow_import, shared, problems)
    if document.layers is None or document.inputs is None:
        problems.stop()
        help = "a file of blocks is for other files to import" if document.blocks else None
        raise SpecError(
            Diagnostic(f"{document.source.name} has no layers: there is nothing to show", document.span, help=help)
        )
    readable = not problems  # else nothing is said of unused names: a step that could not be read may use them
    program = program_of(document, variant, settings)
    if free is not None:
        program = free.program(program, inputs, problems)
    program.evaluate_all(problems)
    network = described(document)
    network.meter = meter
    network.steps = {} if drawn else None
    network.variant = variant
    tensors = read_inputs(program, inputs, problems)
    work = Work(network, problems, meter, run_steps, explained=explained, keeps=keeps)
    if free is not None:
        work.unknowns = free.unknowns
        tensors = free.put_axes(tensors)
    expand(work, program, tensors)
    built = not problems
    for read in imports.own_documents() if readable else ():
        tell_unused(read, problems)
    if built:
        tell_unread(document, work)
    if not problems:
        network.settings = {name: program.value(name) for name in settings}
        network.notes = find_notes(network, document) if free is None or free.told else []
    return network


def compiled(
    located: Located, allow_import: tuple[str, ...], shared: Shared, problems: Problems
) -> tuple[Imports, Document]:
    """The document of a spec and what it imports; compiled once if nothing is wrong with it."""
    if shared.imports is not None and shared.document is not None:
        shared.imports.problems = problems
        return shared.imports, shared.document
    imports = Imports(located, allow_import, problems)
    document = imports.load(located.source, located.path)
    located.budget = document.budget
    if not problems:
        shared.imports, shared.document = imports, document
    return imports, document


def described(document: Document) -> Network:
    """An empty network with what the document says about itself."""
    network = Network(document.name, document.source.file, layout_of(document))
    network.several_inputs = document.several_inputs
    network.dtypes = {item.name: item.dtype for item in document.inputs or ()}
    network.input_spans = {item.name: item.span for item in document.inputs or ()}
    network.axis_names = {item.name: [axis.name for axis in item.axes] for item in document.inputs or ()}
    if document.count is not None:
        network.convention = (document.count.text, document.count.span)
    return network
