"""The command line. One module a command; a command's module is imported when it is asked for.

commands.py the commands by what a person wants; exit statuses
options.py  the options that commands share
progress.py a bar for long work, on a terminal
answer.py   from a request to its document, written
output.py   where output goes: a terminal, a pipe, a file that is written whole or not at all
interrupts.py requests to end while variants are computed
failures.py what goes wrong, told on standard error
complete.py what could follow, for a shell that asks
"""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from archcalc.cli.commands import FINE, group
from archcalc.errors import COMMAND_LINE


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    token = COMMAND_LINE.set(True)
    try:
        if "_ARCHCALC_COMPLETE" in os.environ:  # a shell asks what could follow
            from archcalc.cli.complete import register

            register()
            group.main(prog_name="archcalc")
        # Not group.main(): it would end a closed pipe with 1, which reads "over budget" here.
        given = sys.argv[1:] if arguments is None else arguments
        with (
            group.make_context("archcalc", [*given]) as context,
            bar(" ".join(["archcalc", *given[:1]])) as context.obj,
        ):
            group.invoke(context)
        sys.stdout.flush()
        return FINE
    except BaseException as error:
        from archcalc.cli.failures import status_of

        return status_of(error)
    finally:
        COMMAND_LINE.reset(token)


def bar(label: str) -> AbstractContextManager[Any]:
    """The bar of a command on a terminal; elsewhere nothing is shown, nor loaded for it."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return nullcontext()
    from archcalc.cli.progress import Progress

    return Progress(label)
