"""The least time on a device: the options of Python and of the command, and the documents."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any

from archcalc.costs.devices import shipped_devices
from archcalc.errors import Diagnostic, SpecError, option, unknown
from archcalc.language.device import PEAKS, TF32, share
from archcalc.layers.base import dtype_of
from archcalc.report.timing import Wanted, build_devices, build_time
from archcalc.request import Request, attempt, known_dtype, named_device, shown, true_or_false

if TYPE_CHECKING:
    from archcalc.report.documents import Devices, Time


def time_document(
    request: Request,
    *,
    device: str | PathLike[str],
    activations: str | None = None,
    compute: str | None = None,
    fuse: bool = True,
    efficiency: float | str | None = None,
) -> Time:
    """The least time (archcalc.time/1) of a request. Raises SpecError with every option that is wrong."""
    wrong: list[Diagnostic] = []
    dtype = request.dtype if activations is None else attempt(wrong, known_dtype, activations, "activations")
    computed_in = dtype if compute is None else attempt(wrong, known_peak, compute)
    reached = None if efficiency is None else attempt(wrong, known_share, efficiency)
    fused = attempt(wrong, true_or_false, "fuse", fuse)
    found = attempt(wrong, named_device, device)
    if found is not None and computed_in is not None:
        attempt(wrong, partial(found.rates, also="compute"), computed_in)
    if wrong:
        raise SpecError(*wrong)
    return build_time(request.report(), Wanted(found, dtype, computed_in, reached, fused))


def devices_document(name: str | PathLike[str] | None = None) -> Devices:
    """The devices that ship, or the one of that name or file (archcalc.devices/1). Raises SpecError."""
    return build_devices(shipped_devices().values() if name is None else [named_device(name)])


def known_peak(word: Any) -> str:
    """A type that a device may compute in. Raises SpecError."""
    text = word if isinstance(word, str) else ""
    found = TF32 if text.lower() == TF32 else dtype_of(text)
    if found is None:
        raise SpecError(unknown(f"{option('compute')} is one of {', '.join(PEAKS)}, not {shown(word)}", text, PEAKS))
    return found


def known_share(value: Any) -> Fraction:
    """An efficiency as it is written. Raises SpecError."""
    found = None if isinstance(value, bool) else share(str(value))
    if found is None:
        message = f"{option('efficiency')} is a share above 0 and at most 1, not {shown(value)}"
        raise SpecError(Diagnostic(message, help="such as 0.6 or 60%"))
    return found
