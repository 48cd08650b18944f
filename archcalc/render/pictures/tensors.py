"""The tensors of a network of images as blocks in a row: as high as the image, as deep as it is wide, as wide as it has
channels, each by the square root.
"""

from __future__ import annotations

from typing import NamedTuple

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.render.pictures import grid
from archcalc.render.pictures.boxes import Box, Scene, leaves
from archcalc.render.pictures.cards import about, heading, line
from archcalc.render.pictures.legend import fills
from archcalc.render.pictures.letters import n, width
from archcalc.render.pictures.looks import Asked, Looks
from archcalc.render.pictures.marks import Group, Mark, Path, Picture, Rect, Text
from archcalc.render.pictures.theme import RULES
from archcalc.render.pictures.tree import Key

SPACE, CHANNEL, SLANT = 9.0, 1.7, 0.34
"""Pixels of a root of a position and of a channel; how much of its height a block's depth is drawn."""

LONGEST = 10**7
"""Positions or channels of a block."""

LEAST = (5.0, 3.0, 2.0)
APART, CLOSE, LIFT, ROW = 24.0, 4.0, 14.0, 28.0
MOST_IN_A_STACK = 6
SHADE = (".sh{fill:var(--ink);fill-opacity:.1}", ".tick{stroke:var(--line);stroke-width:.7;fill:none}")


class Block(NamedTuple):
    """What a box gives, with its place: the left end of its front, and its height, width and depth."""

    box: Box
    shape: tuple[int, int, int]
    x: float
    high: float
    wide: float
    deep: float
    apart: bool


def draw(scene: Scene, asked: Asked) -> Picture:
    """The blocks of a scene. Raises SpecError for a network of anything but images and vectors."""
    for given, name in ((asked.horizontal, "horizontal"), (asked.width, "width")):
        if given:
            raise SpecError(Diagnostic(f"{option(name)} is for cards: tensors stand in one row"))
    looks = Looks(scene, asked)
    blocks, at = arranged(scene)
    skips = skipped(blocks, at)
    heights = lifted(blocks, skips)
    middle = grid.TITLE + 20 + max([*heights, *(block.high / 2 + block.deep for block in blocks)])
    marks: list[Mark] = []
    for (start, stop), height in zip(skips, heights, strict=True):
        marks += arch(blocks[start], blocks[stop], middle, middle - height)
    marks += [one for number in range(1, len(blocks)) for one in between(blocks[number - 1], blocks[number], middle)]
    marks += [solid(looks, block, middle) for block in blocks]
    low = middle + max(block.high for block in blocks) / 2
    words, low = written(blocks, middle, low)
    head, least = heading(scene)
    law = "a block is what a layer gives: height and depth are √ of the image's, width is √ of the channels"
    foot: list[Mark] = [Text("q", grid.MARGIN, low + 24, law)]
    if looks.color != "none":
        foot += fills(looks, low + 34)
    last = blocks[-1]
    wide = max(last.x + last.wide + last.deep + 60, least + 2 * grid.MARGIN, width(law, 10) * 1.06 + 2 * grid.MARGIN)
    wide = max(
        [wide, *(one.x + width(one.text, one.size, one.bold) / 2 + 10 for one in words if isinstance(one, Text))]
    )
    return Picture(scene.title, about(scene), wide, low + 66, [*head, *marks, *words, *foot], (*RULES, *SHADE))


def arranged(scene: Scene) -> tuple[list[Block], dict[Key, int]]:
    """The blocks from left to right, and that of each tensor; what only changes values is no block of its own."""
    blocks: list[Block] = []
    at: dict[Key, int] = {}
    x = 40.0
    for box in leaves(scene.boxes):
        if box.kind == "output" or not box.outs:
            continue
        shape = image(scene, box)
        before = blocks[-1] if blocks else None
        same = before is not None and before.shape == shape and before.box.kind != "input"
        if not (same and box.kind == "layer" and not box.one.params and len(box.ins) == 1):
            for _ in range(min(box.repeats, MOST_IN_A_STACK)):
                before = blocks[-1] if blocks else None
                block = sized(box, shape, before)
                if before:
                    x += before.wide + (before.deep + APART if block.apart else CLOSE)
                blocks.append(block._replace(x=x))
        at.update(dict.fromkeys(box.outs, len(blocks) - 1))
    return blocks, at


def image(scene: Scene, box: Box) -> tuple[int, int, int]:
    """The channels, height and width of what a box gives; of a vector its length, 1 and 1. Raises SpecError."""
    shape = scene.shapes[box.outs[0]]
    if max(shape, default=0) > LONGEST:
        message = f"'{box.path}' gives {'×'.join(map(str, shape))[:60]}, which is too large to be drawn as a block"
        raise SpecError(Diagnostic(message, box.span, help=f"{option('style')} cards draws every network"))
    if len(shape) == 1:
        return int(shape[0]), 1, 1
    if len(shape) == 3:
        height, wide, channels = shape if scene.layout == "HWC" else (shape[1], shape[2], shape[0])
        return int(channels), int(height), int(wide)
    message = f"'{box.path}' gives {'×'.join(map(str, shape)) or 'a scalar'}, and only images and vectors are blocks"
    raise SpecError(Diagnostic(message, box.span, help=f"{option('style')} cards draws every network"))


def sized(box: Box, shape: tuple[int, int, int], before: Block | None) -> Block:
    channels, height, wide = shape
    high, thick, deep = (
        max(least, found)
        for least, found in zip(
            LEAST, (SPACE * height**0.5, CHANNEL * channels**0.5, SLANT * SPACE * wide**0.5), strict=True
        )
    )
    apart = before is None or before.shape[1:] != shape[1:] or before.box.kind == "input"
    return Block(box, shape, 0.0, high, thick, deep, apart)


def skipped(blocks: list[Block], at: dict[Key, int]) -> list[tuple[int, int]]:
    """From which block to which tensors pass others by, the shortest first."""
    first = {block.box.id: number for number, block in reversed([*enumerate(blocks)])}
    found = {
        (at[tensor], number)
        for box_id, number in first.items()
        for tensor in blocks[number].box.ins
        if box_id and tensor in at and at[tensor] < number - 1
    }
    return sorted(found, key=lambda pair: (pair[1] - pair[0], pair))


def lifted(blocks: list[Block], skips: list[tuple[int, int]]) -> list[float]:
    """How far above the middle each skip runs: over the blocks that it passes, and over shorter skips there."""
    found: list[float] = []
    for start, stop in skips:
        height = max(block.high / 2 + block.deep for block in blocks[start : stop + 1]) + 8 + LIFT
        taken = [its for (one, other), its in zip(skips, found, strict=False) if one < stop and start < other]
        while any(abs(height - its) < LIFT - 1 for its in taken) or any(its >= height for its in taken):
            height += 1
        found.append(height)
    return found


def arch(one: Block, other: Block, middle: float, top: float) -> list[Mark]:
    """A skip: up from one block, over what it passes, and down on another."""
    x, u = one.x + (one.wide + one.deep) / 2 + 2, other.x + (other.wide + other.deep) / 2 - 2
    y, v = middle - one.high / 2 - one.deep, middle - other.high / 2 - other.deep
    return [Path("ra", line([(x, y), (x, top), (u, top), (u, v - 4)])), Path("dr", f"M{n(u)} {n(v)}l-3.2 -6h6.4Z")]


def between(before: Block, block: Block, middle: float) -> list[Mark]:
    """An arrow where the image changes."""
    if not block.apart:
        return []
    start, end = before.x + before.wide + before.deep / 2 + 4, block.x - 1
    return [Path("wi", f"M{n(start)} {n(middle)}H{n(end - 5)}"), Path("dw", f"M{n(end)} {n(middle)}l-6 -3.2v6.4Z")]


def solid(looks: Looks, block: Block, middle: float) -> Mark:
    """A block's front, its top, and its side in shade."""
    x, y, wide, high, deep = block.x, middle - block.high / 2, block.wide, block.high, block.deep
    fill = "t0" if block.box.kind == "input" else looks.fill(block.box)
    top = f"M{n(x)} {n(y)}l{n(deep)} {n(-deep)}h{n(wide)}l{n(-deep)} {n(deep)}Z"
    side = f"M{n(x + wide)} {n(y)}l{n(deep)} {n(-deep)}v{n(high)}l{n(-deep)} {n(deep)}Z"
    marks: list[Mark] = [Path(fill, top), Path(fill, side), Path("sh", side), Rect(fill, x, y, wide, high)]
    return Group("node", "", block.box.path, looks.tip(block.box), marks)


def written(blocks: list[Block], middle: float, low: float) -> tuple[list[Mark], float]:
    """Below each group of one image size its channels and that size, in as many lines as the words need."""
    ends: list[float] = []
    marks: list[Mark] = []
    starts = [number for number, block in enumerate(blocks) if block.apart]
    for start, stop in zip(starts, [*starts[1:], len(blocks)], strict=True):
        group = blocks[start:stop]
        channels = list(dict.fromkeys(f"{block.shape[0]:,}" for block in group))
        first = " ".join(channels) if len(channels) < 4 else f"{channels[0]} … {channels[-1]}"
        second = f"{group[0].shape[1]:,}×{group[0].shape[2]:,}"
        at = (group[0].x + group[-1].x + group[-1].wide) / 2
        half = max(width(first, 10, True), width(second, 10)) / 2 + 3
        at = max(at, half + 4)
        line = next((number for number, end in enumerate(ends) if at - half > end), len(ends))
        ends[line : line + 1] = [at + half]
        y = low + 16 + ROW * line
        if line:
            foot = middle + max(block.high for block in group) / 2 + 3
            marks.append(Path("tick", f"M{n(at)} {n(foot)}V{n(y - 10)}"))
        marks += [Text("", at, y, first, 10, True, "middle"), Text("q", at, y + 12, second, 10, False, "middle")]
    return marks, low + 16 + ROW * len(ends)
