"""A fragment of LaTeX that needs amsmath: a line for each figure, long sums broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from archcalc.algebra.atoms import Polynomial
from archcalc.algebra.notation import LATEX
from archcalc.render.formula.words import LABELS, heading
from archcalc.render.style import Style
from archcalc.render.tex import escape
from archcalc.render.text import plain

if TYPE_CHECKING:
    from archcalc.derivation.closed_forms import ClosedForms

WIDEST = 160
"""Characters of a formula on one line: about the width of a page."""


def write(formula: ClosedForms, out: TextIO, style: Style) -> None:
    """Write the figures, output shapes and assumptions, then the figures of each layer if there are layers."""
    found = [f"% {plain(heading(formula))}", "% needs \\usepackage{amsmath}", r"\begin{align*}"]
    rows = [broken(LABELS[name], figure["form"]) for name, figure in formula["figures"].items()]
    rows += [rf"\text{{Output}} &= {shape(one)}" for one in formula["outputs"]]
    for assumption in formula["assumptions"]:
        rows.append(rf"\text{{for }} & {condition(assumption['condition'])}")
    for layer in formula["layers"] or ():
        rows.append(rf"\text{{{escape(layer['path'])}}} &\colon {', '.join(map(shape, layer['outputs']))}")
        rows += [broken(LABELS[name], form) for name, form in layer["figures"].items() if form]
    out.write("\n".join(found) + "\n" + " \\\\\n".join(rows) + "\n\\end{align*}\n")


def broken(label: str, form: Polynomial) -> str:
    """``label = form``, with line breaks between its terms."""
    lines = [""]
    for term in LATEX.terms(form):
        if lines[-1] and len(lines[-1]) + len(term) > WIDEST:
            lines.append("")
        lines[-1] += term
    return rf"\text{{{escape(label)}}} &= " + " \\\\\n&\\quad {}".join(lines)


def shape(dims: list[Polynomial]) -> str:
    return rf"\left[{', '.join(map(LATEX.show, dims))}\right]"


def condition(found: Any) -> str:
    """A condition as LaTeX's mathematics."""
    if found.domain is None:
        text: str = found.shown(LATEX, r"\text{ or }")
        return text
    name, domain = LATEX.name(found.name), found.domain
    parts = []
    if domain.period > 1:
        residues = sorted(domain.residues)
        parts.append(rf"{name} \bmod {domain.period} \in \{{{', '.join(map(str, residues))}\}}")
    if len(domain.residues) == 1 and domain.period > 1:
        parts = [rf"{name} \equiv {residues[0]} \pmod{{{domain.period}}}"]
    if domain.most is not None:
        parts.append(rf"{domain.least} \le {name} \le {domain.most}")
    elif domain.least > domain.first:
        parts.append(rf"{name} \ge {domain.least}")
    beside = [rf"{name} = {a}" if a == b else rf"{a} \le {name} \le {b}" for a, b in domain.beside]
    return r" \text{ or } ".join([*beside, r",\ ".join(parts) or rf"{name} \ge 1"])
