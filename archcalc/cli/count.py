"""``archcalc count``: the ways of counting operations, side by side."""

from __future__ import annotations

import sys

import click

from archcalc.api.reference import conventions
from archcalc.cli import options
from archcalc.render import writer


@click.command("count")
@click.argument("name", required=False, metavar="[CONVENTION]", shell_complete=options.completing("conventions"))
@options.form("count")
def command(name: str | None, form: str) -> None:
    """Print what each convention counts of each kind of layer, or one convention in full with what its tool gets wrong.

    \b
        archcalc count
        archcalc count fvcore
        archcalc count thop@2.1.1                        an older release, where it counts otherwise
        archcalc show resnet50 --count fvcore
        archcalc show resnet50 --count ptflops,mac       why the two differ
        archcalc show resnet50 --count my.yaml           a convention of your own

    A convention of your own is a YAML file: weights for the elementary operations (those that 'archcalc layers NAME'
    lists; one that is not named counts nothing), and kinds of layer that are in, out or have weights of their own.

    \b
        name: edge                                 # or the file's name
        unit: cycles                               # what a total is called
        operations: {mac: 1, add: 1, div: 8, exp: 16}
        kinds: {batch norm: out, softmax: {exp: 4}}

    With 'base', every kind that is not named counts as in that convention, and one that is 'in' by the operations.

    \b
        base: ptflops
        kinds: {batch norm: out}                   # folded into the convolutions
    """
    found = conventions(*([name] if name is not None else []))
    writer("count", form)(found, sys.stdout, options.style(None, None))
