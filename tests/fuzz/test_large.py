"""Inputs as large as a file may be, each built to make one step of the work quadratic: told, or sized, in time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from .cases import Case
from .promise import broken
from .sandbox import Sandbox
from .whole import run_whole

pytestmark = pytest.mark.slow

HEAD = "name: net\ninput: [3]\n"
NUMBERS = range(50_000)
LARGE = {  # what it is: the spec, and how its first error begins (nothing: it is sized)
    "a key of nine million characters": (f"{HEAD}? {'k' * 9_000_000}\n: 1\nlayers: [relu]\n", "unknown key 'kkk"),
    "an argument's expression of nine million": (
        f"{HEAD}layers: [{{linear: {'n' * 9_000_000}}}]\n",
        "the expression has",
    ),
    "as many arguments in one line": (
        f"{HEAD}layers: [{{linear: {{{', '.join(f'k{n}: {n}' for n in range(190_000))}}}}}]\n",
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

WORK = "this takes more than 3,000,000 units of work"
LARGE |= {
    "a million steps": (f"{HEAD}layers:\n" + "  - relu\n" * 1_000_000, WORK),
    "a list of ten million bytes": (f"{HEAD}layers: [{'a,' * 4_900_000}]\n", WORK),
    "as many bytes of lists": (f"{HEAD}layers: [{'[],' * 3_300_000}]\n", WORK),
    "mappings in a variable": (
        f"{HEAD}vars: {{a: [{'{b: 1},' * 130_000}]}}\nlayers: [relu]\n",
        "variable 'a' holds more than 100,000 entries",
    ),
    "as many repetitions as a file may hold": (f"{HEAD}layers:\n  - {{relu: , repeat: [{'{},' * 60_000}]}}\n", ""),
    "a scalar of millions of lines": (f"{HEAD}layers: [relu]\ndescription:\n" + " a\n" * 3_000_000, ""),
    "blocks that call one another twice, sixty deep": (
        f"{HEAD}blocks:\n  b0: {{layers: [relu]}}\n"
        + "".join(f"  b{n}: {{layers: [b{n - 1}, b{n - 1}]}}\n" for n in range(1, 60))
        + "layers: [b59]\n",
        WORK,
    ),
    "steps that name and read one another": (
        f"{HEAD}layers:\n  - {{relu: , name: n0}}\n"
        + "".join(f"  - {{from: n{n - 1}, relu: , name: n{n}}}\n" for n in range(1, 37_000)),
        "",
    ),
    "as many convolutions as a file may hold": (
        "name: net\ninput: [8, 8, 8]\nlayers:\n" + "  - conv: {out: 8, kernel: 3, padding: 1}\n" * 31_000,
        "",
    ),
    "wrong arguments": (
        f"{HEAD}layers:\n" + "".join(f"  - linear: {{ot{n}: 5}}\n" for n in range(79_000)),
        "linear has no argument 'ot0'",
    ),
    "tensors that are nowhere": (
        f"{HEAD}layers:\n" + "".join(f"  - {{relu: , from: x{n}}}\n" for n in range(79_000)),
        "no tensor 'x0' here",
    ),
}
NET = "[net]\nchannels=3\nheight=8\nwidth=8\n"
LARGE |= {
    "as many sections as a file holds": (NET + "[empty]\n" * 1_200_000, WORK),
    "as many lines of one section": (NET + "a=b\n" * 2_000_000, WORK),
    "a route to a million": (f"{NET}[conv]\n[route]\nlayers={'0,' * 1_000_000}\n", "this takes more than 3,000,000"),
    "three thousand convolutions": (NET + "[conv]\nfilters=3\n" * 3_000, ""),
    "as many layers as a prototxt holds": ("layer { type: 'ReLU' bottom: 'a' }\n" * 250_000, WORK),
    "messages in one another": ("layer { " * 1_000_000, "messages lie more than 50 deep in one another"),
    "a text that does not end": (f'layer {{ name: "{"x" * 9_000_000}', "a field's name is expected, not '\"'"),
}
NESTED = (
    "{b: 180, repeat: 250}]\nblocks:\n  b:\n    args: {n: required}\n    layers: [relu, {b: {n: n - 1}, when: n > 1}]\n"
)
RESIDUALS = f"{HEAD}layers: [{{residual: [{{linear: 3}}, relu, {{linear: 3}}], repeat: 16000}}]\n"
LAYERS = f"{HEAD}layers:\n" + "".join(f"  - {{relu: , name: n{n}}}\n" for n in range(1_000))
SMALL = f"{HEAD}layers: [relu]\n"


def patterned(patterns: Iterable[str]) -> dict[str, str]:
    """A network, and a budget with a limit for each of the patterns."""
    limits = "".join(f'      ? "{pattern}"\n      : {{params: 1M}}\n' for pattern in patterns)
    return {"net.yaml": LAYERS, "archcalc.yaml": f"budgets:\n  - specs: net.yaml\n    layers:\n{limits}"}


MANY = {  # what it is: the files, the command, its status, and how its first error begins
    "patterns that match nothing": (
        patterned(f"*/{n}/**/x*" for n in range(3_000)),
        ["check"], 2, "the patterns take more than 1,000,000 comparisons with names",
    ),
    "names that match nothing": (
        patterned(f"x{n}/**" for n in range(3_000)), ["check"], 2, "'x0/**' matches no layer of",
    ),
    "patterns that match all": (
        patterned("n" + "*" * n for n in range(1, 1_000)),
        ["check"], 2, "the patterns take more than 1,000,000 comparisons with names",
    ),
    "long patterns that match nothing": (
        patterned("**/" * 3_000 + f"x{n}" for n in range(1_000)),
        ["check"], 2, "the patterns take more than 1,000,000 comparisons with names",
    ),
    "entries for the same specs": (
        {"net.yaml": SMALL, "archcalc.yaml": "budgets:\n" + "  - {specs: '**/n*.yaml', max: {params: 1M}}\n" * 20_000},
        ["check"], 0, "",
    ),
    "lines that are no reports": (
        {"net.yaml": SMALL, "report.json": "{}\n" * 3_000_000},
        ["check", "net.yaml", "--base", "report.json", "--max-increase", "params=1M"], 2,
        "'report.json' holds no reports",
    ),
    "sums over many steps in LaTeX": ({"net.yaml": RESIDUALS}, ["explain", "net.yaml", "--format", "latex"], 0, ""),
    "layers to be derived": (
        {"net.yaml": RESIDUALS}, ["explain", "net.yaml", "**"], 2,
        "to derive 64,000 layers takes more than 3,000,000 units of work",
    ),
    "layers to be traced": (
        {"net.yaml": LARGE["as many convolutions as a file may hold"][0]},
        ["show", "net.yaml", "--columns", "+receptive_field"], 2,
        "to trace 31,000 layers takes more than 3,000,000 units of work",
    ),
    "steps too many to sum": (
        {"net.yaml": f"{HEAD}layers:\n" + "  - linear: 3\n" * 40_000}, ["explain", "net.yaml"], 2,
        "a sum over 40,000 steps is asked for, and at most 25,000 are derived",
    ),
    "networks too large to compare": (
        {"a.yaml": RESIDUALS, "b.yaml": RESIDUALS}, ["diff", "a.yaml", "b.yaml"], 2,
        "to compare 128,000 layers takes more than 3,000,000 units of work",
    ),
    "networks as large as can be compared": (
        {f"{step[0]}.yaml": f"{HEAD}layers:\n" + f"  - {step}\n" * 13_000 for step in ("linear: 3", "relu")},
        ["diff", "l.yaml", "r.yaml", "--format", "json"], 0, "",
    ),
    "a page of many rows": ({"net.yaml": RESIDUALS}, ["show", "net.yaml", "--format", "html"], 0, ""),
    "a page of steps in steps in steps": (
        {"net.yaml": f"{HEAD}layers: [{NESTED}"}, ["show", "net.yaml", "--format", "html"], 0, "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", LARGE)
def test_a_large_input_keeps_the_promise(what: str, tmp_path: Path) -> None:
    text, error = LARGE[what]
    hold({"net.yaml": text}, ["show", "net.yaml"], 2 if error else 0, error, tmp_path)


@pytest.mark.parametrize("what", MANY)
def test_much_work_keeps_the_promise(what: str, tmp_path: Path) -> None:
    hold(*MANY[what], tmp_path)


def hold(files: dict[str, str], arguments: list[str], status: int, error: str, directory: Path) -> None:
    case = Case({name: text.encode() for name, text in files.items()}, arguments)
    result = run_whole(Sandbox(str(directory)), case)
    assert result is not None
    assert not broken(case, result)
    assert result.err.startswith(f"error: {error}" if error else "")
    assert result.status == status
