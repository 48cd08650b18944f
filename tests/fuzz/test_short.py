"""A short run of the fuzzer, its seed fixed."""

from __future__ import annotations

from .__main__ import in_parallel, run, run_processes

INPUTS, PROCESSES = 2_000, 12


def test_inputs_in_one_process() -> None:
    """In a process of its own: the hook that watches it cannot be taken off."""
    found = in_parallel(run, 1, lambda job: ("short", job, 1, 60, INPUTS, None))
    assert not found.failures, found.text("in process")
    assert found.commands.total() == INPUTS
    assert len(found.commands) == 4
    assert {0, 1, 2} <= found.statuses.keys()
    assert len(found.messages) > 200  # it comes further than the first check


def test_whole_processes() -> None:
    found = run_processes("short", 0, 1, PROCESSES, None)
    assert not found.failures, found.text("processes")
    assert found.commands.total() > PROCESSES // 2
    assert 10 < found.peak < 300
