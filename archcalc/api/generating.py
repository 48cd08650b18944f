"""A sequence made token by token: the options of Python and of the command, and the document."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

from archcalc.conventions import find_convention
from archcalc.costs.generating import Rule
from archcalc.costs.sequences import Sequence
from archcalc.errors import Diagnostic, SpecError, option
from archcalc.graph.network import Network
from archcalc.report.generating import Asked, build_generating, sequence_of
from archcalc.report.generating_time import On
from archcalc.request import Request, above_zero, attempt, known_dtype, named_device, shown, whole

if TYPE_CHECKING:
    from archcalc.report.documents import Generate

MOST_DIGITS = 100
"""Of a number of tokens."""


def generate_document(
    request: Request,
    *,
    prompt: int | None = None,
    tokens: int | None = None,
    context: int | None = None,
    sequence: str | None = None,
    cache: str = "need",
    cache_dtype: str | None = None,
    device: str | PathLike[str] | None = None,
    activations: str | None = None,
) -> Generate:
    """A sequence made token by token (archcalc.generate/1) of a request. Raises SpecError."""
    wrong: list[Diagnostic] = []
    rule = attempt(wrong, cache_rule, cache)
    dtype = attempt(wrong, known_dtype, cache_dtype, "cache-dtype") if cache_dtype is not None else request.dtype
    given = {"prompt": prompt, "tokens": tokens, "context": context}
    for name, value in given.items():
        if value is not None:
            given[name] = attempt(wrong, number_of_tokens, name, value, 0 if name == "context" else 1)
    if context is not None and not (prompt is None and tokens is None):
        wrong.append(Diagnostic(f"{option('context')} asks for one step: it goes without {option('prompt')}"))
    on = attempt(wrong, made_on, device, request.dtype if activations is None else activations)
    if device is None and activations is not None:
        message = f"{option('activations')} is the type that a device computes in"
        wrong.append(Diagnostic(message, help=f"it goes with {option('device')}"))
    if wrong:
        raise SpecError(*wrong)
    convention = find_convention("mac")
    network = request.network()
    found = sequence_of(network, sequence)
    steps = given["tokens"] or 1
    before = given["context"] if given["context"] is not None else given["prompt"]
    asked = Asked(max(found.length - steps, 1) if before is None else before, steps, rule, dtype, on)
    length = asked.prompt + asked.tokens
    last = network if length == found.length else at_length(request, network, found, max(length, 2))
    prefill = None if asked.prompt == 0 else at_length(request, network, found, asked.prompt)
    before_it = None if prefill is None else request.sized(prefill, convention)
    return build_generating(request.report(network), found, before_it, request.sized(last, convention), asked)


def made_on(device: Any, activations: Any) -> On | None:
    """The device that a sequence is made on, in a type that it has a peak of. Raises SpecError."""
    if device is None:
        return None
    found = On(named_device(device), known_dtype(activations, "activations"))
    found.device.rates(found.activations, also="activations")
    return found


def at_length(request: Request, network: Network, found: Sequence, length: int) -> Network:
    """The network of a sequence of so many tokens. Raises SpecError, which says that it is of that length."""
    names = [*network.inputs]
    changed = names if found.variable is None else [name for name in names if {name, None} & request.left.keys()]
    inputs = {}
    for number, axis in found.axes.items():
        if names[number] in changed:
            shape = [*(network.inputs[names[number]].shape or ())]
            shape[axis] = length
            inputs[names[number]] = tuple(shape)
    try:
        return request.resized({} if found.variable is None else {found.variable: str(length)}, inputs).network()
    except SpecError as error:
        for one in error.diagnostics:
            one.help = one.help or f"the sequence is {length:,} tokens long here, with those that are made"
        raise


def cache_rule(text: Any) -> Rule:
    """``need``, ``all`` or ``window+N``."""
    if text == "need":
        return Rule()
    if text == "all":
        return Rule(all=True)
    word, plus, number = text.partition("+") if isinstance(text, str) else ("", "", "")
    if word == "window" and plus and number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS:
        return Rule(beside=int(number))
    message = f"{option('cache')} is need, all or window+N, not {shown(text)}"
    raise SpecError(Diagnostic(message, help="window+N keeps N positions more than a window needs, such as window+64"))


def number_of_tokens(name: str, value: Any, least: int) -> int:
    if least:
        above_zero(name, value)
    found = whole(value)
    if found is None or found < 0:
        raise SpecError(Diagnostic(f"{option(name)} takes a whole number, 0 or more, not {shown(value)}"))
    if found >= 10**MOST_DIGITS:
        raise SpecError(Diagnostic(f"{option(name)} has more than {MOST_DIGITS} digits"))
    return found
