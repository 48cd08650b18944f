"""A step of training as comma-separated values: a row a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.csv import row_writer
from archcalc.render.style import Style
from archcalc.render.train import words

if TYPE_CHECKING:
    from archcalc.report.documents import Train


def write(train: Train, out: TextIO, style: Style) -> None:
    """Write every layer, or with ``style.depth`` the sums of each step of that depth."""
    write_row = row_writer(out)
    write_row(["path", *words.COLUMNS])
    if style.depth:
        for path, numbers in words.steps(train, style):
            write_row([path, *numbers])
        return
    for layer in train["layers"]:
        numbers = [layer["forward_macs"], layer["backward_weight_macs"], layer["backward_input_macs"]]
        write_row([layer["path"], *numbers, layer["recomputed_macs"], layer["kept_bytes"]])
