"""``python -m archcalc`` and the command ``archcalc``."""

from __future__ import annotations

import gc
import sys

# A short-lived process that keeps almost all it makes: collecting at every 700 new objects costs a third of start-up.
gc.set_threshold(200_000)


def main() -> int:
    """Run the command line; its exit status."""
    from archcalc.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(main())
