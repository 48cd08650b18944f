"""archcalc.formula/1 as JSON: every closed form as text and as Python, with exact figures at the values given."""

from __future__ import annotations

from typing import Any, TextIO

from archcalc.algebra.atoms import Polynomial
from archcalc.algebra.notation import GROWTH, PYTHON, TEXT, Notation
from archcalc.render import json
from archcalc.render.formula.words import condition
from archcalc.render.style import Style


def write(formula: dict[str, Any], out: TextIO, style: Style) -> None:
    """Write the formula as one object."""
    json.write(data(formula), out, style)


def data(formula: dict[str, Any]) -> dict[str, Any]:
    """The formula with its closed forms printed."""
    found = {
        **formula,
        "figures": {
            name: {"unit": formula["units"][name], **printed_figure(figure)}
            for name, figure in formula["figures"].items()
        },
        "outputs": [printed_shape(shape) for shape in formula["outputs"]],
        "assumptions": [
            {"text": one["text"], "python": condition(one["condition"]), "reasons": one["reasons"]}
            for one in formula["assumptions"]
        ],
        "layers": formula["layers"]
        and [
            {
                **layer,
                "outputs": [printed_shape(shape) for shape in layer["outputs"]],
                "figures": {name: printed(form) for name, form in layer["figures"].items()},
            }
            for layer in formula["layers"]
        ],
    }
    del found["units"]
    return found


def printed(form: Polynomial, python: Notation = PYTHON) -> dict[str, str]:
    return {"text": TEXT.show(form), "python": python.show(form)}


def printed_shape(shape: list[Polynomial]) -> list[dict[str, str]]:
    return [printed(dim) for dim in shape]


def printed_figure(figure: dict[str, Any]) -> dict[str, Any]:
    """A closed form. Ratios are fractions such as "43480/15599", or null."""
    return {
        **printed(figure["form"]),
        "at": figure["at"],
        "leading": printed(figure["leading"], GROWTH) if figure["leading"] else None,
        "doubling": {
            name: {key: None if ratio is None else str(ratio) for key, ratio in ratios.items()}
            for name, ratios in figure["doubling"].items()
        },
    }
