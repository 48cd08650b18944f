"""``archcalc devices``: what devices compute and move at most."""

from __future__ import annotations

import sys

import click

from archcalc.cli import options
from archcalc.render import writer


@click.command("devices")
@click.argument("name", required=False, metavar="[NAME]", shell_complete=options.completing("devices"))
@options.form("devices")
def command(name: str | None, form: str) -> None:
    """List the devices that ship, or one with the source of its figures; NAME may be a file of your own.

    Peaks are those of dense tensors, a multiply-add being two operations. GB are 10^9 bytes.

    \b
        archcalc devices
        archcalc devices h100
        archcalc devices my.yaml
        archcalc time resnet50 --device h100
    """
    from archcalc.api.timing import devices_document

    writer("devices", form)(devices_document(name), sys.stdout, options.style(None, None))
