"""archcalc.yaml, and ``budget:`` of a spec, read: budgets, whose limits know where they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from archcalc.budget.keys import BOUNDS, FILE_KEYS, LEVELS, LIMITS, METRICS, budget_keys
from archcalc.budget.result import Limit
from archcalc.budget.units import CACHE, IN_BYTES, TIME, is_bytes_of_network, is_in_bytes
from archcalc.conventions import CONVENTIONS
from archcalc.conventions.rule import Convention
from archcalc.errors import Source, Span, SpecError, did_you_mean, unknown
from archcalc.language.document import as_meant
from archcalc.language.problems import Problems
from archcalc.language.yaml_nodes import Node, node_at
from archcalc.language.yaml_tree import read
from archcalc.layers.amounts import Amount, UnitError
from archcalc.layers.base import BITS, dtype_of
from archcalc.meter import Meter, metered
from archcalc.report.widths import Widths
from archcalc.request import is_yaml, named_device, stated_convention, stated_device, stated_widths
from archcalc.sources.project import Reach, beside

if TYPE_CHECKING:
    from archcalc.costs.devices import Device
    from archcalc.request import Options

FILE = "archcalc.yaml"
MOST_DIGITS = 100
"""Of a number of tokens."""
ENTRY = 50
"""Units of work that an entry takes to be read and judged, beside the networks of its specs."""
Found = TypeVar("Found")


class Budget:
    """Some specs, how they are sized, and their limits. ``given`` holds only what the budget itself says."""

    __slots__ = ("span", "specs", "excepted", "variants", "given", "spans", "limits")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.specs: list[Node] = []
        self.excepted: list[Node] = []
        self.variants: list[tuple[str, Span]] = []
        self.given: Options = {}
        self.spans: dict[str, Span] = {}
        self.limits: list[Limit] = []


def read_budgets(source: Source, reach: Reach, problems: Problems) -> list[Budget]:
    """The budgets of an archcalc.yaml."""
    meter = Meter(fixed=True)
    if not any(line.split("#")[0].strip("-. \t\r\ufeff") for line in source.text.split("\n")):
        problems.say("the file is empty", Span(source, 0, 0, 0), help="budgets: [{specs: ..., max: ...}]")
        return []
    try:
        with metered(meter):
            node = read(source)
    except SpecError as error:
        problems.add(*error.diagnostics)
        return []
    if not node.is_mapping:
        problems.say("archcalc.yaml is a mapping with 'budgets'", node.span, help="budgets: [{specs: ..., max: ...}]")
        return []
    given = as_meant(node, FILE_KEYS, "archcalc.yaml has 'budgets', not", problems, listed(FILE_KEYS))
    version = given.get("archcalc")
    if version and (version.value != 1 or version.value is True):
        message = f"this archcalc reads version 1 of archcalc.yaml, not {version.text}"
        problems.say(message, version.span, help="write archcalc: 1, or leave it out")
    if "budgets" not in given:
        problems.say("archcalc.yaml has no 'budgets'", node.span, help="budgets: [{specs: ..., max: ...}]")
        return []
    budgets = given["budgets"]
    if not budgets.is_list or not budgets.value:
        problems.say(
            "budgets takes a list of entries", budgets.span, help="such as - {specs: net.yaml, max: {params: 5M}}"
        )
        return []
    try:
        meter.charge(ENTRY * len(budgets.value), budgets)
    except SpecError as error:
        problems.add(*error.diagnostics)
        return []
    return [budget for item in budgets.value if (budget := read_budget(item, True, reach, problems))]


def read_budget(node: Node, with_specs: bool, reach: Reach, problems: Problems) -> Budget | None:
    """One budget; a spec's own ``budget:`` has no ``specs``. None if it is not even a mapping."""
    if not node.is_mapping:
        problems.say("a budget is a mapping of limits", node.span, help="such as {max: {params: 5M}}")
        return None
    budget = Budget(node.span)
    keys = budget_keys(with_specs)
    given = as_meant(node, keys, "a budget has no key", problems, listed(keys))
    budget.spans = {word: value.span for word, value in given.items()}
    if with_specs:
        budget.specs = texts(
            given.get("specs"), "specs takes a file, a glob or a shipped name, or a list of them", problems
        )
        budget.excepted = texts(given.get("except"), "except takes a file or a glob, or a list of them", problems)
        if "specs" not in given:
            problems.say("a budget of archcalc.yaml says which specs it is for", node.span, help="specs: models/*.yaml")
    budget.variants = [
        (item.text, item.span)
        for item in texts(given.get("variants"), "variants takes a name or a list of names", problems)
    ]
    budget.spans |= {f"variant {name}": span for name, span in budget.variants}
    read_settings(budget, given, reach, problems)
    for bound in BOUNDS:
        if bound in given:
            budget.limits += read_limits(given[bound], bound, reach, problems)
    if "layers" in given:
        budget.limits += read_layers(given["layers"], reach, problems)
    level, message = read_level(given.get("level"), problems), read_message(given.get("message"), problems)
    for limit in budget.limits:
        limit.level, limit.message = level, message
    if not any(word in given for word in LIMITS):
        problems.say("a budget without a limit", node.span, help="give it max, min, max_increase or layers")
    return budget


def read_own(node: Node, reach: Reach, problems: Problems) -> Budget | None:
    """The ``budget:`` of a spec."""
    return read_budget(node, False, reach, problems)


def read_settings(budget: Budget, given: dict[str, Node], reach: Reach, problems: Problems) -> None:
    """``set``, ``input``, ``batch``, ``local``, ``dtype``, ``count``: how specs are sized, in ``report``'s words."""
    if "set" in given:
        from archcalc.language.writer import node_text

        settings = given["set"]
        if settings.is_mapping:
            budget.given["settings"] = {name: node_text(value) for name, (_, value) in settings.value.items()}
            budget.spans |= {f"set {name}": key.span for name, (key, _) in settings.value.items()}
        else:
            problems.say("set takes {NAME: value, ...}", settings.span, help="such as set: {width: 32}")
    if "input" in given:
        budget.given["inputs"] = read_input(given["input"], problems)
    if "batch" in given:
        batch = given["batch"]
        if type(batch.value) is not int or batch.value < 1:
            problems.say("batch takes a whole number above 0", batch.span)
        budget.given["batch"] = batch.value
    if "local" in given:
        local = given["local"]
        if not isinstance(local.value, bool):
            problems.say("local takes true or false", local.span)
        budget.given["local"] = local.value is True
    if "dtype" in given:
        budget.given["dtype"] = read_widths(given["dtype"], reach, problems)
    if "bias_dtype" in given:
        budget.given["bias_dtype"] = read_dtype(given["bias_dtype"], "bias_dtype", problems)
    if "count" in given:
        budget.given["count"] = read_count(given["count"], reach, problems)


def read_dtype(node: Node, word: str, problems: Problems) -> str:
    found = dtype_of(node.text)
    if found is None:
        one_of(node, word, BITS, problems)
    return found or node.text


def read_widths(node: Node, reach: Reach, problems: Problems) -> str | Widths | None:
    """A dtype, or the widths that a file of the project states."""
    if not is_yaml(node.text):
        return read_dtype(node, "dtype", problems)
    return stated(node, stated_widths, reach, problems)


def read_count(node: Node, reach: Reach, problems: Problems) -> str | Convention | None:
    """The name of a convention, or the convention that a file of the project states."""
    if not is_yaml(node.text):
        one_of(node, "count", CONVENTIONS, problems)
        return node.text
    return stated(node, stated_convention, reach, problems)


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


def read_input(node: Node, problems: Problems) -> dict[str | None, tuple[int, ...]]:
    """``[3, 256, 256]``, or the shapes of several inputs by their names."""
    shapes: dict[str | None, Node]
    shapes = {name: value for name, (_, value) in node.value.items()} if node.is_mapping else {None: node}
    found = {}
    for name, shape in shapes.items():
        if not shape.is_list or not all(type(axis.value) is int and axis.value > 0 for axis in shape.value):
            problems.say("input takes a shape, or {NAME: shape, ...}", shape.span, help="such as [3, 256, 256]")
            continue
        found[name] = tuple(axis.value for axis in shape.value)
    return found


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
    if amount.bytes and not is_in_bytes(metric):
        raise UnitError(f"{metric} is a number, not bytes", f"write {text.replace('B', '')}")
    if is_in_bytes(metric) and amount.prefix and not amount.bytes:
        example = "5MB" if metric in IN_BYTES else "256KiB"
        width = "" if metric == "weights_bytes" else f" or {example} @int8"
        are = "are" if metric == "weights" else "is"
        raise UnitError(f"{metric} {are} in bytes: {text} of what?", f"write B, such as {example}{width}")


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


def read_level(node: Node | None, problems: Problems) -> str:
    if node is None:
        return "error"
    if node.value is False:  # what YAML makes of off
        problems.say("level takes error, warn or off, not false", node.span, help="write off")
        return "error"
    one_of(node, "level", LEVELS, problems)
    return node.text


def read_message(node: Node | None, problems: Problems) -> str:
    if node is not None and (not node.is_scalar or not node.text.strip()):
        problems.say("message takes text", node.span)
    return node.text if node is not None else ""


# What several of them need


def listed(keys: Iterable[str]) -> str:
    return f"its keys are {', '.join(keys)}"


def one_of(node: Node, word: str, known: Any, problems: Problems) -> None:
    if not node.is_scalar or node.text not in known:
        message = f"{word} is one of {', '.join(known)}, not '{node.text}'"
        problems.add(unknown(message, node.text, known, node.span))


def texts(node: Node | None, takes: str, problems: Problems) -> list[Node]:
    """The items of a list of texts, or the one text."""
    if node is None:
        return []
    items = node.value if node.is_list else [node]
    if not items or not all(isinstance(item.value, str) or (item.is_scalar and item.text.strip()) for item in items):
        problems.say(takes, node.span, help="such as a.yaml, or [a.yaml, b.yaml]" if "file" in takes else None)
        return []
    return list(items)


def example(bound: str) -> str:
    return "1%" if bound == "max_increase" else "5M"


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
