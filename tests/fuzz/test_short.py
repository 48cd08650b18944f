"""A short run of the fuzzer, its seed fixed."""

from __future__ import annotations

import pytest

from .__main__ import in_parallel
from .cases import COMMANDS
from .repositories import STRACE

INPUTS = {"inputs": 300, "names": 50, "processes": 4, "repositories": 1, "pairs": 1}
MORE = {"inputs": 2_000, "bombs": 60, "processes": 12, "repositories": 40, "pairs": 10, "names": 3_000}
"""Repositories: 500 are a run of ``python -m tests.fuzz --repositories 500``."""


def test_a_few_processes() -> None:
    found = in_parallel(1, lambda job: ("few", job, 1, 300, {"processes": 3}, None))["processes"]
    assert not found.failures, found.text("processes")
    assert found.commands.total() == 3
    assert 10 < found.peak < 300


@pytest.mark.slow
def test_inputs_of_every_kind() -> None:
    """In a process of its own: the hook that watches it cannot be taken off."""
    found = in_parallel(1, lambda job: ("short", job, 1, 300, INPUTS, None))
    for kind, summary in found.items():
        assert not summary.failures, summary.text(kind)
    assert (found["inputs"].commands.total(), found["names"].commands.total()) == (300, 50)
    assert len(found["inputs"].commands) == len(COMMANDS)
    assert {0, 1, 2} <= found["inputs"].statuses.keys()
    assert len(found["inputs"].messages) > 80  # it comes further than the first check
    assert 10 < found["processes"].peak < 300


@pytest.mark.slow
def test_more_of_what_takes_longer() -> None:
    found = in_parallel(1, lambda job: ("slow", job, 1, 3_600, MORE, None))
    for kind, summary in found.items():
        assert not summary.failures, summary.text(kind)
    checks = found["repositories"].statuses
    assert checks[1] > checks.total() / 8  # most growth is judged, and not refused for something else
    assert STRACE is not None or checks
