"""A formula as plain data, archcalc.formula/1: every closed form as text and as Python, with exact figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.algebra.atoms import Polynomial
from archcalc.algebra.notation import GROWTH, PYTHON, TEXT, Notation
from archcalc.report.figures import WHEN_ASKED

if TYPE_CHECKING:
    from fractions import Fraction

    from archcalc.derivation.closed_forms import ClosedForms, FigureForm, LayerForms, PeakForm
    from archcalc.report import documents
    from archcalc.report.documents import ClosedForm, Form, Formula, FormulaLayer


def formula_document(formula: ClosedForms) -> Formula:
    """The formula with its closed forms printed."""
    return {
        "schema": formula["schema"],
        "archcalc": formula["archcalc"],
        "spec": formula["spec"],
        "variant": formula["variant"],
        "file": formula["file"],
        "set": formula["set"],
        "batch": formula["batch"],
        "convention": formula["convention"],
        "unit": formula["unit"],
        "variables": formula["variables"],
        "figures": {
            name: printed_figure(formula["units"][name], figure) for name, figure in formula["figures"].items()
        },
        **printed_peaks(formula["peaks"]),
        "outputs": list(map(printed_shape, formula["outputs"])),
        "assumptions": [
            {"text": one["text"], "python": one["condition"].python, "reasons": one["reasons"]}
            for one in formula["assumptions"]
        ],
        "layers": None if formula["layers"] is None else list(map(printed_layer, formula["layers"])),
    }


def printed(form: Polynomial, python: Notation = PYTHON) -> Form:
    return {"text": TEXT.show(form), "python": python.show(form)}


def printed_shape(shape: list[Polynomial]) -> list[Form]:
    return list(map(printed, shape))


def printed_layer(layer: LayerForms) -> FormulaLayer:
    return {
        "path": layer["path"],
        "type": layer["type"],
        "file": layer["file"],
        "line": layer["line"],
        "outputs": list(map(printed_shape, layer["outputs"])),
        "figures": {name: printed(form) for name, form in layer["figures"].items()},
    }


def printed_figure(unit: str, figure: FigureForm) -> ClosedForm:
    return {
        "unit": unit,
        **printed(figure["form"]),
        "at": figure["at"],
        "leading": printed(figure["leading"], GROWTH) if figure["leading"] else None,
        "doubling": {
            name: {"at": fraction(ratios["at"]), "limit": fraction(ratios["limit"])}
            for name, ratios in figure["doubling"].items()
        },
    }


def printed_peaks(peaks: dict[str, PeakForm]) -> documents.Peaks:
    found = {name: printed_peak(WHEN_ASKED[name].unit or "", peak) for name, peak in peaks.items()}
    return {"peaks": found} if found else {}


def printed_peak(unit: str, peak: PeakForm) -> documents.PeakForm:
    return {
        "unit": unit,
        **printed(peak["form"]),
        "at": peak["at"],
        "where": peak["where"],
        "intervals": peak["intervals"],
    }


def fraction(ratio: Fraction | None) -> str | None:
    """``43480/15599``."""
    return None if ratio is None else str(ratio)
