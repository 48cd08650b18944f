"""Names and paths as a spec writes them: ``c3``, ``body/c3``, ``stack/*/skip``, ``prev``, ``input``."""

from __future__ import annotations

from collections.abc import Iterable

from archcalc.errors import Span
from archcalc.language.keys import NOT_IN_NAMES, RESERVED
from archcalc.language.problems import Problems
from archcalc.language.values import Value, compile_value
from archcalc.language.yaml_nodes import Node, node_at


def is_name(text: str) -> bool:
    """Whether a text may be a name: no space, comma, slash, star or bracket in it."""
    return NOT_IN_NAMES.isdisjoint(text) and text.split() == [text]


class Reference:
    """A NAME where one is read, as segments; the segment ``*`` stands for any one level.

    ``index``: the number of one of its tensors, as ``levels[i]`` has it.
    """

    __slots__ = ("node", "text", "segments", "index")

    def __init__(self, node: Node, problems: Problems) -> None:
        self.node, self.text = node, node.text
        self.index: Value | None = None
        if "[" in node.text and node.text.endswith("]"):
            self.text, _, index = node.text[:-1].partition("[")
            start = len(self.text) + 1 + (not node.plain)
            place = node.span.inside(start, start + len(index))
            self.index = compile_value(node_at(place, index, index, True), problems, "the brackets")
        self.segments = self.text.split("/")

    @property
    def starred(self) -> bool:
        return "*" in self.segments

    def span_of(self, position: int) -> Span:
        """The place of one segment."""
        start = sum(len(segment) + 1 for segment in self.segments[:position]) + (not self.node.plain)
        return self.node.span.inside(start, start + len(self.segments[position]))


def read_reference(node: Node, problems: Problems, what: str) -> Reference | None:
    """The NAME that a node holds, or None (and a problem told)."""
    if not isinstance(node.value, (str, int, float, bool)) or not node.text:
        problems.say(f"{what} takes the name of a tensor", node.span)
        return None
    reference = Reference(node, problems)
    if not all(segment == "*" or is_name(segment) for segment in reference.segments) or reference.segments[0] == "*":
        problems.say(f"'{node.text}' is not a name or a path such as body/c3 or stack/*/skip", node.span)
        return None
    return None if "[" in node.text and reference.index is None else reference


def read_references(node: Node, problems: Problems, what: str) -> list[Reference] | None:
    """One NAME or a list of them."""
    if not isinstance(node.value, list):
        reference = read_reference(node, problems, what)
        return None if reference is None else [reference]
    references = [read_reference(item, problems, what) for item in node.value]
    if not references:
        problems.say(f"{what} is an empty list: name at least one tensor", node.span)
    return None if None in references or not references else references  # type: ignore[return-value]


def read_name(node: Node, problems: Problems, what: str, reserved: Iterable[str] = RESERVED) -> str | None:
    """A name as a step, block, branch or input may have it."""
    if not isinstance(node.value, (str, int, float, bool)) or not is_name(node.text):
        problems.say(
            f"'{node.text}' is not a name" if node.text else f"{what} takes a name",
            node.span,
            help="a name has no space, comma, slash, star or bracket",
        )
        return None
    if what in ("step", "branch") and node.text.isascii() and node.text.isdigit():
        help = f"begin it with a letter, as n{node.text}"
        problems.say(
            f"a {what} may not be called '{node.text}': in a path a number counts repetitions", node.span, help=help
        )
        return None
    if node.text in reserved:
        article = "an" if what[0] in "ai" else "a"
        problems.say(f"{article} {what} may not be called '{node.text}': the word is reserved", node.span)
        return None
    return node.text


def read_identifier(node: Node, problems: Problems, what: str) -> str | None:
    """A name that can stand in an expression."""
    name = read_name(node, problems, what)
    if name is not None and not name.isidentifier():
        problems.say(
            f"'{name}' cannot stand in an expression",
            node.span,
            help=f"{'an' if what[0] == 'a' else 'a'} {what} is letters, digits and _, as width or n_2",
        )
        return None
    return name
