"""From a request to its document, written: what commands that answer with one document share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from archcalc.cli import options
from archcalc.cli.commands import WRONG
from archcalc.cli.failures import failure, tell_notes
from archcalc.cli.output import write_whole
from archcalc.errors import SpecError
from archcalc.render import writer
from archcalc.request import Request


def answer(document: str, spec: str, given: dict[str, Any], build: Callable[[Request], Any], **rows: Any) -> Any:
    """Build a document from the request of a spec, write it as the options ask, tell notes, and return it.

    A SpecError is told and ends the command; so do notes with ``--strict``.
    """
    form, path = given["form"], given["path"]
    try:
        request = options.request(spec, given)
        found = build(request)
    except SpecError as error:
        failure(spec, error, form)
        raise click.exceptions.Exit(WRONG) from None
    style = options.style(path, given["color"], **rows)
    write_whole(path, lambda out: writer(document, form)(found, out, style))
    tell_notes(request.notes.values(), form)
    if given["strict"] and request.notes:
        raise click.exceptions.Exit(WRONG)
    return found
