"""Closed forms for people: each figure and its growth, then the sizes for which they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from archcalc.algebra.atoms import Polynomial
from archcalc.algebra.notation import TEXT
from archcalc.render.formula.words import LABELS, heading
from archcalc.render.grid import hung, ruled
from archcalc.render.style import Style
from archcalc.render.text import plain, width

if TYPE_CHECKING:
    from archcalc.derivation.closed_forms import ClosedForms, FigureForm, PeakForm

SHOWN_REASONS = 3


def write(formula: ClosedForms, out: TextIO, style: Style) -> None:
    """Write the figures, the output shapes, the assumptions and, where asked for, the layers."""
    out.write("\n".join(lines(formula, style.width)) + "\n")


def lines(formula: ClosedForms, limit: int | None) -> list[str]:
    """The lines, wrapped to a terminal's width."""
    found = [plain(heading(formula)), ""]
    labels = {name: LABELS[name] for name in formula["figures"]}
    if "ops" in labels:
        labels["ops"] = f"Operations ({formula['convention']}: {formula['unit']})"
    indent = max(map(width, [*labels.values(), *[LABELS[name] for name in formula["peaks"]], "Outputs"])) + 2
    for name, figure in formula["figures"].items():
        found += hung(labels[name], terms(TEXT.show(figure["form"])), indent, limit)
        found += hung("", terms(growth(figure)), indent, limit)
    for name, peak in formula["peaks"].items():
        found += hung(LABELS[name], terms(TEXT.show(peak["form"])), indent, limit)
        found += [line for said in leading(peak) for line in hung("", terms(said), indent, limit)]
    outputs = ", ".join(shape_text(shape) for shape in formula["outputs"])
    found += hung("Outputs", terms(outputs), indent, limit)
    found += ["", *held(formula, limit)]
    if formula["layers"]:
        found += ["", *layers(formula)]
    return found


def terms(text: str) -> list[str]:
    """The words of a text. A bracket is one word, so that lines break between the terms of a sum."""
    depth, start, found = 0, 0, list[str]()
    for position, character in enumerate(text):
        depth += (character in "(⌊") - (character in ")⌋")
        if character == " " and depth <= 0:
            found.append(text[start:position])
            start = position + 1
    return [*found, text[start:]]


def growth(figure: FigureForm) -> str:
    """``138,357,544 at the values given; grows as 3591·width²; width doubled: ×1.86, in the limit ×4``."""
    parts = [f"= {figure['at']:,}" if figure["doubling"] else "the same for all sizes"]
    if figure["leading"] and len(figure["form"]) > 1:
        parts.append(f"grows as {TEXT.show(figure['leading'])}")
    for name, ratios in figure["doubling"].items():
        now, limit = ratios["at"], ratios["limit"]
        said = [] if now is None else [f"×{decimal(now)}"]
        if limit is not None and (now is None or round(float(limit - now), 2)):
            said.append(f"in the limit ×{decimal(limit)}")
        if said:
            parts.append(f"{name} doubled: {', '.join(said)}")
    return "; ".join(parts)


def leading(peak: PeakForm) -> list[str]:
    """``= 602,112 bytes at stem (net.yaml:4)``, and for which values no other step needs more."""
    where = peak["where"]
    step = where and f"at {where['path']} ({where['file']}:{where['line']}), the step that needs most"
    found = [f"= {peak['at']:,} bytes, {step or 'of the inputs that it gives out'}"]
    for name, one in peak["intervals"].items():
        most = "" if one["most"] is None else f" to {one['most']:,}"
        tried = "" if one["exact"] else ", as far as was tried"
        found.append(f"for {name} from {one['least']:,}{most or ' on'}{tried}")
    return found


def decimal(ratio: Any) -> str:
    """Two decimals, fewer if those are exact."""
    text = f"{float(ratio):.2f}"
    return text.rstrip("0").rstrip(".") if ratio * 100 == round(ratio * 100) else text


def held(formula: ClosedForms, limit: int | None) -> list[str]:
    """The sizes for which the closed forms hold, and why they fail for others."""
    names = [variable["name"] for variable in formula["variables"]]
    if not formula["assumptions"]:
        return [plain(f"Holds for every whole {' and '.join(names)} above 0.")]
    found = ["Holds for"]
    for assumption in formula["assumptions"]:
        found += hung("", terms(assumption["text"]), 2, limit)
        for reason in assumption["reasons"][:SHOWN_REASONS]:
            place = f"{reason['path']} ({reason['file']}:{reason['line']}): " if reason["path"] else ""
            found += hung("", terms(place + reason["message"]), 6, limit)
        more = len(assumption["reasons"]) - SHOWN_REASONS
        found += hung("", [f"and {more} more"], 6, limit) if more > 0 else []
    return found


def layers(formula: ClosedForms) -> list[str]:
    """A row for each layer."""
    figures = list(formula["figures"])
    rows = [["Layer", "Output", *(LABELS[name] for name in figures)]]
    for layer in formula["layers"] or ():
        outputs = ", ".join(map(shape_text, layer["outputs"]))
        rows.append([layer["path"], outputs, *(TEXT.show(layer["figures"][name]) for name in figures)])
    return ruled(rows, "l")


def shape_text(shape: list[Polynomial]) -> str:
    return f"[{', '.join(map(TEXT.show, shape))}]"
