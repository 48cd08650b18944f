"""What the fuzzer found, each as small as it goes; none breaks the promise any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import calibration, promise
from .cases import Case
from .promise import broken
from .sandbox import Sandbox
from .whole import run_whole

NET = "name: net\ninput: [3]\nlayers: [relu]\n"
EMPTY = "name: net\ninput: [3]\nlayers: [{relu: , when: false}]\n"
WRONG_WIDTHS = "weights:\n" + "".join(f"  k{number}: nope\n" for number in range(2_000))
WRONG_KINDS = "kinds:\n" + "".join(f"  k{number}: in\n" for number in range(2_000))
FOUND = [  # files, command, status, how its words begin
    ({"net.yaml": "name: net\ninput: [3]\nlayers: [{relu: , repeat: 0}]\n"}, "explain net.yaml", 0, ""),
    ({"net.yaml": EMPTY}, "memory net.yaml --map", 2, "error: 'net' has no layers that run"),
    ({"net.yaml": EMPTY}, "memory net.yaml --banks a=1B", 2, "error: 'net' has no layers that run"),
    ({"net.yaml": EMPTY}, "memory net.yaml", 0, ""),
    ({"net.yaml": NET, "w.yaml": WRONG_WIDTHS}, "show net.yaml --dtype w.yaml", 2, "error: "),
    ({"net.yaml": NET, "my.yaml": WRONG_KINDS}, "show net.yaml --count my.yaml", 2, "error: there is no kind of"),
    ({"net.yaml": NET}, "show net.yaml -o ", 2, "error: cannot write ''"),
    ({"net.yaml": NET}, "show net.yaml -o new/", 2, "error: cannot write 'new/'"),
    ({"net.yaml": NET.replace("relu", '"\\u2066\\e[2J"')}, "check net.yaml --format github", 2, "error: "),
    ({"archcalc.yaml": "budgets: [{specs: pi*, max: {params: 1}}]\n"}, "check", 2, "error: 'pipe' is no file"),
    ({"net.yaml": f"name: net\ninput: [3]\nlayers: {'[' * 2000}"}, "show net.yaml", 2, "error: nested more than 200"),
]


@pytest.mark.sampled(6)
@pytest.mark.parametrize(("files", "command", "status", "words"), FOUND)
def test_what_was_found(files: dict[str, str], command: str, status: int, words: str, tmp_path: Path) -> None:
    case = Case({name: text.encode() for name, text in files.items()}, command.split(" "))
    result = run_whole(Sandbox(str(tmp_path)), case)
    assert result is not None
    assert not broken(case, result)
    assert (result.status, result.err[: len(words)]) == (status, words)


@pytest.mark.parametrize(
    ("seconds", "slow", "told"),
    [(4.9, 1.0, False), (5.1, 1.0, True), (9.9, 2.0, False), (10.1, 2.0, True)],
)
def test_seconds_are_those_of_a_quiet_machine(
    seconds: float, slow: float, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promise, "slowness", lambda: slow)
    found = promise.broken(Case({}, ["show"]), promise.Result(0, "", "", seconds, None, []))
    assert bool(found) is told
    assert all(fault.startswith(f"took {seconds} s") for fault in found)


@pytest.mark.slow
def test_a_slow_machine_is_measured() -> None:
    assert 1.0 <= calibration.slowness() < 100
