"""``archcalc help counting``: how every figure is defined, in the words of its declaration."""

from __future__ import annotations

from archcalc.conventions import NEWEST
from archcalc.language.prose import WIDTH, filled, sections, table
from archcalc.layers.base import ELEMENTARY
from archcalc.report.figures import GROUPED

INTRODUCTION = """\
Every figure is a whole number, computed exactly from the shapes. A column of
'archcalc show --columns', a key of its JSON and a metric of a budget have the
same name, and mean this:"""

WEIGHTS = """\
Weights count where they are: a shared weight or buffer once, at the step that
it belongs to; those in a map once; those of experts as often as there are
experts, and active ones as often as experts run. No batch multiplies them."""

WORK = """\
Operations and activations count for a whole batch (--batch, 1 unless said). In
a map they count for each slice, in experts for each that runs. What reads no
input, such as a chain of learned tensors, is computed once for the whole batch,
and in a map what reads no slice once for all slices."""

ACTIVATIONS = """\
activations are the elements of every layer's output. A view (flatten, reshape,
permute, slice, ...) has none: its output lies in its input. The input of the
network is not among them. An attention layer is one layer: its output counts,
and its queries, keys, values, scores and what its heads read are
activations_inner. A network that writes attention out of linear, matmul and
softmax has them among its activations."""

OPERATIONS = """\
A layer's rule counts elementary operations, {elementary}: mac is a multiply-add
of a convolution, a linear layer, a matrix product or attention. macs are those.
ops are what the chosen convention (--count) makes of them: {conventions}, or a
file of your own. 'archcalc count' says what each counts, and
'archcalc show --count all' compares them. 'archcalc explain SPEC LAYER' derives
every figure of a layer."""


def reference(width: int = WIDTH) -> str:
    """The whole page as plain text."""
    names = {"elementary": ", ".join(ELEMENTARY), "conventions": ", ".join(NEWEST)}
    return sections(
        {
            "COUNTING": filled(INTRODUCTION, width),
            "FIGURES": table({figure.name: figure.words for figure in GROUPED}, width),
            "WEIGHTS": filled(WEIGHTS, width),
            "OPERATIONS AND ACTIVATIONS": filled(WORK, width),
            "ACTIVATIONS": filled(ACTIVATIONS, width),
            "WAYS OF COUNTING": filled(OPERATIONS.format(**names), width),
        }
    )
