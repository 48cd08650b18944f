"""LaTeX: the same cells, names that print as they are, and files that pdflatex takes where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from archcalc.render.report.latex import MOST_ROWS
from archcalc.render.tex import ACCENTS, escape

from .conftest import SMALL, MakeReport, render
from .test_exam_table import PARAMS, ROWS
from .test_table import HOSTILE

SPECIALS = "\\ { } $ & # _ ^ ~ % < > | \" ' ` -- --- '' `` ?` !` ,, << [x] * @ / ^^M % \\input{/etc/passwd} \\\\[1cm]"


def rows(text: str) -> list[list[str]]:
    """The lines that are rows, as cells of plain text."""
    text = text.replace(r"$\times$", "x").replace(r"\_", "_").replace(r"\%", "%")
    return [line.removesuffix(r" \\").split(" & ") for line in text.splitlines() if line.endswith(r" \\")]


def test_the_documents_table_cell_for_cell(exam: dict[str, Any]) -> None:
    head, *body, total = rows(render("latex", exam))
    assert head == ["Layer", "Input Size", "Kernel Size", "Output Size", "Pad", "Params", "Ops (document)"]
    assert [[cell.replace(",", "") for cell in row] for row in body] == ROWS
    assert total == ["Total", "", "", "", "", f"{PARAMS:,}", "262,809,936"]


def test_sizes_have_the_sign_of_multiplication_and_names_their_x(small: dict[str, Any]) -> None:
    small["layers"][0]["path"] = "conv3x3"
    text = render("latex", small, columns=["path", "stride", "weights"])
    assert re.search(r"^conv3x3 & 2\$\\times\$2 & weight 16\$\\times\$3\$\\times\$3\$\\times\$3, bias 16 ", text, re.M)


def test_columns_are_those_asked_for_numbers_to_the_right(small: dict[str, Any]) -> None:
    text = render("latex", small, columns=["type", "params", "params_share"], plus=["pad"])
    assert r"\begin{tabular}{lrrl}" in text
    assert rows(text)[0] == ["Type", "Params", "% of Params", "Pad"]
    assert rows(text)[-1] == ["Total", "13,706", "100.0", ""]


def test_several_specs_are_a_row_each(make_report: MakeReport) -> None:
    text = render("latex", make_report(SMALL), make_report(SMALL, variant="wide"), {"errors": []})
    assert [row[:2] for row in rows(text)] == [["Spec", "Variant"], ["small", ""], ["small", "wide"]]


def test_notes_are_comments(small: dict[str, Any]) -> None:
    small["spec"] = "x\n\\input{y}"
    assert render("latex", small).startswith("% x\\x0a\\input{y}, input 3x32x32, output 10, 19 layers\n% weights")


ESCAPED = [
    ("conv_1", r"conv\_1"),
    ("a&b%c", r"a\&b\%c"),
    ("\\{}", r"\textbackslash{}\{\}"),
    ("a--b", "a-{}-b"),
    ("[1]", "{[}1]"),
    ("L-1-Conv-1", "L-1-Conv-1"),
    ("层é", "U+5C42é"),
    ("\x1b\u202e", r"\textbackslash{}x1b\textbackslash{}u202e"),
]


@pytest.mark.parametrize("text, shown", ESCAPED)
def test_escape(text: str, shown: str) -> None:
    assert escape(text) == shown


# Compiled

needs_latex = pytest.mark.skipif(
    not shutil.which("pdflatex")
    or not shutil.which("kpsewhich")
    or subprocess.run(["kpsewhich", "booktabs.sty"], stdout=subprocess.DEVNULL).returncode != 0,
    reason="pdflatex or booktabs is not installed",
)
PAPER = r"""\documentclass[twocolumn]{article}
\usepackage{booktabs}
\usepackage[T1]{fontenc}
\begin{document}
\begin{table*}\input{table}\end{table*}
\input{table}
\end{document}
"""


def compile_latex(folder: Path, text: str) -> str:
    """What pdflatex says; it stops at the first error."""
    (folder / "main.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "main.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=120)
    assert done.returncode == 0, done.stdout[-2000:]
    assert (folder / "main.pdf").stat().st_size > 1000
    return done.stdout


@needs_latex
@pytest.mark.parametrize("style", [{}, {"plus": ["type", "weights", "params_share", "file"]}, {"depth": 1}])
def test_a_table_compiles_as_it_is(tmp_path: Path, small: dict[str, Any], style: dict[str, Any]) -> None:
    said = compile_latex(tmp_path, render("latex", small, **style))
    assert "(1 page" in said
    assert "was incomplete" not in said


@needs_latex
def test_a_table_compiles_within_a_paper(tmp_path: Path, exam: dict[str, Any]) -> None:
    (tmp_path / "table.tex").write_text(render("latex", exam), encoding="utf-8")
    compile_latex(tmp_path, PAPER)


@needs_latex
def test_a_long_table_breaks_across_pages(tmp_path: Path, make_report: MakeReport) -> None:
    text = render("latex", make_report(f"name: deep\ninput: [8]\nlayers: [{{linear: 8, repeat: {3 * MOST_ROWS}}}]\n"))
    assert r"\begin{longtable}" in text
    assert re.search(r"\(([3-9]) pages", compile_latex(tmp_path, text))


@needs_latex
@pytest.mark.parametrize("encoding", ["OT1", "T1"])
def test_hostile_names_compile(tmp_path: Path, small: dict[str, Any], encoding: str) -> None:
    names = [*HOSTILE, *SPECIALS.split(), SPECIALS, ACCENTS, "".join(map(chr, range(256))), "×αЖ层😀"]
    template = small["layers"][0]
    small["layers"] = [{**template, "path": name, "name": name, "file": name} for name in names]
    small["spec"] = small["convention"] = SPECIALS
    text = render("latex", small, columns=["file", "path", "params", "ops"])
    said = compile_latex(
        tmp_path, text.replace(r"\begin{document}", rf"\usepackage[{encoding}]{{fontenc}}\begin{{document}}")
    )
    assert "Missing character" not in said
