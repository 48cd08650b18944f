"""One step of training: the options of Python and of the command, and the document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from archcalc.conventions import find_convention
from archcalc.costs.recipes import OPTIMIZERS, PRECISIONS, Recipe
from archcalc.costs.training import Wanted
from archcalc.errors import Diagnostic, SpecError, did_you_mean, option
from archcalc.layers.amounts import Amount, UnitError
from archcalc.layers.base import BITS, dtype_of
from archcalc.report.training import build_training
from archcalc.request import Request, above_zero, attempt, shown

if TYPE_CHECKING:
    from archcalc.report.documents import Train

AUTO = "auto="
MASKS = {"input": None, "byte": "uint8"}
"""What a dropout keeps for each element: a number of its input's type, or a byte."""

STAGES = (0, 1, 2, 3)
Patterns = str | Sequence[str]


def train_document(
    request: Request,
    *,
    optimizer: str = "adamw",
    precision: str = "float32",
    gradients: str | None = None,
    zero: int = 0,
    devices: int | None = None,
    checkpoint: Patterns = (),
    samples: int | None = None,
    dropout_mask: str = "input",
    freeze: Patterns = (),
    train_only: Patterns = (),
) -> Train:
    """A step of training (archcalc.train/1) of a request. Raises SpecError with every option that is wrong."""
    wrong: list[Diagnostic] = []
    attempt(wrong, one_of, "optimizer", optimizer, OPTIMIZERS)
    attempt(wrong, one_of, "precision", precision, PRECISIONS)
    attempt(wrong, one_of, "dropout_mask", dropout_mask, MASKS)
    attempt(wrong, one_of, "zero", zero, STAGES)
    dtype = attempt(wrong, gradient_dtype, gradients) if gradients is not None else None
    attempt(wrong, divided, zero, devices)
    if samples is not None:
        attempt(wrong, above_zero, "samples", samples)
    frozen = attempt(wrong, listed, "freeze", freeze)
    trained = attempt(wrong, listed, "train_only", train_only)
    found = attempt(wrong, checkpoints, checkpoint)
    if wrong:
        raise SpecError(*wrong)
    patterns, room = found
    wanted = Wanted(
        Recipe(optimizer, precision, dtype, zero, devices or 1),
        request.batch,
        frozen,
        trained,
        patterns,
        room,
        MASKS[dropout_mask],
    )
    network = request.network()
    convention = request.convention(network)
    if not convention.backward:
        if request.conventions:
            message = f"'{convention.name}' counts no backward pass"
            raise SpecError(Diagnostic(message, help=f"{option('count')} takes mac or torch here"))
        convention = find_convention("mac")
    return build_training(network, wanted, convention, samples)


def gradient_dtype(gradients: Any) -> str:
    """The type of gradients: one with a point, for they are no whole numbers. Raises SpecError."""
    found: str = (dtype_of(gradients) if isinstance(gradients, str) else None) or gradients
    one_of("gradients", found, [dtype for dtype in BITS if "float" in dtype])
    return found


def listed(name: str, patterns: Patterns) -> list[str]:
    found = [patterns] if isinstance(patterns, str) or not isinstance(patterns, Iterable) else [*patterns]
    words = [one for one in found if isinstance(one, str)]
    if len(words) < len(found):
        raise SpecError(Diagnostic(f"{option(name)} takes a pattern or several, not {shown(patterns)}"))
    return words


def one_of(name: str, value: Any, known: Iterable[Any]) -> None:
    words = [*known]
    if value not in words:
        help = did_you_mean(value, words) if isinstance(value, str) else None
        message = f"{option(name)} is one of {', '.join(map(str, words))}, not {shown(value)}"
        raise SpecError(Diagnostic(message, help=help))


def divided(zero: int, devices: int | None) -> None:
    """ZeRO divides among devices, and nothing else does."""
    if devices is not None:
        above_zero("devices", devices)
    if (zero == 0) != (devices is None):
        one, other = (option("devices"), option("zero")) if zero == 0 else (option("zero"), option("devices"))
        raise SpecError(
            Diagnostic(
                f"{one} needs {other}",
                help=f"such as {option('zero', '1')} {option('devices', '8')}: ZeRO divides the states",
            )
        )


def checkpoints(checkpoint: Patterns) -> tuple[list[str], int | None]:
    """The patterns, and the bytes of ``auto=BUDGET``."""
    patterns = listed("checkpoint", checkpoint)
    budgets = [pattern for pattern in patterns if pattern.startswith(AUTO)]
    if not budgets:
        return patterns, None
    if len(patterns) > 1:
        raise SpecError(Diagnostic(f"{option('checkpoint')} takes patterns, or {AUTO}BUDGET alone"))
    text = budgets[0].removeprefix(AUTO)
    try:
        amount = Amount(text)
        if amount.percent or amount.dtype or (amount.prefix and not amount.bytes):
            raise UnitError(f"a budget of memory is in bytes: {text} of what?", "write B, such as 24GB or 16GiB")
    except UnitError as error:
        raise SpecError(Diagnostic(f"{option('checkpoint')}: {error}", help=error.help)) from None
    return [], amount.floor()
