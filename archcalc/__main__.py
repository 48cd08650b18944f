"""``python -m archcalc`` and the command ``archcalc``."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

# A short-lived process that keeps almost all it makes: collecting at every 700 new objects costs a third of start-up.
gc.set_threshold(200_000)


def main() -> NoReturn:
    """Run the command line and end the process with its exit status.

    Everything is written by then, so nothing is taken apart first: that would take longer than sizing a network.
    """
    from archcalc.cli import main

    # A stream that the caller has closed: nobody reads, as with a closed pipe.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    status = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # a stream that was closed meanwhile
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
