"""``python -m archcalc`` and the command ``archcalc``."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import NoReturn

# A short-lived process that keeps almost all it makes: collecting at every 700 new objects costs a third of start-up.
gc.set_threshold(200_000)


def main() -> NoReturn:
    """Run the command line and end the process with its exit status.

    Everything is written by then, so nothing is taken apart first: that would take longer than sizing a network.
    """
    # A stream that the caller has closed: nobody reads, as with a closed pipe.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    try:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # a name that the terminal cannot show is no reason to fail
                stream.reconfigure(errors="backslashreplace")
        from archcalc.cli import main
        from archcalc.cli.commands import INTERRUPTED

        status = main()
        # After an interrupt nothing more is written: who reads may be what it waited for.
        for stream in (sys.stdout, sys.stderr) if status != INTERRUPTED else ():
            with suppress(OSError, ValueError):  # a stream that was closed meanwhile
                stream.flush()
    except KeyboardInterrupt:  # before the command line was there, or while it told of something
        status = 130
        with suppress(OSError, ValueError):
            print("interrupted", file=sys.stderr)
    os._exit(status)


if __name__ == "__main__":
    main()
