"""What the formats say in the same words: what is asked, what a token costs, what is kept, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archcalc.render.memory.words import sized
from archcalc.render.style import Style
from archcalc.render.time.words import layers, show_rate
from archcalc.report.figures import show_seconds
from archcalc.report.fold import step_path
from archcalc.report.listing import network_words

if TYPE_CHECKING:
    from archcalc.report.documents import Generate, GeneratedLayer, GeneratedOn

DEPTH = 1
"""Of the steps in the table, unless asked otherwise."""

COLUMNS = (
    *("prefill_macs", "prefill_macs_causal", "step_macs", "cache_elements_per_token"),
    *("cache_bytes", "state_bytes", "memory_bytes"),
)
HEADINGS = (
    *("step", "prefill", "prefill, causal", "a token"),
    *("kept a token", "cache bytes", "state bytes", "memory bytes"),
)
CAUSAL = COLUMNS.index("prefill_macs_causal")
"""The column behind that of which it leaves something out."""

RULES = {
    "need": "as many tokens as windows need",
    "all": "all tokens in every layer",
}


def title(found: Generate) -> str:
    """The network, its batch, and what is asked of it."""
    batch = [f"batch {found['batch']:,}"] if found["batch"] != 1 else []
    asked = f"prompt {found['prompt']:,}, {found['tokens']:,} token{'' if found['tokens'] == 1 else 's'}"
    return ", ".join([*network_words(found), *batch, asked])


def sums(found: Generate) -> list[tuple[str, str]]:
    """What is told of the whole: name and amount."""
    first, *others = found["steps"]
    return [
        ("sequence", f"{found['sequence']}, in {' and '.join(found['inputs'])}"),
        ("prefill", prefill(found)),
        *[("a token", f"{step['macs']:,} multiply-adds {where(step['context'])}") for step in (first, *others)],
        ("weights", f"{sized(found['weights_bytes'])}, {sized(found['weights_bytes_per_step'])} read a token"),
        *experts(found),
        ("kept", kept(found)),
        ("cache", f"{sized(found['cache_bytes'])} {where(found['context'])}: {rule(found['cache'])}"),
        *[("state", f"{sized(found['state_bytes'])}, as long as the sequence may be")] * bool(found["state_bytes"]),
        *[("memory", f"{sized(found['memory_bytes'])}, computed once")] * bool(found["memory_bytes"]),
        ("in all", f"{sized(found['total_bytes'])}, activations apart"),
        *(speed(found, found["device"]) if "device" in found else ()),
    ]


def speed(found: Generate, on: GeneratedOn) -> Iterator[tuple[str, str]]:
    """How long the prompt and the last step take at least, and the tokens a second that this allows."""
    seconds, tokens = on["prefill_seconds"], on["prefill_tokens_per_second"]
    yield "device", f"{on['name']}, computed in {on['computed_in']}"
    if seconds is not None:
        yield "prefill", f"at least {show_seconds(seconds)}{at_most(tokens)}"
    step = f"at least {show_seconds(on['step_seconds'])} {where(found['context'])}"
    yield "a token", f"{step}{at_most(on['tokens_per_second'])}"
    yield "bound by", f"computation in {layers(on['compute_bound'])}, memory in {layers(on['memory_bound'])}"


def at_most(tokens: float | None) -> str:
    return "" if tokens is None else f", at most {show_rate(tokens)} tokens a second"


def where(context: int) -> str:
    return f"after {context:,} token{'' if context == 1 else 's'}"


def prefill(found: Generate) -> str:
    macs, causal = found["prefill_macs"], found["prefill_macs_causal"]
    less = "" if macs == causal else f", {causal:,} without what causal masks leave out"
    return f"{macs:,} multiply-adds{less}"


def kept(found: Generate) -> str:
    return (
        f"{found['cache_elements_per_token']:,} numbers a token,"
        f" {sized(found['cache_bytes_per_token'])} in {found['cache_dtype']}"
    )


def rule(cache: str) -> str:
    more = cache.partition("+")[2]
    return f"{cache} ({RULES.get(cache) or f'as many tokens as windows need and {int(more):,} more'})"


def experts(found: Generate) -> list[tuple[str, str]]:
    """How many experts a step reads: as many as run for one sequence, more where several choose."""
    if found["batch"] == 1:
        return []
    each = [
        f"{one['count']:,} * (1 - (1 - {one['active']:,}/{one['count']:,})^{found['batch']:,}) = {one['distinct']:,.2f}"
        for one in found["experts"]
    ]
    return [("experts", f"{', '.join(each)} are read, as expected if each sequence takes any")] if each else []


def figures(layer: GeneratedLayer) -> list[int]:
    return [layer[column] for column in COLUMNS]  # type: ignore[literal-required]


def steps(found: Generate, style: Style) -> list[tuple[str, list[int]]]:
    """The steps of the depth that is asked for, each with the sums of its layers."""
    sums: dict[str, list[int]] = {}
    for layer in found["layers"]:
        row = sums.setdefault(step_path(layer["path"], style.depth or DEPTH), [0] * len(COLUMNS))
        row[:] = [one + other for one, other in zip(row, figures(layer), strict=True)]
    return list(sums.items())
