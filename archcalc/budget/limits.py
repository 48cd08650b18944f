"""Limits read: amounts of metrics, on the layers of a pattern, on the command line; each knows where it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from archcalc.budget.keys import METRICS
from archcalc.budget.result import Limit
from archcalc.budget.units import CACHE, IN_BYTES, is_bytes_of_network, is_in_bytes
from archcalc.errors import Source, Span, SpecError, did_you_mean
from archcalc.language.problems import Problems
from archcalc.language.yaml_nodes import Node, node_at
from archcalc.layers.amounts import Amount, UnitError
from archcalc.report.figures import TIME, TRAINED
from archcalc.request import is_yaml, named_device, stated_device
from archcalc.sources.project import Reach, beside

if TYPE_CHECKING:
    from archcalc.costs.devices import Device

MOST_DIGITS = 100
"""Of a number of tokens."""
Found = TypeVar("Found")


def read_limits(node: Node, bound: str, reach: Reach, problems: Problems) -> list[Limit]:
    """``{params: 5M, ...}``."""
    if not node.is_mapping or not node.value:
        problems.say(
            f"{bound} takes {{METRIC: limit, ...}}", node.span, help=f"such as {bound}: {{params: {example(bound)}}}"
        )
        return []
    found = []
    for metric, (key, value) in node.value.items():
        limit = read_limit(metric, key.span, value, bound, reach, problems)
        if limit is not None:
            found.append(limit)
    return found


def read_layers(node: Node, reach: Reach, problems: Problems) -> list[Limit]:
    """``{"head/**": {params: 1M}, ...}``: the most that the layers of a pattern may sum to."""
    if not node.is_mapping or not node.value:
        problems.say(
            'layers takes {"PATTERN": {METRIC: limit}, ...}', node.span, help='such as {"head/**": {params: 1M}}'
        )
        return []
    found = []
    for pattern, (key, limits) in node.value.items():
        for limit in read_limits(limits, "max", reach, problems):
            whole = limit.metric == "backward_macs" or limit.device is not None
            if whole or is_bytes_of_network(limit.metric):
                message = f"{limit.metric} is of a whole network, not of some of its layers"
                problems.say(message, limit.span, help="write it under max")
            limit.pattern, limit.pattern_span = pattern, key.span
            found.append(limit)
    return found


def limit_of_words(option: str, bound: str, text: str, problems: Problems) -> Limit | None:
    """``METRIC=AMOUNT`` of the command line, or of a Python argument; errors show it as a line of its own."""
    source = Source(option, text)
    metric, equals, amount = text.partition("=")
    if not equals or not metric or not amount:
        problems.say(
            f"{option} takes METRIC=LIMIT, not '{text}'",
            Span(source, 0, 0, len(text)),
            help=f"such as params={example(bound)}",
        )
        return None
    start = len(metric) + 1
    value = Node(amount, source, 0, start, len(text), amount)
    limit = read_limit(metric, Span(source, 0, 0, len(metric)), value, bound, None, problems)
    if limit is not None:
        limit.edited = None
    return limit


def read_limit(
    metric: str, metric_span: Span, value: Node, bound: str, reach: Reach | None, problems: Problems
) -> Limit | None:
    """One limit. ``reach``: which files it may name, None for one of the command line, which may name any."""
    if metric.startswith(TIME):
        return read_limit_of_time(metric, metric_span, value, bound, reach, problems)
    if metric.startswith(CACHE):
        return read_limit_of_cache(metric, metric_span, value, bound, problems)
    if metric not in METRICS and metric[:1].isdigit():
        problems.say(f"'{metric}' is no metric", metric_span, label="after a comma", help="write 1.5M, and 1_000 or 1k")
        return None
    if metric not in METRICS:
        label, listed = did_you_mean(metric, METRICS) or "", f"the metrics are {', '.join(METRICS)}"
        problems.say(f"unknown metric '{metric}'", metric_span, label=label, help=listed)
        return None
    if metric == "banks":
        return read_limit_of_banks(value, bound, problems)
    return read_number(metric, value, bound, problems)


def read_number(metric: str, value: Node, bound: str, problems: Problems) -> Limit | None:
    """A limit that is one amount."""
    if not value.is_scalar or value.value is None or isinstance(value.value, bool):
        problems.say(f"{bound} of {metric} takes an amount", value.span, help=f"such as {metric}: {example(bound)}")
        return None
    try:
        amount = Amount(value.text)
        fits_metric(amount, metric, bound)
    except UnitError as error:
        problems.say(str(error), value.span, help=error.help)
        return None
    limit = Limit(bound, metric, amount, value.span)
    limit.edited = value
    return limit


def read_limit_of_time(
    metric: str, metric_span: Span, value: Node, bound: str, reach: Reach | None, problems: Problems
) -> Limit | None:
    """``time@h100: 5ms``, or ``time@my.yaml``."""
    word = metric.removeprefix(TIME)
    device: Device | None = None
    if reach is not None and is_yaml(word):
        device = stated(node_at(metric_span, word, word), stated_device, reach, problems)
    else:
        try:
            device = named_device(word)
        except SpecError as error:
            for one in error.diagnostics:
                problems.say(one.message, one.span or metric_span, label=one.label, help=one.help)
    limit = read_number(metric, value, bound, problems)
    if limit is None or device is None:
        return None
    limit.device, limit.reads_file = device, is_yaml(word)
    return limit


def read_limit_of_cache(metric: str, metric_span: Span, value: Node, bound: str, problems: Problems) -> Limit | None:
    """``kv_cache@8192: 2GB``."""
    tokens = metric.removeprefix(CACHE)
    if not (tokens.isascii() and tokens.isdigit() and len(tokens) <= MOST_DIGITS and int(tokens)):
        problems.say(f"'{metric}' names no number of tokens", metric_span, help=f"such as {CACHE}8192")
        return None
    limit = read_number(metric, value, bound, problems)
    if limit is not None:
        limit.tokens = int(tokens)
    return limit


def read_limit_of_banks(value: Node, bound: str, problems: Problems) -> Limit | None:
    """``{dtcm: 128KiB, sram: 512KiB}``, or the same as a text. The amount is what they have together."""
    from archcalc.budget.banks import parse_banks

    sizes = {name: size.text for name, (_, size) in value.value.items()} if value.is_mapping else value.text
    try:
        if bound != "max":
            raise UnitError(f"banks are the most that there is: {bound} takes none", "write them under max")
        banks = parse_banks(sizes)
    except UnitError as error:
        problems.say(str(error), value.span, help=error.help)
        return None
    amount = Amount(f"{sum(size for _, size in banks)}B")
    amount.text = ",".join(f"{name}={text}" for name, text in sizes.items()) if isinstance(sizes, dict) else sizes
    limit = Limit(bound, "banks", amount, value.span)
    limit.banks = banks
    return limit


def fits_metric(amount: Amount, metric: str, bound: str) -> None:
    """Raise UnitError if this limit does not take the amount's unit."""
    text = amount.text
    if amount.percent and bound != "max_increase":
        raise UnitError(
            f"a share says nothing without a base: {bound} of {metric} is {text}", "max_increase takes percents"
        )
    if bound == "max_increase" and not amount.has_unit and amount.numerator:
        raise UnitError(f"a relative limit needs its unit: {text} of what?", unit_of_growth(amount, metric))
    is_time = metric.startswith(TIME)
    if amount.seconds and not is_time:
        raise UnitError(f"{metric} is no time: {text}", f"a time is of a device, such as {TIME}h100: {text}")
    if is_time and not (amount.seconds or amount.percent) and (amount.has_unit or amount.numerator):
        raise UnitError(f"{metric} is a time: {text} of what?", "write s, ms, us or ns, such as 5ms")
    if amount.dtype is not None and not is_time and metric != "weights" and not is_bytes_of_network(metric):
        help = "weights is the metric that takes one: weights: 5MB @int8"
        raise UnitError(f"{metric} has no width: @{amount.dtype}", help)
    if metric in TRAINED and amount.dtype is not None:
        need_precision(amount.dtype, metric)
    if amount.bytes and not is_in_bytes(metric):
        raise UnitError(f"{metric} is a number, not bytes", f"write {text.replace('B', '')}")
    if is_in_bytes(metric) and amount.prefix and not amount.bytes:
        example = "5MB" if metric in IN_BYTES else "256KiB"
        dtype = "bfloat16" if metric in TRAINED else "int8"
        width = "" if metric == "weights_bytes" else f" or {example} @{dtype}"
        are = "are" if metric == "weights" else "is"
        raise UnitError(f"{metric} {are} in bytes: {text} of what?", f"write B, such as {example}{width}")


def need_precision(dtype: str, metric: str) -> None:
    """Raise UnitError for a type in which nothing is trained."""
    from archcalc.report.training import PRECISION

    if dtype not in ("float32", *PRECISION):
        message = f"{metric} is in float32, @bfloat16, or mixed with @float16, not @{dtype}"
        raise UnitError(message, "a network of other weights is trained in one of these")


def unit_of_growth(amount: Amount, metric: str) -> str:
    """``write 1% or 0.001k``: a share of the base, or the same number in a unit."""
    text = amount.text.partition("@")[0].strip()
    if metric.startswith(TIME):
        return f"write {text}ms, or a share of the base such as 1%"
    if is_in_bytes(metric):
        return f"write {text}B, or a share of the base such as 1%"
    if amount.denominator == 1:
        k = f"{amount.numerator // 1000}.{amount.numerator % 1000:03}".rstrip("0").rstrip(".")
        return f"write {k}k for {text} more, or a share of the base: 1%" if text != "1" else "write 1% or 0.001k"
    return f"write {text}%, or a number with k, M, G or T"


def example(bound: str) -> str:
    return "1%" if bound == "max_increase" else "5M"


def stated(node: Node, read: Callable[[Source], Found], reach: Reach, problems: Problems) -> Found | None:
    """What a file of the project states, None where it is wrong."""
    path = reach.resolved(beside(reach.path, node.text))
    if not reach.holds(path):
        problems.add(reach.outside(node.text, node.span))
    elif not reach.is_file(path):
        problems.say(f"no file '{node.text}' beside {node.source.name}", node.span)
    else:
        try:
            return read(reach.read(path))
        except SpecError as error:
            for one in error.diagnostics:
                problems.say(one.message, one.span or node.span, label=one.label, help=one.help)
    return None
