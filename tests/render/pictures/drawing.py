"""Scenes and layouts of specs, for tests; random networks whose wires are no series and no parallels."""

from __future__ import annotations

import io
from random import Random
from typing import Any

from archcalc.api.spec import Spec
from archcalc.render.pictures.boxes import Scene
from archcalc.render.pictures.cards import draw
from archcalc.render.pictures.layout import Layout, lay_out
from archcalc.render.pictures.looks import Asked, Looks
from archcalc.render.pictures.marks import Picture
from archcalc.render.pictures.scene import Scenes
from archcalc.render.pictures.svg import write
from archcalc.render.style import Style
from archcalc.request import Request

BOXES = 150


def scenes(spec: Any, **options: Any) -> Scenes:
    request = Request(spec.located() if isinstance(spec, Spec) else spec, **options)
    return Scenes(request.report(request.network(drawn=True)))


def scene(spec: Any, depth: int | None = None) -> Scene:
    found = scenes(spec)
    return found.within(BOXES) if depth is None else found.at(depth)


def drawn(found: Scene, asked: Asked = Asked()) -> tuple[Looks, Layout, Picture]:  # noqa: B008
    looks = Looks(found, asked)
    return looks, lay_out(found, looks), draw(found, asked)


def svg(picture: Picture) -> str:
    out = io.StringIO()
    write(picture, out, Style())
    return out.getvalue()


def tangled(seed: int, layers: int = 14) -> Spec:
    """A network in which each step adds up to three earlier ones, whatever they are."""
    random = Random(seed)
    steps: list[Any] = [{"conv": {"out": 4, "kernel": 1}, "name": "l0"}]
    for number in range(1, layers):
        before = random.sample(range(number), min(number, random.choice([1, 1, 1, 2, 2, 3])))
        names = [f"l{one}" for one in sorted(before)]
        kind: Any = {"conv": {"out": 4, "kernel": 1}} if len(names) == 1 else {random.choice(["add", "concat"]): {}}
        if "concat" in kind:
            steps.append({**kind, "from": names, "name": f"c{number}"})
            kind, names = {"conv": {"out": 4, "kernel": 1}}, [f"c{number}"]
        steps.append({**kind, "from": names if len(names) > 1 else names[0], "name": f"l{number}"})
    unread = [f"l{number}" for number in range(layers) if not any(f"l{number}" in reads(step) for step in steps)]
    steps.append({"from": unread} if len(unread) > 1 else {"from": unread[0]})
    return Spec(f"tangled{seed}", input=[4, 8, 8], layers=steps)


def reads(step: dict[str, Any]) -> list[str]:
    found = step.get("from", [])
    return [found] if isinstance(found, str) else found
