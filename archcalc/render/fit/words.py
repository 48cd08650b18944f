"""What the formats for people say in the same words."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from archcalc.render.text import shown
from archcalc.report.figures import KNOWN

if TYPE_CHECKING:
    from archcalc.report.documents import Fit

MOST_FRONT = 20
"""Variants of the front that are shown to people; JSON has all."""

Rows = list[list[str]]


def title(fit: Fit) -> str:
    """``small, 128 values of width: the largest params``"""
    vary = " x ".join(f"{one['size']:,} value{'s' * (one['size'] > 1)} of {one['name']}" for one in fit["vary"])
    variant = f", variant {fit['variant']}" if fit["variant"] else ""
    goal = fit["goal"]
    aim = f"nearest to {goal['text']}" if goal["kind"] == "nearest" else f"the {goal['kind']}"
    return f"{fit['spec']}{variant}, {vary}: {goal['figure']} {aim}"


def around(fit: Fit) -> Rows:
    """The answer and the variants one step from it; the one that misses the limits least where there is no answer."""
    far, answer = fit["missed"], fit["answer"]
    variant = answer if answer is not None else far["variant"] if far is not None else None
    if variant is None:
        return []
    names = [*variant["values"]]
    figures = [*variant["figures"]]
    rows = [["", *names, *map(heading, figures), ""]]
    rows.append(["best" if answer else "nearest", *cells(variant, names, figures), ""])
    for one in fit["next"]:
        values = {**variant["values"], **one["values"]}
        beyond = f"beyond {', '.join(one['over'])}" if one["over"] else "" if one["figures"] else one["status"]
        rows.append(["next", *cells({"values": values, "figures": one["figures"] or {}}, names, figures), beyond])
    for bound, word in (("max", "at most"), ("min", "at least")):
        limits = {limit["figure"]: limit["text"] for limit in fit["limits"] if limit["bound"] == bound}
        if limits:
            rows.append([word, *([""] * len(names)), *(limits.get(name, "") for name in figures), ""])
    return rows


def heading(figure: str) -> str:
    known = KNOWN.get(figure)
    return known.heading if known is not None else figure.capitalize()


def cells(variant: Mapping[str, Any], names: Sequence[str], figures: Sequence[str]) -> list[str]:
    values = [variant["values"].get(name) for name in names]
    return [*map(str, values), *(shown(variant["figures"].get(name), str) for name in figures)]


def front(fit: Fit) -> Rows:
    """The front as rows with their headings, as far as it is shown; nothing where it is the answer alone."""
    found = fit["front"] or []
    if len(found) < 2:
        return []
    names, figures = [*found[0]["values"]], [*found[0]["figures"]]
    return [[*names, *map(heading, figures)], *(cells(one, names, figures) for one in found[:MOST_FRONT])]


def of_front(fit: Fit) -> str:
    found = fit["front"] or []
    more = f", the first {MOST_FRONT}" if len(found) > MOST_FRONT else ""
    return f"{len(found):,} of {fit['within']:,} within the limits that no other of them beats{more}:"


def training(fit: Fit) -> Iterator[tuple[str, str]]:
    """What training takes, and by which formula."""
    answer, goal = fit["answer"], fit["goal"]
    found = answer.get("training") if answer is not None else None
    if found is None or answer is None:
        return
    params = answer["figures"]["params"]
    yield "tokens D", f"{goal['tokens_per_param']:,} x {params:,} = {scientific(found['tokens'])}"
    own = f"{scientific(found['flops_per_token'])} FLOPs a token, two for each multiply-add of both passes"
    yield "training C", f"{own}, x D = {scientific(found['flops'])}"
    yield "6 N D", f"{scientific(found['flops_6nd'])} FLOPs"


def scientific(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) and number < 10**9 else f"{Decimal(number):.4g}"


def command(fit: Fit) -> str:
    """What shows the answer."""
    answer = fit["answer"]
    return "" if answer is None else shlex.join(answer["options"])
