"""Inputs as large as a file may be, each built to make one step of the work quadratic: told, or sized, in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from .cases import Case
from .promise import broken
from .sandbox import Sandbox
from .whole import run_whole

HEAD = "name: net\ninput: [3]\n"
NUMBERS = range(50_000)
LARGE = {  # what it is: the spec, and how its first error begins (nothing: it is sized)
    "a key of nine million characters": (f"{HEAD}? {'k' * 9_000_000}\n: 1\nlayers: [relu]\n", "unknown key 'kkk"),
    "an argument's expression of nine million": (
        f"{HEAD}layers: [{{linear: {'n' * 9_000_000}}}]\n",
        "the expression has",
    ),
    "as many arguments in one line": (
        f"{HEAD}layers: [{{linear: {{{', '.join(f'k{n}: {n}' for n in range(200_000))}}}}}]\n",
        "linear has no argument 'k0'",
    ),
    "anchors in one line": (f"{HEAD}layers: [{', '.join(f'&a{n} x{n}' for n in NUMBERS)}]\n", "unknown layer 'x0'"),
    "names, none of which is the one that 300 steps read": (
        f"{HEAD}layers:\n"
        + "".join(f"  - {{relu: , name: n{n}}}\n" for n in range(20_000))
        + "".join(f"  - {{relu: , from: x{n}}}\n" for n in range(300)),
        "no tensor 'x0' here",
    ),
}


@pytest.mark.parametrize("what", LARGE)
def test_a_large_input_keeps_the_promise(what: str, tmp_path: Path) -> None:
    text, error = LARGE[what]
    case = Case({"net.yaml": text.encode()}, ["show", "net.yaml"])
    result = run_whole(Sandbox(str(tmp_path)), case)
    assert result is not None
    assert not broken(case, result)
    assert result.err.startswith(f"error: {error}" if error else "")
    assert result.status == (2 if error else 0)
