"""What a formula holds before it is printed: documents.Formula with polynomials. Only the type checker loads it."""

from __future__ import annotations

from fractions import Fraction
from typing import TypedDict

from archcalc.algebra.atoms import Polynomial
from archcalc.algebra.domain import Condition
from archcalc.report.documents import AskedHead, Interval, Reason, Step, Variable

Shapes = list[list[Polynomial]]


class Ratios(TypedDict):
    at: Fraction | None
    limit: Fraction | None


class FigureForm(TypedDict):
    form: Polynomial
    at: int
    leading: Polynomial | None
    doubling: dict[str, Ratios]


class Assumed(TypedDict):
    text: str
    condition: Condition
    reasons: list[Reason]


class LayerForms(TypedDict):
    path: str
    type: str
    file: str
    line: int
    outputs: Shapes
    figures: dict[str, Polynomial]


class PeakForm(TypedDict):
    form: Polynomial
    at: int
    where: Step | None
    intervals: dict[str, Interval]


class ClosedForms(AskedHead):
    convention: str
    unit: str
    variables: list[Variable]
    figures: dict[str, FigureForm]
    units: dict[str, str]
    peaks: dict[str, PeakForm]
    outputs: Shapes
    assumptions: list[Assumed]
    layers: list[LayerForms] | None
