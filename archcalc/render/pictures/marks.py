"""What a picture is made of, as plain data: marks with a place and a style's name, which a renderer writes down."""

from __future__ import annotations

from typing import NamedTuple


class Rect(NamedTuple):
    kind: str
    x: float
    y: float
    width: float
    height: float
    radius: float = 0


class Circle(NamedTuple):
    kind: str
    x: float
    y: float
    radius: float


class Path(NamedTuple):
    """A line or an outline, in the words of SVG."""

    kind: str
    steps: str


class Text(NamedTuple):
    """``anchor``: start, middle or end; ``turned``: upwards, about its place."""

    kind: str
    x: float
    y: float
    text: str
    size: float = 10
    bold: bool = False
    anchor: str = "start"
    turned: bool = False


class Group(NamedTuple):
    """Marks that are one thing: ``tip`` is what it is, in words; ``path`` that of the step which it draws.

    ``times``: the repetitions from there on that it stands for; ``last``: the path of the last of several steps.
    """

    role: str
    id: str
    path: str
    tip: str
    marks: list[Mark]
    times: int = 1
    last: str = ""


Mark = Rect | Circle | Path | Text | Group


class Picture(NamedTuple):
    """Marks on a page of that size; ``about`` says what there is to see, ``rules`` are those of its style."""

    name: str
    about: str
    width: float
    height: float
    marks: list[Mark]
    rules: tuple[str, ...]
