"""Derivations as LaTeX: fragments for a document with amsmath, an aligned display a cell.

What pdflatex has no sign for in its standard fonts is written as its number, U+4E2D.
"""

from __future__ import annotations

import re
from typing import Any, TextIO

from archcalc.derivation.explain import Explained, Explanation
from archcalc.dims.expression import FORMS, Definition, Expression, inner_first
from archcalc.render.explain import words
from archcalc.render.style import Style
from archcalc.render.tex import escape
from archcalc.render.text import plain

SYMBOL = re.compile(r"([A-Z])(\d*)(′?)\Z")

# op -> how it is written; how tightly it binds and its operands must are those of the text
NOTATION = {
    **{op: form for op, (form, *_) in FORMS.items()},
    "-": "{} - {}",
    "*": r"{} \cdot {}",
    "//": r"\left\lfloor \frac{{{}}}{{{}}} \right\rfloor",
    "ceil_div": r"\left\lceil \frac{{{}}}{{{}}} \right\rceil",
    "div": r"\frac{{{}}}{{{}}}",
    "%": r"{} \bmod {}",
    "**": "{}^{{{}}}",
    "neg": "-{}",
    "max": r"\max({}, {})",
    "min": r"\min({}, {})",
    "gcd": r"\gcd({}, {})",
    "scaled": r"\left\lfloor {} \cdot {} \right\rfloor",
    "where": r"\left({1} \text{{ if }} {0} \text{{ else }} {2}\right)",
    "!=": r"{} \ne {}",
    "<=": r"{} \le {}",
    ">=": r"{} \ge {}",
}
FENCED = ("//", "ceil_div", "div")
"""Operations whose notation needs no brackets around an operand."""

LINE = 60
"""Characters of a line, without commands, after which a sum goes on in the next."""

LONGEST = 6_000
"""Characters of a part, with commands. A longer part is shown as an ellipsis, as in the text."""

COMMANDS = re.compile(r"\\[a-z]+|[{}]", re.IGNORECASE)


def write(found: Explanation, out: TextIO, style: Style) -> None:
    """Write the layers, then the sums."""
    out.write(f"% needs \\usepackage{{amsmath}}\n% {plain(words.title(found))}\n\\allowdisplaybreaks\n")
    for layer, derivation in words.sections(found, derive, lambda path: f". As {code(path)}.\n"):
        inputs = "; ".join(map(breakable, words.inputs(layer)))
        text = derivation if inputs else derivation[2:]  # without the sign that ends what is before it
        out.write(f"\n\\paragraph{{{code(layer.node.path)}}} {breakable(words.type_and_place(layer))}.\n{inputs}{text}")
    if found.sums is not None:
        definitions = [found.sums.totals[key] for key, _ in words.figures(found)]
        out.write("\n\\paragraph{Sums} over the steps.\n" + display(definitions))


def derive(found: Explanation, layer: Explained) -> str:
    text = "".join(f"; {breakable(item)}" for item in words.said(layer)) + ".\n"
    definitions: list[Definition] = []
    for cell in words.cells(found, layer):
        if not words.is_one_equation(cell):
            text += display(definitions) + f"\\par\\noindent {breakable(words.heading(cell))}"
            text += "\n" if cell.derivation else ": "
            definitions = []
        definitions += cell.derivation
        if cell.notes:
            text += display(definitions) + "".join(f"{breakable(note)}.\n" for note in cell.notes)
            definitions = []
    return text + display(definitions)


def display(definitions: list[Definition]) -> str:
    """An aligned display: a definition a line. A long one has its numbers and its value below it."""
    if not definitions:
        return ""
    lines = []
    for one in definitions:
        sides = [formula(one.dim, numbers=False), formula(one.dim, numbers=True), number(one.value)]
        first, *rest = dict.fromkeys(sides)
        between = " = " if length("".join(sides)) <= LINE else " \\\\\n&= "
        lines.append(f"{symbol(one.name)} &= {between.join([first, *rest])}")
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}\n"


def length(source: str) -> int:
    return len(COMMANDS.sub("", source))


def formula(dim: Any, numbers: bool) -> str:
    """The expression as mathematics, with names or with their numbers."""
    if type(dim) is not Expression:
        return number(dim)
    shown: dict[int, tuple[str, float]] = {}
    for node in inner_first(dim):
        shown[id(node)] = leaf(node, numbers) if node.op == "name" else form(node, shown, node is dim)
    return shown[id(dim)][0]


def leaf(node: Expression, numbers: bool) -> tuple[str, float]:
    return number(node.value) if numbers else symbol(node.args[0]), 9


def form(node: Expression, shown: dict[int, tuple[str, float]], outermost: bool) -> tuple[str, float]:
    _, binds, wanted = FORMS[node.op]
    parts = []
    for arg, least in zip(node.args, wanted, strict=True):
        text, inner = shown[id(arg)] if type(arg) is Expression else (number(arg), 9)
        parts.append(text if inner >= least or node.op in FENCED else f"({text})")
    if outermost and node.op == "+" and length(parts[0].rpartition("\n")[2]) > LINE:
        return f"{parts[0]} \\\\\n&\\quad {{}} + {parts[1]}", binds
    text = NOTATION[node.op].format(*parts)
    return (text, 9 if node.op in FENCED else binds) if len(text) <= LONGEST else (r"\dots", 9)


def number(value: Any) -> str:
    """Digits in groups of three."""
    return f"{value:,}".replace(",", "{,}") if type(value) is int else str(value)


def symbol(name: str) -> str:
    """A name as mathematics has it: H′, C₂, kernel with its axis as an index; words and paths upright."""
    pieces = []
    for word in name.split(" = "):
        letter = SYMBOL.match(word)
        if letter:
            index = f"_{{{letter[2]}}}" if letter[2] else ""
            pieces.append(f"{letter[1]}{index}" + ("'" if letter[3] else ""))
            continue
        base, _, index = word.rpartition("_")
        if base.replace(" ", "").isidentifier() and SYMBOL.match(index.partition(",")[0]):
            pieces.append(f"{upright(base)}_{{{upright(index) if len(index) > 1 else index}}}")
        else:
            pieces.append(upright(word))
    return " = ".join(pieces)


def upright(word: str) -> str:
    return f"\\mathit{{{word}}}" if word.isascii() and word.isalpha() else f"\\text{{{breakable(word)}}}"


def code(path: str) -> str:
    return f"\\texttt{{{breakable(path)}}}"


def breakable(text: str) -> str:
    """Text whose paths may be broken after each slash."""
    return escape(text).replace("/", r"/\allowbreak{}")
