"""From a report to a scene: the steps of a network at a depth, as boxes and the tensors that pass between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.graph.network import Network
from archcalc.render.pictures.boxes import Box, Costs, Scene, every, together
from archcalc.render.pictures.costs import costs_of
from archcalc.render.pictures.notes import alone, layer_words, named_after_branch
from archcalc.render.pictures.pieces import bundle, in_pieces
from archcalc.render.pictures.tree import Key, Part, Tree
from archcalc.report.listing import network_words
from archcalc.report.model import charge_to, network_of

if TYPE_CHECKING:
    from archcalc.report.documents import Report

DISSOLVED = ("parallel", "residual", "each", "steps")
"""Words whose steps are drawn where they stand: what reads what shows them."""

DEEPEST = 40
"""How deep parts within one another are opened."""

MOST = 2000
"""Boxes of a picture."""

WORK = 40
"""Units of work that a layer takes where it is drawn."""

MOST_IN_A_LIST = 150
"""A list of more boxes is drawn in pieces."""


class Scenes:
    """The scenes of one network, from the shallowest to the deepest; ``alive``: with the memory that boxes need."""

    def __init__(self, report: Report, alive: bool = False) -> None:
        self.report = report
        self.network: Network = network_of(report)
        layers = len(self.network.kept)
        charge_to(report, WORK * layers, f"to draw {layers:,} layers")
        self.tree = Tree(self.network)
        self.costs = costs_of(report, self.tree, alive)

    def at(self, depth: int) -> Scene:
        """The scene with containers open to that depth, 1 with none. Raises SpecError for too many boxes."""
        scene = Opening(self, depth).scene()
        if (number := sum(1 for _ in every(scene.boxes))) > MOST and depth > 1:
            fits = self.within(MOST).depth
            message = f"at depth {depth} the picture has {number:,} boxes; {MOST:,} are drawn at most"
            raise SpecError(Diagnostic(message, help=f"{option('depth')} {fits} has fewer"))
        return scene

    def within(self, most: int) -> Scene:
        """The deepest scene of at most so many boxes, at least the shallowest."""
        scene = Opening(self, 1).scene()
        while scene.opens:
            deeper = Opening(self, scene.depth + 1).scene()
            if sum(1 for _ in every(deeper.boxes)) > most:
                break
            scene = deeper
        return scene


class Opening:
    """A scene while it is made: the tree opened to a depth."""

    def __init__(self, scenes: Scenes, depth: int) -> None:
        self.tree, self.costs, self.report = scenes.tree, scenes.costs, scenes.report
        self.depth = depth
        self.alias: dict[Key, Key] = {}
        self.hidden: set[int] = set()
        self.folded, self.opens = 0, False
        self.elided: list[str] = []
        self.pieces: list[Box] = []

    def scene(self) -> Scene:
        network, tree = self.tree.network, self.tree
        boxes = [*self.inputs(), *self.shortened(self.opened(tree.root, self.depth, 1, 0)), *self.outputs()]
        shapes = {
            (position, tensor.number): tensor.shape or ()
            for position, node in enumerate(tree.nodes)
            for tensor in node.outputs
        }
        shapes |= {(-1, tensor.number): tensor.shape or () for tensor in network.inputs.values()}
        self.wire(boxes, self.readers())
        mixed: set[Key] = set()
        if any(len(piece.outs) > 1 for piece in self.pieces):
            mixed = bundle(boxes, self.pieces, shapes)
            self.elided.append("all that one of these boxes gives is one wire")
        for number, box in enumerate(every(boxes)):
            box.id = f"b{number}"
        given = [(tensor, box.ins[0]) for box in every(boxes) for tensor in box.outs if box.ins]
        changes = {tensor for tensor, read in given if shapes[tensor] != shapes[read]} - mixed
        totals = self.report["totals"]
        whole = Costs(
            totals["params"], totals["macs"], max((one.memory for one in self.costs), default=0), totals["layers"]
        )
        title = self.report["variant"] or self.report["spec"]
        weak = self.tree.weak & {tensor for box in every(boxes) for tensor in box.outs}
        return Scene(
            title,
            self.given(),
            self.tree.network.layout,
            boxes,
            self.depth,
            whole,
            shapes,
            changes,
            self.folded,
            self.opens,
            self.elided,
            weak,
        )

    def given(self) -> list[str]:
        """The settings and the batch, where some are asked for."""
        batch = [f"batch {self.report['batch']:,}"] if self.report["batch"] != 1 else []
        return [*network_words(self.report)[1 + bool(self.report["variant"]) :], *batch]

    # What is alike

    def real(self, tensor: Key) -> Key:
        """A tensor of a repetition that is not drawn is that of the one that stands for it."""
        while tensor in self.alias:
            tensor = self.alias[tensor]
        return tensor

    def stack(self, group: list[Part]) -> None:
        """Let the first of repetitions that are alike stand for all of them."""
        first = group[0]
        for other in group[1:]:
            self.hidden.update(range(other.start, other.stop))
            shift = other.start - first.start
            for position in range(first.start, first.stop):
                for tensor in self.tree.nodes[position].outputs:
                    self.alias[position + shift, tensor.number] = position, tensor.number

    # Boxes

    def inputs(self) -> list[Box]:
        found = []
        for number, name in enumerate(self.tree.network.inputs):
            box = Box(name, name, "input", "input")
            box.outs, box.span = [(-1, number)], self.tree.network.input_spans.get(name)
            found.append(box)
        return found

    def outputs(self) -> list[Box]:
        """A box for each tensor that the network gives."""
        found = []
        for number, tensor in enumerate(dict.fromkeys(map(self.real, self.tree.gives))):
            at = len(self.tree.nodes) + number
            box = Box(f"output{number}" if number else "output", "output", "output", "output", at, at + 1)
            box.ins = [tensor]
            found.append(box)
        return found

    def opened(self, part: Part, depth: int, times: int, level: int) -> list[Box]:
        """The boxes of what stands inside a part, which runs so many times in all."""
        found: list[Box] = []
        for child in part.inside.values():
            found += self.of_child(part, child, depth, times, level + 1)
        return found

    def of_child(self, part: Part, child: Part, depth: int, times: int, level: int) -> list[Box]:
        step = child.step
        if step is not None and step.repeats:
            found = []
            for group in self.tree.alike(child):
                found += self.of_repetitions(child, group, depth, times, level)
            return found
        if step is None and not child.inside:  # the add of a residual
            return [self.layer(child, child.segment, times, 1)]
        if step is None:  # a branch, or a run of each
            found = self.opened(child, depth, times, level)
            return named_after_branch(found, child.segment)
        if dissolves(child) and level < DEEPEST:
            return self.opened(child, depth, times, level)
        return self.of_step(child, child.segment, depth, times, 1, level)

    def of_repetitions(self, step: Part, group: list[Part], depth: int, times: int, level: int) -> list[Box]:
        """The repetitions of a step that are alike: the first of them, drawn as a stack."""
        self.stack(group)
        number = sum(part.times for part in group)
        whole = len(group) == len(step.inside)
        if number == 1 and whole and dissolves(step):
            return self.opened(group[0], depth, times, level)
        first, last = group[0].segment, int(group[-1].segment) + group[-1].times - 1
        title = step.segment if whole and number > 1 else f"{step.segment}/{first}"
        if not whole and number > 1:
            title += f"–{last}"
        group[0].step = step.step and step.step._replace(repeats=False)
        return self.of_step(group[0], title, depth, times * number, number, level)

    def of_step(self, part: Part, title: str, depth: int, times: int, repeats: int, level: int) -> list[Box]:
        """The box of a layer with its norm and act, or of a step that holds steps: open, or folded."""
        step = part.step
        assert step is not None
        if step.is_layer:
            return [self.layer(part, title, times, repeats)]
        box = self.made(part, title, "step", step.type, times, repeats)
        box.note, box.named = self.body_note(part), step.name is not None
        if depth > 1 and level < DEEPEST:
            box.inside = self.shortened(self.opened(part, depth - 1, times, level))
            if len(box.inside) == 1 and not box.inside[0].inside and repeats == 1:
                return [alone(box.inside[0], title)]
        else:
            self.folded += 1
            self.opens = self.opens or level < DEEPEST
        return [box]

    def layer(self, part: Part, title: str, times: int, repeats: int) -> Box:
        node = self.tree.nodes[part.start]
        box = self.made(part, title, "layer", node.type, times, repeats)
        box.named = part.step is not None and part.step.name is not None
        box.note, box.shared = layer_words(node)
        box.tags = [self.tree.nodes[position].type for position in range(part.start + 1, part.stop)]
        return box

    def made(self, part: Part, title: str, kind: str, type: str, times: int, repeats: int) -> Box:
        box = Box(part.path, title, kind, type, part.start, part.stop)
        box.repeats, box.span = repeats, self.tree.nodes[part.start].origin.span()
        box.one = together(self.within(part))
        one, often = box.one, times
        box.all = Costs(one.params * often, one.macs * often, one.memory, one.layers * often)
        return box

    def within(self, part: Part) -> Iterable[Costs]:
        """The costs of the nodes of a part, each as often as it runs in one repetition of it."""
        for position in range(part.start, part.stop):
            one, often = self.costs[position], self.tree.inner(part, position)
            yield one if often == 1 else Costs(one.params * often, one.macs * often, one.memory, often)

    def body_note(self, part: Part) -> str:
        """How many experts or slices the layers of a step run on."""
        assert part.step is not None
        body = self.tree.nodes[part.start].body
        if part.step.type == "experts" and body is not None:
            return f"{body.copies:,} experts, {body.active:,} run"
        if part.step.type == "map" and body is not None:
            return f"on {body.slices:,} slices"
        return ""

    def shortened(self, boxes: list[Box]) -> list[Box]:
        """A list, as pieces where it is too long for a picture."""
        if len(boxes) <= MOST_IN_A_LIST:
            return boxes
        found = in_pieces(boxes)
        self.pieces += found
        self.elided.append(f"{len(boxes):,} steps are drawn as {len(found)} boxes")
        return found

    # Tensors

    def readers(self) -> dict[Key, list[int]]:
        """The positions that read a tensor, in order; those of repetitions that are not drawn are not among them."""
        found: dict[Key, list[int]] = {}
        for position, reads in enumerate(self.tree.reads):
            if position not in self.hidden:
                for tensor in reads:
                    found.setdefault(self.real(tensor), []).append(position)
        for number, tensor in enumerate(dict.fromkeys(map(self.real, self.tree.gives))):
            found.setdefault(tensor, []).append(len(self.tree.nodes) + number)
        return found

    def wire(self, boxes: list[Box], readers: dict[Key, list[int]]) -> None:
        """Say which tensors enter and leave each box."""
        for box in every(boxes):
            if box.kind == "input":
                box.outs = [tensor for tensor in box.outs if tensor in readers]
            if box.kind in ("input", "output"):
                continue
            own = [position for position in range(box.start, box.stop) if position not in self.hidden]
            read = dict.fromkeys(self.real(tensor) for position in own for tensor in self.tree.reads[position])
            box.ins = [tensor for tensor in read if not box.start <= tensor[0] < box.stop]
            made = [(position, tensor.number) for position in own for tensor in self.tree.nodes[position].outputs]
            box.outs = [
                tensor
                for tensor in made
                if any(not box.start <= reader < box.stop for reader in readers.get(tensor, ()))
            ]


def dissolves(part: Part) -> bool:
    """Whether the steps inside are drawn in place of the step: it has no name that groups them."""
    step = part.step
    return step is not None and step.type in DISSOLVED and not step.is_block and (step.type != "steps" or not step.name)
