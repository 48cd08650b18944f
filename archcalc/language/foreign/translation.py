"""A step in another framework's words: which layer here is meant, what its arguments become, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

from archcalc.errors import Diagnostic, Span
from archcalc.language.foreign.table import (
    Answer,
    Foreign,
    Inside,
    Table,
    Turn,
    Written,
    becomes,
    inferred,
    listed,
    refuse,
    step_text,
)
from archcalc.language.foreign.usual import ARGUMENTS, INFERRED
from archcalc.language.keys import STEP_KEYS
from archcalc.language.yaml_nodes import Node, node_at

Found = Any
"""A layer type or a block."""
Given = dict[str, Any]
Score = tuple[int, int, bool, bool]
HINTS = {"keras": "Keras", "layers": "Keras", "torch": "PyTorch", "nn": "PyTorch", "F": "PyTorch", "flax": "Flax"}
"""What stands before a name tells the framework: ``keras.layers.LSTM``."""
RANKS = ("1d", "2d", "3d")
FOREIGN_VALUES = ("SAME", "VALID", "causal")
"""Values that our arguments do not take."""
NOBODY = Table("")
"""For a layer of ours with words of no framework's layer in particular."""


class Translation:
    """What a step becomes: the layer or block ``word`` with ``body``, or None for one that cannot be built."""

    __slots__ = ("word", "body", "diagnostics")

    def __init__(self, word: str | None, body: Node | None, diagnostics: list[Diagnostic]) -> None:
        self.word, self.body, self.diagnostics = word, body, diagnostics


class Told:
    """The error of one argument, and the argument here that was meant."""

    __slots__ = ("diagnostic", "meant")

    def __init__(self, diagnostic: Diagnostic, meant: str | None) -> None:
        self.diagnostic, self.meant = diagnostic, meant


class Meaning:
    """A step read as a layer of one framework: our arguments, and the answer for each that is written otherwise.

    ``whole``: the answers do not say all: the whole step is shown. ``kept``: a bare value stays as it is.
    """

    __slots__ = ("table", "layer", "found", "given", "answers", "whole", "kept")

    def __init__(self, table: Table, layer: Foreign, found: Found) -> None:
        self.table, self.layer, self.found = table, layer, found
        self.given: Given = {}
        self.answers: dict[str, Answer] = {}
        self.whole = self.kept = False

    @property
    def refused(self) -> bool:
        return any(answer.refused for answer in self.answers.values())

    @property
    def text(self) -> str:
        """The step as it is written here."""
        return step_text(self.layer.word or "", self.given, self.found and self.found.obvious)

    @property
    def allowed(self) -> Given:
        return self.found.arguments if self.found is not None else {}


class Step:
    """A step as somebody wrote it: its word, and its arguments as plain values under their names or in their order."""

    __slots__ = ("word", "span", "body", "named", "in_order", "is_call", "is_bare", "is_read")

    def __init__(self, word: str, span: Span, body: Node | None) -> None:
        self.word, self.span, self.body = word, span, body
        self.named: Given = {}
        self.in_order: list[Any] = []
        self.is_call, self.is_read = "(" in word, True
        self.is_bare = body is not None and not body.is_mapping and body.value is not None
        if self.is_call:
            self.word, self.in_order, self.named, self.is_read = parsed_call(word)
        elif self.is_bare and body is not None:
            self.in_order = [plain_value(body)]
        elif body is not None and body.is_mapping:
            self.named = {key: plain_value(value) for key, (_, value) in body.value.items() if key not in STEP_KEYS}


LONGEST_CALL = 1_000
"""A longer text in place of a layer is no call that somebody wrote."""


def parsed_call(text: str) -> tuple[str, list[Any], Given, bool]:
    """``nn.Conv2d(3, 16, kernel_size=3)``: its name, its arguments in order and by name, and whether it can be read."""
    import ast

    target, equals, call_text = text.partition("=")
    if equals and "(" not in target:  # self.fc = nn.Linear(...)
        text = call_text
    name = text.partition("(")[0].strip()
    try:
        call = ast.parse(text.strip(), mode="eval").body if len(text) <= LONGEST_CALL else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        call = None
    if not isinstance(call, ast.Call):
        return name, [], {}, False

    def value(node: ast.expr) -> Any:
        if isinstance(node, (ast.Tuple, ast.List)):
            return [value(item) for item in node.elts]
        if isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float, str, type(None))):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and type(value(node.operand)) is int:
            return -value(node.operand)
        return ast.unparse(node)

    named = {one.arg: value(one.value) for one in call.keywords if one.arg is not None and one.arg not in STEP_KEYS}
    return name, [value(argument) for argument in call.args], named, True


@lru_cache(maxsize=4096)  # the names of all frameworks, which every unknown word is compared with
def plain_name(word: str) -> str:
    """A layer's name without what differs between frameworks: ``nn.MaxPool2d``, ``max_pool`` -> maxpool."""
    name = word.rpartition(".")[2].lower().replace("_", "").replace("-", "").replace("withindices", "")
    return name[:-2] if name[-2:] in RANKS else name


def plain_value(node: Node) -> Any:
    """A node as plain data; a text that is an expression stays as it is written."""
    if node.is_mapping:
        return {key: plain_value(value) for key, (_, value) in node.value.items()}
    if node.is_list:
        return [plain_value(item) for item in node.value]
    return None if node.value in ("none", "None") else node.value


def as_node(place: Span, value: Any) -> Node:
    """A plain value as a node, at the place of what it stands for."""
    if isinstance(value, list):
        value = [as_node(place, item) for item in value]
    elif isinstance(value, dict):
        value = {key: (node_at(place, key, key), as_node(place, item)) for key, item in value.items()}
    return node_at(place, value, str(value), plain=True)


def translate(
    tables: list[Table], word: str, span: Span, body: Node | None, layout: str, lookup: Callable[[str], Found]
) -> Translation | None:
    """What a step means whose ``word`` is no layer here, or that has arguments that are not ours.

    ``lookup``: the layer type or block of a word, or None. None: no framework has these words.
    """
    step, own = Step(word, span, body), lookup(word)
    fits: list[tuple[Score, Table, Foreign, Found]] = []
    for table, layer in candidates(tables, step.word, word if own is not None else None):
        if own is not None and layer.steps is not None and not wholly(layer, step):
            continue
        found = lookup(layer.word) if layer.word else None
        fits.append((score(table, layer, step, found, own is not None), table, layer, found))
    if own is not None and not any(foreign for (foreign, *_), *_ in fits):
        fits = [((0, 0, False, False), NOBODY, Foreign("", word, word, {}), own)]
    if not fits:
        return None
    best = max(fit[0] for fit in fits)
    (_, table, layer, found), *others = [fit for fit in fits if fit[0] == best]
    if layer.around is not None:
        inside = held([table, *tables], layer, step, layout, lookup)
        steps = None if inside is None else layer.around(Written(arguments_of(layer, step), layout), inside)
        return told_as(steps or layer.steps(Written({}, layout)), layer, step, own)  # type: ignore[misc]
    if layer.steps is not None:
        return told_as(layer.steps(Written(arguments_of(layer, step), layout)), layer, step, own)
    ambiguous = any(other.framework != layer.framework for _, _, other, _ in others)
    adds = not ambiguous or (own is None and not (step.named and not best[0]))
    meaning = understood(tables, table, layer, step, found, layout, adds)
    also = [
        understood(tables, other_table, other, step, there, layout, adds)
        for _, other_table, other, there in (others if own is None else ())
        if other.word
    ]
    return told(meaning, [one for one in also if one.text != meaning.text and not one.refused], step, own is None)


def candidates(tables: list[Table], name: str, word: str | None) -> list[tuple[Table, Foreign]]:
    """The layers of frameworks that have this name, or that are our ``word``."""
    plain = plain_name(name)
    return [
        (table, layer)
        for table in tables
        for layer in table.layers
        if (layer.word == word if word else plain in map(plain_name, layer.names))
    ]


def wholly(layer: Foreign, step: Step) -> bool:
    """Whether a step of ours is written in the words of this layer alone, the first two among them."""
    return {*[*layer.turns][:2]} <= step.named.keys() <= layer.turns.keys()


def score(table: Table, layer: Foreign, step: Step, found: Found, own: bool) -> Score:
    """How well a layer fits what is written: the arguments that it has, those that are not ours, what stands before
    its name, its exact name.

    For a layer of ours (``own``) those that are not ours come first.
    """
    has = [name for name in step.named if table.turn(layer, name) is not None]
    foreign = [name for name in has if found is None or name not in found.arguments]
    counts = (len(foreign), len(has)) if own else (len(has), len(foreign))
    prefix, _, name = step.word.rpartition(".")
    return *counts, any(HINTS.get(part) == layer.framework for part in prefix.split(".")), name in layer.names


def understood(
    tables: list[Table], table: Table, layer: Foreign, step: Step, found: Found, layout: str, adds: bool
) -> Meaning:
    """The step as this layer of this framework."""
    meaning = Meaning(table, layer, found)
    named = named_arguments(meaning, step, layout)
    written = Written(named, layout)
    own = step.word == layer.word
    for name, value in named.items():
        ours = own and name in meaning.allowed and value not in FOREIGN_VALUES
        turn = None if ours else table.turn(layer, name)
        if turn is None and name not in meaning.allowed:
            turn = turn_elsewhere(tables, layer.word or "", name, meaning.allowed)
        if turn is None:
            meaning.given[name] = value
        else:
            put(meaning, name, turn(value, written))
    for name, value in layer.adds.items() if adds and (meaning.given or not meaning.kept) else ():
        if name in meaning.given or (name == "biases" and meaning.given.get("bias") is False):
            continue
        answer = value(None, written) if callable(value) else Answer({name: value})
        meaning.whole = meaning.whole or bool(answer.given)
        put(meaning, "" if answer.words else f"add {name}", answer)
    return meaning


def allowed_only(word: str, answer: Answer, allowed: Collection[str]) -> Answer:
    """The answer, or that the layer has no such argument."""
    missing = next((name for name in answer.given if name not in allowed), None)
    return answer if missing is None else refuse(f"not expressible: {word} has no {missing}")


def put(meaning: Meaning, name: str, answer: Answer) -> None:
    answer = allowed_only(meaning.layer.word or "", answer, meaning.allowed)
    meaning.answers[name] = answer
    for word, value in answer.given.items():
        meaning.given.setdefault(word, value)


def named_arguments(meaning: Meaning, step: Step, layout: str) -> Given:
    """What is written, under the framework's names."""
    order, values = [*meaning.layer.turns], step.in_order
    if step.is_bare:
        (value,) = values
        by_order = isinstance(value, list) and len(value) > 1 and bool(order)
        if by_order and meaning.layer.turns[order[0]] is inferred and 2 not in meaning_reads(meaning):
            values = value
        else:
            name = name_of_bare(meaning, value, layout)
            if name is not None:
                return {name: value}
            meaning.kept, obvious = True, meaning.found and meaning.found.obvious
            meaning.given = {obvious: value} if obvious else {}
            return {}
        meaning.whole = True
    meaning.whole = meaning.whole or (step.is_call and bool(values or step.named))
    return {**dict(zip(order, values, strict=False)), **step.named}


def meaning_reads(meaning: Meaning) -> Any:
    return getattr(meaning.found, "reads", ())


def name_of_bare(meaning: Meaning, value: Any, layout: str) -> str | None:
    """The framework's argument that a bare value sets; None for one that sets ours, as it stands."""
    turns, obvious = meaning.layer.turns, meaning.found and meaning.found.obvious
    if isinstance(value, list) and obvious is None and 2 in meaning_reads(meaning):
        return None
    for name, turn in turns.items():
        given = turn(value, Written({name: value}, layout)).given
        if obvious is not None and [*given] == [obvious]:
            meaning.whole = given[obvious] != value
            return name if meaning.whole else None
    if obvious is not None and next(iter(turns.values()), None) is not inferred:
        return None
    meaning.whole = True
    return next(iter(turns), None)


def argument(tables: list[Table], word: str, key: Node, value: Node | None, allowed: Collection[str]) -> Told | None:
    """What is said of one argument apart from its step."""
    turn = turn_elsewhere(tables, word, key.text, allowed)
    if turn is None:
        return None
    written = None if value is None else plain_value(value)
    answer = allowed_only(word, turn(written, Written({key.text: written}, "CHW")), allowed)
    return Told(argument_error(word, key, written, answer, allowed), next(iter(answer.given), None))


def turn_elsewhere(tables: list[Table], word: str, name: str, allowed: Collection[str]) -> Turn | None:
    """How another framework's layer, or nobody's in particular, turns an argument of our ``word``."""
    for table in tables:
        for layer in table.layers:
            if layer.word == word and layer.steps is None and (turn := table.turn(layer, name)) is not None:
                return turn
    meant = ARGUMENTS.get(name.lower(), "")
    if meant in allowed:
        return becomes(meant)
    return inferred if name in INFERRED else None


def arguments_of(layer: Foreign, step: Step) -> Given:
    return {**dict(zip(layer.turns, step.in_order, strict=False)), **step.named}


def held(tables: list[Table], layer: Foreign, step: Step, layout: str, lookup: Callable[[str], Found]) -> Inside | None:
    """The layer inside a step of another one, ``{layer: {LSTM: 16}}`` or ``{LSTM: 16}``; None where none is known.

    The first of the tables is that of the framework.
    """
    if step.is_call or step.is_bare or step.body is None or not step.body.is_mapping:
        first = arguments_of(layer, step).get("layer")
        node = as_node(step.span, first) if isinstance(first, str) else None
    else:
        written = step.body.value
        others = {key: pair for key, pair in written.items() if key not in layer.turns and key not in STEP_KEYS}
        node = written["layer"][1] if "layer" in written else node_at(step.span, dict(list(others.items())[:1]))
    if node is None or not node.value:
        return None
    word, (key, body) = next(iter(node.value.items())) if node.is_mapping else (node.text, (node, None))
    found = lookup(word)
    if found is None:
        own, *_ = tables  # the framework of what holds it, if that has such a layer
        inner = translate([own], word, key, body, layout, lookup) or translate(tables, word, key, body, layout, lookup)
        if inner is None or inner.word is None:
            return None
        word, body, found = inner.word, inner.body, lookup(inner.word)
    obvious: str | None = getattr(found, "obvious", None)
    value = None if body is None else plain_value(body)
    if value is not None and not isinstance(value, dict):
        return Inside(word, {obvious: value}, obvious) if obvious else None
    return Inside(word, value or {}, obvious)


def told_as(steps: list[str] | str, layer: Foreign, step: Step, own: Found) -> Translation:
    """What takes several steps here, or none; or a layer of ours whose arguments hang together in the framework."""
    named = arguments_of(layer, step)
    help = steps if isinstance(steps, str) else f"write {', then '.join(f'`{text}`' for text in steps)}"
    message, span = f"unknown layer '{step.word}'", step.span
    if own is not None and step.body is not None:
        key = next(key for name, (key, _) in step.body.value.items() if name in named and name not in own.arguments)
        message, span = f"{step.word} has no argument '{key.text}'", key.span
        help = help.replace("write ", f"as {layer.framework} has it: ", 1)
    return Translation(None, None, [Diagnostic(message, span, help=help)])


def told(meaning: Meaning, also: list[Meaning], step: Step, unknown: bool) -> Translation:
    """The errors of a step in foreign words, and the step that was meant."""
    word, diagnostics = meaning.layer.word or "", []
    if unknown:
        name = step.word.rpartition(".")[2]
        tail = ": the rank comes from the shape" if name[-2:].lower() in RANKS else ""
        message = f"unknown layer '{written_word(step)}'"
        diagnostics.append(Diagnostic(message, step.span, label=f"write '{word}'{tail}"))
    keys = step.body.value if step.body is not None and step.body.is_mapping else {}
    for name, answer in meaning.answers.items():
        if name in keys and answer.given != {name: step.named[name]}:
            diagnostics.append(argument_error(word, keys[name][0], step.named[name], answer, meaning.allowed))
        elif name not in keys and answer.words and diagnostics and (answer.refused or not meaning.whole):
            diagnostics[0].help = joined(diagnostics[0].help, answer.words)
    shown = [meaning] if meaning.found is not None and (meaning.whole or also) and not meaning.refused else []
    if shown and diagnostics:
        first = diagnostics[0]
        for one in shown + also:
            first.help = joined(first.help, f"as {one.layer.framework} has it: `{one.text}`")
    if meaning.refused or not step.is_read:
        return Translation(None, None, diagnostics)
    if meaning.found is None:
        return Translation(word, step.body, diagnostics)
    return Translation(word, step.body if meaning.kept and not meaning.whole else body_of(meaning, step), diagnostics)


def written_word(step: Step) -> str:
    return step.span.source.line(step.span.line)[step.span.start : step.span.stop] if step.is_call else step.word


def joined(help: str | None, more: str) -> str:
    return f"{help}; {more}" if help else more


def argument_error(word: str, key: Node, value: Any, answer: Answer, allowed: Collection[str]) -> Diagnostic:
    """The error of one argument: what to write, or that it is left out."""
    message = f"{word} has no argument '{key.text}'"
    if key.text in allowed:
        message = f"'{key.text}' of {word} is written otherwise here"
    label = ""
    if answer.given:
        renamed = [*answer.given.values()] == [value] and type(value) is not bool
        label = f"write '{next(iter(answer.given)) if renamed else listed(answer.given)}'"
    return Diagnostic(message, key.span, label=label, help=answer.words)


def body_of(meaning: Meaning, step: Step) -> Node | None:
    """Our arguments, each with the value node that was written where it is the same."""
    written = step.body.value if step.body is not None and step.body.is_mapping else {}
    origin = {word: name for name, answer in meaning.answers.items() for word in answer.given}
    arguments = {key: entry for key, entry in written.items() if key in STEP_KEYS}
    for word, value in meaning.given.items():
        key, node = written.get(origin.get(word, word), (step.span, None))
        if node is None or plain_value(node) != value:
            node = as_node(node or step.span, value)
        arguments[word] = node_at(key, word, word), node
    if not arguments:
        return None
    return node_at(step.body or step.span, arguments, size=len(arguments) + 1)
