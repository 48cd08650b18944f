"""What the modules at the end of a file stand for: a rule for each name reads a step's arguments."""

from __future__ import annotations

from math import prod

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.graphs.graph import Value
from archcalc.importers.ultralytics import detr, heads, words
from archcalc.importers.ultralytics.model import Model
from archcalc.importers.ultralytics.steps import Step, rule, values


@rule("Detect", "v10Detect", "Segment", "Segment26", "Pose", "Pose26", "OBB", "OBB26")
def detect(m: Model, s: Step) -> Value:
    maps, twice = m.read(s), s.module == "v10Detect" or m.twice
    count = m.whole(m.argument(s, 0, "nc"))
    found = heads.detect(m, maps, count, m.bins, m.legacy and s.module != "v10Detect", twice)
    heads_of_each = 1 + twice
    if s.module.startswith("Segment"):
        found += masks_of(m, s, maps, count, heads_of_each)
    elif s.module == "Pose":
        points = prod(keypoints(m))
        found += [heads.with_extra(m, maps, points, points) for _ in range(heads_of_each)]
    elif s.module == "Pose26":
        number, size = keypoints(m)
        found += [heads.points(m, maps, number * size, 2 * number) for _ in range(heads_of_each)]
        heads.stored(m, "training_flow", [], lambda apart, _: heads.flow(apart))
    elif s.module.startswith("OBB"):
        angles = m.whole(m.argument(s, 1, 1))
        found += [heads.with_extra(m, maps, angles, angles) for _ in range(heads_of_each)]
    if s.module in ("Segment26", "Pose26"):
        m.notes.append(
            Diagnostic(f"parts of {s.module} are for training alone: their weights stand as parameters", s.span)
        )
    m.finals = found
    return found[0]


def keypoints(m: Model) -> list[int]:
    """How many points an object has, and numbers of each."""
    return m.wholes(values(m.root.value["kpt_shape"][1]), 2) if "kpt_shape" in m.root.value else [17, 3]


def masks_of(m: Model, s: Step, maps: list[Value], count: int, sets: int) -> list[Value]:
    """Numbers of each place, and the masks that they are of."""
    masks, width = m.whole(m.argument(s, 1, 32)), m.width(m.argument(s, 2, 256))
    found = [heads.with_extra(m, maps, masks, masks) for _ in range(sets)]
    fine = s.module.endswith("26")
    return [*found, heads.fine_proto(m, maps, width, masks, count) if fine else heads.proto(m, maps[0], width, masks)]


@rule("Depth")
def depth(m: Model, s: Step) -> Value:
    return heads.depth(m, m.read(s), m.whole(m.argument(s, 0, 256)))


@rule("SemanticSegment")
def semantic_segment(m: Model, s: Step) -> Value:
    said = "the second head of SemanticSegment is for training alone: its weights stand as parameters"
    m.notes.append(Diagnostic(said, s.span))
    return heads.semantic_segment(m, m.read(s), m.whole(m.argument(s, 0, "nc")))


@rule("YOLOEDetect", "YOLOESegment", "YOLOESegment26")
def detect_words(m: Model, s: Step) -> Value:
    maps = m.read(s)
    first = 1 if s.module == "YOLOEDetect" else 3
    count, embedded = m.whole(m.argument(s, 0, "nc")), m.whole(m.argument(s, first, 512))
    text = m.text_of(count, embedded)
    found = words.detect_words(m, maps, text, m.bins, m.legacy, m.twice)
    said = "classes are words, an input; what makes their embeddings does not run, and stands as parameters"
    m.notes.append(Diagnostic(said, s.span))
    if s.module.startswith("YOLOESegment"):
        found += masks_of(m, s, maps, count, 1 + m.twice)
    m.finals = found
    return found[0]


@rule("Classify")
def classify(m: Model, s: Step) -> Value:
    return heads.classify(m, m.only(s), m.whole(m.argument(s, 0, "nc")))


@rule("WorldDetect")
def world_detect(m: Model, s: Step) -> Value:
    count, embedded, normed = m.whole(m.argument(s, 0, "nc")), m.whole(m.argument(s, 1, 512)), m.argument(s, 2, False)
    m.finals = words.world_detect(m, m.read(s), count, m.text_of(count, embedded), m.bins, normed is True)
    m.notes.append(
        Diagnostic("classes are words, an input; what makes their embeddings is no part of the file", s.span)
    )
    return m.finals[0]


@rule("RTDETRDecoder")
def rtdetr_decoder(m: Model, s: Step) -> Value:
    if len(s.args) > 1:
        raise SpecError(Diagnostic(f"{m.place} takes one argument here", s.span))
    m.finals = detr.decoder(m, m.read(s), m.whole(m.argument(s, 0, "nc")))
    said = (
        "which places become queries hangs on values: the first stand for them; heads of training stand as parameters"
    )
    m.notes.append(Diagnostic(said, s.span))
    return m.finals[0]
