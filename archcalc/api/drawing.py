"""The picture of a network: the options of Python and of the command, and what a renderer writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.errors import Diagnostic, SpecError, did_you_mean, option
from archcalc.render import FORMATS
from archcalc.render.pictures.looks import COLOURS, STYLES, Asked, Looks
from archcalc.render.pictures.scene import Scenes
from archcalc.request import Request, above_zero, shown

if TYPE_CHECKING:
    from archcalc.render.pictures.boxes import Scene

USUAL = 150
"""Boxes of a picture, at most, whose depth is not asked for."""

PAGE = 1200
"""Pixels that a picture on a page is wrapped to, unless a width is asked for."""

WIDTHS = range(200, 100_001)
"""Pixels that a picture may be wrapped to."""

TAKEN = {"mmd": ("style", "color", "horizontal"), "dot": ("style", "color", "horizontal"), "json": ()}
"""Of the options of a picture those that say something of a format that another program draws."""


def picture(
    request: Request,
    form: str,
    *,
    depth: int | None = None,
    color: str | None = None,
    style: str = "cards",
    horizontal: bool = False,
    width: int | None = None,
) -> Any:
    """What the renderer of a format writes: the marks of a picture, or its scene. Raises SpecError."""
    known("format", form, FORMATS["picture"])
    known("style", style, STYLES)
    taken(
        form,
        {"style": style != "cards", "color": color is not None, "horizontal": horizontal, "width": width is not None},
    )
    fill = known("color", color, COLOURS) if color is not None else "none" if style == "paper" else "params"
    page = PAGE if form == "html" and style != "tensors" else None
    asked = Asked(fill, style, horizontal, page if width is None else width)
    if width is not None and width not in WIDTHS:
        message = f"{option('width')} takes {WIDTHS.start:,} to {WIDTHS.stop - 1:,} pixels, not {shown(width)}"
        raise SpecError(Diagnostic(message))
    if style == "tensors" and form in TAKEN:
        raise SpecError(Diagnostic(f"tensors are drawn as svg or html, not as {form}"))
    scene = scene_of(request, None if depth is None else above_zero("depth", depth), fill == "memory")
    if form in TAKEN:
        return Looks(scene, asked)
    if style == "tensors":
        from archcalc.render.pictures.tensors import draw
    else:
        from archcalc.render.pictures.cards import draw
    return draw(scene, asked)


def taken(form: str, given: dict[str, bool]) -> None:
    """Raises SpecError for an option that is given and would change nothing."""
    for name, is_given in given.items():
        if is_given and name not in TAKEN.get(form, given):
            forms = [one for one in FORMATS["picture"] if name in TAKEN.get(one, given)]
            raise SpecError(Diagnostic(f"{option(name)} is for {', '.join(forms)}, and changes nothing in {form}"))


def scene_of(request: Request, depth: int | None, alive: bool) -> Scene:
    """The scene of a request at a depth, or at the deepest that has as many boxes as can be read."""
    scenes = Scenes(request.report(drawn=True), alive)
    return scenes.within(USUAL) if depth is None else scenes.at(depth)


def known(name: str, word: str, words: Any) -> str:
    """One of the words that an option takes. Raises SpecError."""
    if word not in words:
        message = f"{option(name)} is one of {', '.join(words)}, not {shown(word)}"
        raise SpecError(Diagnostic(message, help=did_you_mean(word, words) if isinstance(word, str) else None))
    return word
