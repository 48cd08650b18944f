"""What a box is drawn as, what is written in it, and how large that makes it."""

from __future__ import annotations

from typing import NamedTuple

from archcalc.layers import FAMILY
from archcalc.render.pictures import grid
from archcalc.render.pictures.boxes import Box, Scene, every, leaves
from archcalc.render.pictures.letters import SLACK, cut, si, size, width
from archcalc.render.pictures.theme import FILLS
from archcalc.render.pictures.tree import Key

SIGNS = {"add": "+", "mul": "×", "sub": "−", "div": "÷", "matmul": "@"}
BARS = ("concat", "split", "stack")
PILLS = ("activation", "shape", "regularization", "merge")
"""Families of layer types that change values or views only, where they have no weights."""

COLOURS = ("params", "macs", "memory", "none")
STYLES = ("cards", "paper", "tensors")
NAME_ROOM, WIDE_NAME = 130, 260
"""Pixels of a container's name: beside the wires that come in, and in a horizontal picture above them."""


class Asked(NamedTuple):
    """How a picture is drawn. ``width``: pixels that it may take across the page; None for what the network takes."""

    color: str = "params"
    style: str = "cards"
    horizontal: bool = False
    width: int | None = None


class Looks:
    """The words and sizes of the boxes of a scene. What is measured here is all that placing asks."""

    def __init__(self, scene: Scene, asked: Asked) -> None:
        self.scene, self.asked, self.horizontal = scene, asked, asked.horizontal
        self.page = asked.width
        self.color = asked.color
        self.name_room = WIDE_NAME if asked.horizontal else NAME_ROOM
        self.symbols = {box.id: symbol(box) for box in every(scene.boxes)}
        self.most = max((self.amount(box) for box in leaves(scene.boxes)), default=0) or 1
        self.total = max(getattr(scene.totals, self.color), 1) if self.color != "none" else 1

    def amount(self, box: Box) -> int:
        """What fills a box: its figure, of all that it stands for."""
        found: int = getattr(box.all, self.color) if self.color != "none" else 0
        return found

    def fill(self, box: Box) -> str:
        """The step of a box's fill: the square root of its share of the largest."""
        share = self.amount(box) / self.most
        return f"t{0 if share <= 0 else 1 + min(FILLS - 2, int(share**0.5 * (FILLS - 1) * 0.9999))}"

    # Words

    def shape(self, tensor: Key) -> str:
        return size(self.scene.shapes[tensor])

    def written(self, tensor: Key) -> str:
        """The shape that is written beside a wire: where it changes."""
        return cut(self.shape(tensor), 10, grid.CARD) if tensor in self.scene.changes else ""

    def ends(self, box: Box) -> str:
        """What an input or output is called, and its shape."""
        shapes = "  ".join(map(self.shape, box.outs or box.ins))
        return cut(f"{box.title}  {shapes}", 11, 260, bold=True)

    def pill(self, box: Box) -> str:
        return cut(f"{box.type} {box.note}".strip(), 10.5, 160)

    def kind(self, box: Box) -> list[str]:
        """What a card says of what it is, where its name does not say so: its type, kernel, norm and activation."""
        stem = box.title.rpartition("/")[2].rstrip("0123456789–")
        said = "" if stem == box.type else box.type
        found = [f"{said} {box.note}".strip(), " ".join(box.tags[:3]) + (" …" if len(box.tags) > 3 else "")]
        if box.kind == "step" and self.asked.style != "paper":
            found.append(f"{box.one.layers:,} layer{'s' * (box.one.layers != 1)}")
        if box.shared and self.asked.style != "paper":
            found.append(f"weights of {box.shared}")
        return [one for one in found if one]

    def figures(self, box: Box) -> str:
        """What one repetition costs."""
        if self.asked.style == "paper":
            return ""
        return figures(box.one.params, box.one.macs)

    def words(self, box: Box) -> list[str]:
        """The lines of a box, where a format has no places for them."""
        symbol = self.symbols[box.id]
        if symbol == "card":
            name = " ".join(filter(None, (box.title, self.times(box))))
            return [name, *self.kind(box), *filter(None, [self.figures(box)])]
        return [SIGNS[box.type] if symbol == "circle" else self.ends(box) if symbol == "end" else self.pill(box)]

    def times(self, box: Box) -> str:
        return f"×{box.repeats:,}" if box.repeats > 1 else ""

    def card(self, box: Box) -> float:
        """How wide a card is; for a paper as wide as its words, within bounds."""
        if self.asked.style != "paper":
            return grid.CARD
        name = width(box.title, 12, True) * SLACK + width(self.times(box), 12, True) + 6
        return min(max(name, width(" · ".join(self.kind(box)), 10) * 1.06, grid.PAPER - 24), grid.CARD) + 24

    def card_lines(self, box: Box) -> tuple[str, str, str]:
        """The lines of a card below its name, and what stands at the right of the name; each may be empty."""
        said, bottom = " · ".join(self.kind(box)), self.figures(box)
        room = self.card(box) - 24
        wide = (width(box.title, 12, True) + width(said, 10) + width(self.times(box), 12, True)) * SLACK + 6
        beside = said if wide <= room and box.repeats == 1 else ""
        return ("" if beside else said), bottom, beside

    def caption(self, box: Box) -> str:
        times = width(self.times(box), 11, True)
        return cut(box.title, 11 * 1.02, self.name_room - (times + 6 if times else 0), True)

    def second(self, box: Box) -> str:
        """What a container is, where its name does not say so."""
        stem = box.title.rpartition("/")[2].rstrip("0123456789–")
        said = "" if stem == box.type else box.type
        return cut(" · ".join(filter(None, (said, box.note))), 10, self.name_room)

    def tip(self, box: Box) -> str:
        """All that is known of a box, in lines."""
        ins = ", ".join(map(self.shape, box.ins)) or "nothing"
        outs = ", ".join(map(self.shape, box.outs)) or "nothing"
        lines = [f"{box.path}: {box.type} {box.note} {' '.join(box.tags)}".strip()]
        if box.kind in ("input", "output"):
            return f"{box.path}: {(ins if box.ins else outs)}"
        lines += [f"{ins} → {outs}", f"{box.all.params:,} parameters, {box.all.macs:,} multiply-adds"]
        if box.shared:
            lines.append(f"weights of {box.shared}")
        if box.repeats > 1:
            lines.append(f"{box.repeats:,} times {box.one.params:,} parameters, {box.one.macs:,} multiply-adds")
        return "\n".join(lines)

    # Sizes, as placing asks for them

    def box(self, box: Box) -> tuple[float, float]:
        look = self.symbols[box.id]
        if look == "end":
            return width(self.ends(box), 11, True) * 1.06 + 24, 24
        if look == "circle":
            return 22, 22
        if look == "bar":
            room = width(self.pill(box), 10) + 30
            return (18, room + 20) if self.horizontal else (max(room, 70), 18)
        if look == "pill":
            return max(64, width(self.pill(box), 10.5) * 1.06 + 22), 21
        below, bottom, _ = self.card_lines(box)
        return self.card(box), 26 + (13 if below else 0) + (17 if bottom else 0)

    def name(self, box: Box) -> float:
        times = width(self.times(box), 11, True)
        first = width(self.caption(box), 11, True) + (times + 6 if times else 0)
        return max(first, width(self.second(box), 10)) * 1.06 + 4

    def lines(self, box: Box) -> int:
        return 2 if self.second(box) else 1

    def label(self, tensor: Key) -> tuple[float, float]:
        text = self.written(tensor)
        if not text:
            return 0, 0
        wide = width(text, 10)
        return (wide + 12, 14) if self.horizontal else (14, wide)


def symbol(box: Box) -> str:
    """What a box is drawn as."""
    if box.kind in ("input", "output"):
        return "end"
    if box.kind == "layer" and box.repeats == 1:
        if box.type in SIGNS and len(box.ins) == 2:
            return "circle"
        if box.type in BARS or (box.type in SIGNS and len(box.ins) > 2):
            return "bar"
        if not box.one.params and not box.one.macs and not box.tags and FAMILY.get(box.type) in PILLS:
            return "pill"
    return "card"


def figures(params: int, macs: int) -> str:
    """``2.36 M params · 118 M MACs``."""
    found = [f"{si(params)} param{'s' * (params != 1)}"] if params else []
    return " · ".join([*found, f"{si(macs)} MACs"] if macs else found)
