"""From a request to its document, written: what commands that answer with one document share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from archcalc.cli import options
from archcalc.cli.commands import WRONG
from archcalc.cli.failures import failure
from archcalc.cli.output import write_whole
from archcalc.errors import SpecError
from archcalc.render import writer


def answer(document: str, spec: str, given: dict[str, Any], build: Callable[[], Any], **rows: Any) -> Any:
    """Build a document, write it as the options ask, and return it; a SpecError is told and ends the command."""
    form, path = given["form"], given["path"]
    try:
        found = build()
    except SpecError as error:
        failure(spec, error, form)
        raise click.exceptions.Exit(WRONG) from None
    style = options.style(path, given["color"], **rows)
    write_whole(path, lambda out: writer(document, form)(found, out, style))
    return found
