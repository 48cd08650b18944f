"""How a layer of another framework is told: its names, and for each of its arguments what to write here.

A row of a framework's table lists the arguments in the order of their constructor, each with a sign::

    kernel_size=kernel   another word here, with the same value
    padding              the same word here
    in_channels?         left out: what a layer reads is inferred
    momentum~            left out: no figure depends on it

An argument whose answer depends on its value has a function of that value instead, given by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

INFERRED = "leave it out: what a layer reads is inferred"
NO_FIGURE = "leave it out: it changes no figure"
SIGNED = re.compile(r"(\w+)([?~]?)(?:=(\w+))?$")


class Answer:
    """What to write for an argument: our arguments, or words that say why there are none.

    ``refused``: there is nothing to write that would mean the same, so the step cannot be built.
    """

    __slots__ = ("given", "words", "refused")

    def __init__(self, given: dict[str, Any], words: str | None = None, refused: bool = False) -> None:
        self.given, self.words, self.refused = given, words, refused


class Written:
    """A step in another framework's words: its arguments as plain values, and the layout of its file.

    A text among the values is an expression or a word, as it stands in the file.
    """

    __slots__ = ("arguments", "layout")

    def __init__(self, arguments: dict[str, Any], layout: str) -> None:
        self.arguments, self.layout = arguments, layout

    def get(self, name: str, default: Any = None) -> Any:
        value = self.arguments.get(name)
        return default if value is None else value


Turn = Callable[[Any, Written], Answer]
Steps = Callable[[Written], "list[str] | str"]


class Inside(NamedTuple):
    """The layer that another one holds, as it is written here. ``obvious``: the argument that a bare value sets."""

    word: str
    given: Mapping[str, Any]
    obvious: str | None

    def text(self, **more: Any) -> str:
        return step_text(self.word, {**self.given, **more}, self.obvious)


Around = Callable[[Written, Inside], "list[str] | None"]


class Foreign:
    """A layer of another framework. ``word``: the layer or block here; ``adds``: where its defaults differ from ours.

    ``steps``: for what takes several steps here, or none: the steps as text, or a sentence that says what to do.
    ``around``: for what holds another layer: the steps as text once that is known, None where there are none.
    """

    __slots__ = ("framework", "names", "word", "turns", "adds", "steps", "around")

    def __init__(
        self,
        framework: str,
        names: str,
        word: str | None,
        turns: dict[str, Turn],
        adds: dict[str, Any] | None = None,
        steps: Steps | None = None,
        around: Around | None = None,
    ) -> None:
        self.framework, self.names, self.word, self.turns = framework, names.split(), word, turns
        self.adds, self.steps, self.around = adds or {}, steps, around


class Table:
    """The layers of one framework. ``everywhere``: words, or ends of words, that no figure ever depends on."""

    def __init__(self, framework: str, everywhere: str = "") -> None:
        self.framework, self.layers = framework, list[Foreign]()
        self.everywhere = tuple(everywhere.split())

    def layer(self, names: str, word: str, arguments: str = "", adds: Any = None, **turns: Turn) -> None:
        """A layer that is one layer here."""
        self.layers.append(Foreign(self.framework, names, word, signed(arguments, turns), adds))

    def steps(self, names: str, arguments: str, steps: Steps, word: str | None = None) -> None:
        """A layer that is several steps here, or whose arguments hang together. ``word``: ours that may be meant."""
        self.layers.append(Foreign(self.framework, names, word, signed(arguments, {}), None, steps))

    def say(self, names: str, sentence: str) -> None:
        """What is no layer here, and what to do instead."""
        self.layers.append(Foreign(self.framework, names, None, {}, None, lambda _: sentence))

    def around(self, names: str, arguments: str, around: Around, sentence: str) -> None:
        """A layer that holds another; the sentence says what to do where that is not known."""
        turns = signed(arguments, {})
        self.layers.append(Foreign(self.framework, names, None, turns, None, lambda _: sentence, around))

    def turn(self, layer: Foreign, argument: str) -> Turn | None:
        """How an argument of the layer is turned; None for one that it does not have."""
        found = layer.turns.get(argument)
        if found is None and argument.endswith(self.everywhere or ("\n",)):
            return no_figure
        return found


def signed(arguments: str, turns: dict[str, Turn]) -> dict[str, Turn]:
    """How each argument of a row is turned."""
    found: dict[str, Turn] = {}
    for text in arguments.split():
        match = SIGNED.match(text)
        assert match is not None, text
        name, sign, word = match.groups()
        found[name] = turns.get(name) or {"?": inferred, "~": no_figure, "": becomes(word or name)}[sign]
    return {**found, **turns}


def inferred(_: Any, __: Written) -> Answer:
    return Answer({}, INFERRED)


def no_figure(_: Any, __: Written) -> Answer:
    return Answer({}, NO_FIGURE)


def leave(why: str) -> Answer:
    return Answer({}, f"leave it out: {why}")


def refuse(why: str) -> Answer:
    return Answer({}, why, refused=True)


def becomes(word: str, note: str | None = None) -> Turn:
    """Another word, the same value; ``None`` is left out."""
    return lambda value, _: Answer({word: value}, note) if value is not None else leave("none is what it is here")


def cases(answers: dict[Any, dict[str, Any] | Answer]) -> Turn:
    """An answer for each value; any other value cannot be turned before it is known."""

    def turn(value: Any, _: Written) -> Answer:
        for known, answer in answers.items():
            if value is known or (value == known and type(value) is type(known)):
                return answer if isinstance(answer, Answer) else Answer(dict(answer))
        return refuse(f"its value decides what to write: {'; '.join(map(told_case, answers.items()))}")

    return turn


def told_case(case: tuple[Any, dict[str, Any] | Answer]) -> str:
    value, answer = case
    given = answer.given if isinstance(answer, Answer) else answer
    words = answer.words if isinstance(answer, Answer) else None
    return f"{show(value)}: {words or listed(given)}"


def only(default: Any, why: str) -> Turn:
    """The one value that is what stands here; any other is refused."""

    def turn(value: Any, _: Written) -> Answer:
        known = value is None or (value == default and type(value) is type(default))
        return leave("it is so here") if known else refuse(why)

    return turn


def after_batch(word: str, first: int = 1) -> Turn:
    """An axis that counts the batch axis, which no shape here has. ``first``: the first axis of a sample."""

    def one(value: Any) -> Any:
        return value if value < 0 else value - first

    def turn(value: Any, _: Written) -> Answer:
        axes = value if isinstance(value, list) else [value]
        if value is None:
            return leave("none is what it is here")
        if not all(type(axis) is int for axis in axes):
            return refuse(f"write {word}: counted without the batch axis")
        if any(0 <= axis < first for axis in axes):
            return refuse(f"0 is the batch axis there, which no shape here has: {word} counts from 0 without it")
        turned = [one(axis) for axis in axes]
        why = None if all(axis < 0 for axis in axes) else "it counts the batch axis there, which no shape here has"
        return Answer({word: turned if isinstance(value, list) else turned[0]}, why)

    return turn


def order(value: Any, _: Written) -> Answer:
    """The order of all axes, the batch's among them, which stays in its place."""
    axes = value if isinstance(value, list) else []
    if not axes or not all(type(axis) is int for axis in axes) or axes[0] != 0:
        return refuse("write order: without the batch axis, so that 0 is the first axis of one sample")
    return Answer({"order": [axis if axis < 0 else axis - 1 for axis in axes[1:]]})


def show(value: Any) -> str:
    """A value as it is written in a spec, inside braces."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(show, value))}]"
    if isinstance(value, dict):
        return f"{{{listed(value)}}}"
    text = str(value)
    return f'"{text}"' if isinstance(value, str) and re.search(r"[\[\]{},:#&!|>%@]|^\*", text) else text


def listed(given: dict[str, Any]) -> str:
    """``hidden: 20, biases: 1``"""
    return ", ".join(f"{name}: {show(value)}" for name, value in given.items())


def step_text(word: str, given: dict[str, Any], obvious: str | None = None) -> str:
    """``- lstm: {hidden: 20, biases: 1}``, ``- linear: 10``, ``- relu``"""
    if not given:
        return f"- {word}"
    if obvious is not None and [*given] == [obvious]:
        return f"- {word}: {show(given[obvious])}"
    return f"- {word}: {{{listed(given)}}}"


def kept(given: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The arguments that have a value."""
    return {name: value for name, value in given if value is not None}
