"""archcalc.yaml, and ``budget:`` of a spec, read: budgets, whose limits know where they are written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from archcalc.budget.keys import BOUNDS, FILE_KEYS, LEVELS, LIMITS, budget_keys
from archcalc.budget.limits import read_layers, read_limits, stated
from archcalc.budget.result import Limit
from archcalc.conventions import CONVENTIONS
from archcalc.conventions.rule import Convention
from archcalc.errors import Source, Span, SpecError, unknown
from archcalc.language.document import as_meant
from archcalc.language.problems import Problems
from archcalc.language.yaml_nodes import Node
from archcalc.language.yaml_tree import read
from archcalc.layers.base import BITS, dtype_of
from archcalc.meter import Meter, metered
from archcalc.report.widths import Widths
from archcalc.request import is_yaml, stated_convention, stated_widths
from archcalc.sources.project import Reach

if TYPE_CHECKING:
    from archcalc.request import Options

FILE = "archcalc.yaml"
ENTRY = 50
"""Units of work that an entry takes to be read and judged, beside the networks of its specs."""


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
