"""What all that builds one network shares: the network, its errors, its limits, and what is remembered on the way."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from archcalc.building.scope import Result, Scope, calls_of
from archcalc.building.variables import Program
from archcalc.errors import Span, SpecError
from archcalc.graph.inference import Inference
from archcalc.graph.network import Network, Node, Tensor
from archcalc.language.parts import Document, Step
from archcalc.language.problems import Problems
from archcalc.meter import Meter, OutOfWork

if TYPE_CHECKING:
    from archcalc.algebra.assumptions import Unknowns
    from archcalc.graph.network import Origin

NESTED = 5000
"""Lists of steps within one another, blocks' included."""

ON_ONE_STACK = 32
"""Lists within one another that run on one Python stack: its depth is bounded, and differs between platforms."""

STEP, LAYER, TENSOR, ERROR = 5, 25, 2, 60
"""Units of work that a step takes each time it runs, a layer of the network with its row in a report, each tensor that
it gives, and an error."""
CHARACTERS = 32
"""How many characters of a path, or of a row beyond those that every row has, take a unit."""
TENSORS = 8
"""How many tensors or layers are looked at for a unit."""


class Work:
    """One network being built.

    ``run_steps`` runs the steps inside a step. ``explained``: nodes keep what their arguments were computed from.
    ``keeps``: the network keeps one of the repetitions that are alike (graph/repetition.py).
    """

    def __init__(
        self,
        network: Network,
        problems: Problems,
        meter: Meter,
        run_steps: Callable[[Work, list[Step], Scope], None],
        *,
        explained: bool = False,
        keeps: bool = True,
    ) -> None:
        self.network, self.problems, self.meter, self.run_steps = network, problems, meter, run_steps
        self.explained, self.keeps = explained, keeps
        self.inference = Inference(network.layout)
        self.unknowns: Unknowns | None = None
        self.gathered: list[tuple[Tensor, str, Origin]] = []  # what map and experts give
        self.skipped: set[int] = set()  # inputs that a left-out step would have read
        self.programs: dict[Document, Program] = {}
        self.thawed: set[Node] = set()  # what trainable: true keeps from a freeze further out
        self.counting: dict[Step, bool] = {}  # whether an expression in a step reads i
        self.reached_into = 0  # the steps around of which a path or shared weights single out what is inside
        self.rows = 0  # units that the rows of all layers take, repetitions that are alike among them
        self._depth = 0

    def deeper(self, place: Span, run: Callable[..., Any], *arguments: Any) -> Any:
        """Run what stands one level further in."""
        if self._depth >= NESTED:
            self.problems.halt(f"steps stand more than {NESTED:,} deep within one another", place)
        self._depth += 1
        try:
            return (run if self._depth % ON_ONE_STACK else on_a_stack_of_its_own(run))(*arguments)
        finally:
            self._depth -= 1

    def run_inside(self, place: Span, steps: list[Step], inner: Scope) -> list[Tensor]:
        """What a list of steps one level further in makes of what it is given."""
        self.deeper(place, self.run_steps, self, steps, inner)
        return inner.prev

    def begin(self, path: str, place: Span) -> Result:
        """What will stand at a path, whose nodes come next."""
        self.meter.charge(2 + len(path) // CHARACTERS, place)
        return Result(path, len(self.network.kept))

    def end(self, result: Result, tensors: list[Tensor]) -> list[Tensor]:
        """Keep what a step gave, whose nodes are all there."""
        result.tensors, result.stop = tensors, len(self.network.kept)
        return tensors

    def charge_row(self, units: int, place: Span) -> None:
        """Charge what the row of a layer takes, or the rows of the layers of all repetitions that are alike."""
        self.rows += units
        self.meter.charge(units, place)

    def tell(self, error: SpecError, scope: Scope, place: Span) -> None:
        """Add an error to the problems, with the block calls that led there. ``place``: the step that was run."""
        ends = isinstance(error, OutOfWork)
        if isinstance(error, OutOfWork):
            error = error.at(place)
        else:
            self.meter.charge(ERROR + scope.frame.depth // 2, place)
        for diagnostic in error.diagnostics:
            diagnostic.called_from = diagnostic.called_from or tuple(calls_of(scope.frame))
        if ends:
            raise error
        self.problems.add(*error.diagnostics)


def on_a_stack_of_its_own(run: Callable[..., Any]) -> Callable[..., Any]:
    """The function, run on a new thread's stack while this one waits."""
    import threading  # only a spec that nests deep needs it

    def wait(*arguments: Any) -> Any:
        outcome: list[tuple[Any, BaseException | None]] = []

        def work() -> None:
            try:
                outcome.append((run(*arguments), None))
            except BaseException as failure:
                outcome.append((None, failure))

        thread = threading.Thread(target=copy_context().run, args=(work,), daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads, or no memory for the stack of one
            raise MemoryError from None
        thread.join()
        result, failure = outcome[0]
        if failure is not None:
            raise failure
        return result

    return wait
