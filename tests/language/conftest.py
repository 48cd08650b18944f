"""What a spec's errors say is held as the command line says it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archcalc.errors import COMMAND_LINE


@pytest.fixture(autouse=True)
def command_line() -> Iterator[None]:
    token = COMMAND_LINE.set(True)
    yield
    COMMAND_LINE.reset(token)
