"""``archcalc fit``: the answer is that of brute force, and what the sentence says of it is true."""

from __future__ import annotations

import json
import random
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numpy")

import archcalc
from archcalc.cli import main
from archcalc.sweep.fit import answer as answering

from .variants import SPECS, paths, varying

NET = """\
name: net
input: [3, 32, 32]
vars: {width: 8, heads: 1, depth: 2}   # how large it is

# what it does
layers:
  - conv: {out: width, kernel: 3, padding: 1, groups: 1}
  - conv: {out: width, kernel: 3, padding: 1, groups: heads}
    repeat: depth
  - global_avg_pool
  - linear: 10
"""
FIGURES = ("params", "macs", "activations", "weights_bytes", "layers", "params_active")


@pytest.fixture(autouse=True)
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    return tmp_path


def fitted(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> Any:
    assert main(["fit", "net.yaml", *words, "--format", "json"]) == status
    return json.loads(capsys.readouterr().out)


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, int]:
    assert main(["show", "net.yaml", *words, "--format", "json"]) == 0
    found: dict[str, int] = json.loads(capsys.readouterr().out)["totals"]
    return found


def whole(text: str) -> int:
    return int(text.replace(",", ""))


# The sentence


def test_the_sentence_is_true(capsys: pytest.CaptureFixture[str]) -> None:
    found = fitted(capsys, "--vary", "width=8..1024:8", "--max", "params=5M")
    said = re.fullmatch(
        r"width = (\d+): params ([\d,]+) of 5M; (\d+) has ([\d,]+); all 128 steps checked", found["sentence"]
    )
    assert said is not None
    assert shown(capsys, "--set", f"width={said[1]}")["params"] == whole(said[2]) <= 5_000_000
    assert shown(capsys, "--set", f"width={said[3]}")["params"] == whole(said[4]) > 5_000_000
    assert int(said[3]) == int(said[1]) + 8
    assert shown(capsys, *found["answer"]["options"])["params"] == whole(said[2])
    assert found["within"] == int(said[1]) // 8


def test_the_sentence_of_bisecting_is_true(capsys: pytest.CaptureFixture[str]) -> None:
    """Params are 9·width² times the depth and less than 50·width more: 5M is met below 530, far below 10^12."""
    found = fitted(capsys, "--vary", "width=8..1_000_000_000_000:8", "--max", "params=5M", "--max", "macs=4G")
    said = re.fullmatch(
        r"width = (\d+): params ([\d,]+) of 5M, macs ([\d,]+) of 4G; (\d+) has macs ([\d,]+); as width grows, params"
        r" never falls, macs never falls \(closed forms\): (\d+) of 125,000,000,000 steps decide",
        found["sentence"],
    )
    assert said is not None
    best, more = (shown(capsys, "--set", f"width={width}") for width in (said[1], said[4]))
    assert (best["params"], best["macs"]) == (whole(said[2]), whole(said[3]))
    assert best["params"] <= 5_000_000
    assert best["macs"] <= 4 * 10**9 < whole(said[5]) == more["macs"]
    assert int(said[4]) - int(said[1]) == 8
    assert found["computed"] == int(said[6]) < 200


def test_nothing_fits(capsys: pytest.CaptureFixture[str]) -> None:
    """Params of width 8: 8·3·9 + 8, twice 8·8·9 + 8, 8·10 + 10."""
    least = 224 + 2 * 584 + 90
    words = ("--vary", "width=8..64:8", "--max", "params=1k", "--max", "macs=1G")
    said = fitted(capsys, *words, status=1)
    assert said["answer"] is None
    assert said["sentence"] == (
        f"no variant keeps the limits: params is the tightest, at least {least:,} of 1k (width = 8), {least - 1000:,}"
        f" too many ({(least - 1000) / 1000:.2%}); all 8 steps checked"
    )
    assert said["missed"]["by"] == least - 1000
    said = fitted(capsys, "--vary", "width=8..64:8", "--min", "params=1G", status=1)
    most = shown(capsys, "--set", "width=64")["params"]
    assert f"at most {most:,} of at least 1G (width = 64), {10**9 - most:,} too few" in said["sentence"]


def test_limits_that_are_kept_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    said = fitted(capsys, "--vary", "width=8..64:8", "--max", "macs=2M", "--min", "params=10k", status=1)
    assert said["sentence"].startswith(
        "no variant keeps all limits at once, and each is kept by some; nearest is width"
    )
    assert said["missed"]["tightest"] is None


def test_misfits_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    said = fitted(capsys, "--set", "heads=3", "--vary", "width=8..16", "--max", "params=5M")
    assert said["answer"]["values"] == {"width": 15}
    assert (said["misfits"], said["misfit"]["values"]) == (6, {"width": 8})
    assert "6 do not fit, the first width = 8: out (8) must be divisible by groups (3), net.yaml:8" in said["sentence"]
    said = fitted(capsys, "--set", "heads=3", "--vary", "width=8,10", "--max", "params=5M", status=1)
    assert said["sentence"].startswith("no variant fits together; all 2 steps checked; 2 do not fit")


def test_a_cell_of_isoflop(capsys: pytest.CaptureFixture[str]) -> None:
    """C = R·N·2·(forward + backward multiply-adds) for a network that reads samples, each a token."""
    found = fitted(
        capsys, "--vary", "width=8..512:8", "--flops", "1e15", "--tokens-per-param", "20", "--columns", "params"
    )
    costs = {}
    for width in range(8, 513, 8):
        figures = archcalc.train("net.yaml", settings={"width": width})
        forward, weights, inputs = (
            figures[key] for key in ("forward_macs", "backward_weight_macs", "backward_input_macs")
        )
        costs[width] = 20 * figures["params"] * 2 * (forward + weights + inputs)
    width = min(costs, key=lambda one: abs(costs[one] - 10**15))
    answer = found["answer"]
    assert answer["values"] == {"width": width}
    params = answer["figures"]["params"]
    assert answer["training"]["flops"] == costs[width]
    assert answer["training"]["tokens"] == 20 * params
    assert answer["training"]["flops_6nd"] == 6 * params * 20 * params
    assert found["within"] == 64
    words = ("--vary", "width=8..16:8", "--vary", "depth=1..2", "--flops", "1e9", "--tokens-per-param", "1.5")
    assert fitted(capsys, *words)["front"] is None


# Brute force


def brute(rows: list[dict[str, Any]], limits: dict[tuple[str, str], int], goal: tuple[str, str, int]) -> int | None:
    """The place of the best of all rows, by Python's own arithmetic."""
    kind, figure, target = goal
    best: tuple[Any, int] | None = None
    for place, row in enumerate(rows):
        if row["status"] != "fits":
            continue
        if not all(
            row[name] <= amount if bound == "max" else row[name] >= amount for (bound, name), amount in limits.items()
        ):
            continue
        value = row[figure]
        rank: Any = (abs(value - target), value > target) if kind == "near" else -value if kind == "largest" else value
        if best is None or rank < best[0]:
            best = rank, place
    return None if best is None else best[1]


def problem(path: Path, source: random.Random) -> None:
    """One random problem of a spec: some of what may vary, in few steps, limits that some variants keep, any goal."""
    known = [text for text in varying(path, source) if text != "variant=*" or source.random() < 0.3]
    chosen = source.sample(known, min(len(known), source.choice((1, 1, 2))))
    vary = [thinned(text, source, 24 if len(chosen) == 1 else 6) for text in chosen]
    figures = source.sample(FIGURES, source.choice((1, 2, 3)))
    rows = [*archcalc.sweep(path, vary, columns=figures, workers=1)]
    fitting = [row for row in rows if row["status"] == "fits"]
    limits: dict[tuple[str, str], int] = {}
    for name in figures[: source.choice((1, 2))]:
        values: list[int] = [row[name] for row in fitting] or [100]  # type: ignore[misc]
        amount = source.choice(
            (source.choice(values), (min(values) + max(values)) // 2, min(values) - 1, max(values) + 1)
        )
        limits[source.choice(("max", "max", "min")), name] = max(amount, 0)
    kind, figure = source.choice(("largest", "smallest", "near")), source.choice(figures)
    target = source.choice([row[figure] for row in fitting] or [100]) * source.choice((1, 2)) + source.choice((0, 1))  # type: ignore[operator]
    options: dict[str, Any] = {
        "largest": {"maximize": figure},
        "smallest": {"minimize": figure},
        "near": {"near": {figure: amount_of(figure, target)}},
    }[kind]
    for bound in ("max", "min"):
        options[bound] = {name: amount_of(name, amount) for (side, name), amount in limits.items() if side == bound}
    expected = brute(rows, limits, (kind, figure, target))
    found = archcalc.fit(path, vary, columns=figures, workers=1, **options)
    compared(found, rows, expected, limits)


def amount_of(figure: str, amount: int) -> str:
    return f"{amount}B" if figure == "weights_bytes" else str(amount)


def thinned(text: str, source: random.Random, most: int) -> str:
    """A range in a few steps, at times from its end to its beginning."""
    name, _, values = text.partition("=")
    if ".." not in values:
        return text
    low, high = map(int, values.split(".."))
    step = max((high - low) // most, 1)
    return f"{name}={high}..{low}:-{step}" if source.random() < 0.2 else f"{name}={low}..{high}:{step}"


def compared(found: Any, rows: list[dict[str, Any]], expected: int | None, limits: dict[tuple[str, str], int]) -> None:
    """The answer is the expected row; where there is none, the tightest limit is missed by as much as is said."""
    fitting = [row for row in rows if row["status"] == "fits"]
    kept = [
        row
        for row in fitting
        if all(row[name] <= most if bound == "max" else row[name] >= most for (bound, name), most in limits.items())
    ]
    assert found["within"] == len(kept)
    assert found["misfits"] == len(rows) - len(fitting)
    if expected is not None:
        answer = found["answer"]
        assert answer["position"] == expected
        assert all(rows[expected][name] == value for name, value in {**answer["values"], **answer["figures"]}.items())
        return
    assert found["answer"] is None
    if not fitting:
        assert found["missed"] is None
        return

    def miss(row: dict[str, Any], bound: str, name: str) -> Fraction:
        beyond = row[name] - limits[bound, name]
        return Fraction(beyond if bound == "max" else -beyond, limits[bound, name] or 1)

    least = {limit: min(miss(row, *limit) for row in fitting) for limit in limits}
    worst = max(least.values())
    far = found["missed"]
    if worst > 0:
        tightest = far["tightest"]
        assert least[tightest["bound"], tightest["figure"]] == worst
        assert far["share"] == pytest.approx(float(worst))
        value = far["variant"]["figures"][tightest["figure"]]
        assert far["by"] == abs(value - limits[tightest["bound"], tightest["figure"]])
    else:
        assert far["tightest"] is None
        assert far["share"] == pytest.approx(float(min(max(miss(row, *limit) for limit in limits) for row in fitting)))


FEW = ["classification/resnet", "sequence/gpt2", "teaching/lstm-stacked"]


@pytest.mark.parametrize("bisects", [False, True])
@pytest.mark.parametrize("name", FEW)
def test_brute_force_on_a_few(name: str, bisects: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "CHUNK", 0 if bisects else answering.CHUNK)
    problem(SPECS / f"{name}.yaml", random.Random(name))


@pytest.mark.slow
@pytest.mark.parametrize("bisects", [False, True])
@pytest.mark.parametrize("seed", range(100))
def test_brute_force(seed: int, bisects: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 problems; where it may, the second half bisects, however few variants there are."""
    monkeypatch.setattr(answering, "CHUNK", 0 if bisects else answering.CHUNK)
    source = random.Random(seed + 1000 * bisects)
    problem(source.choice(paths()), source)


# What is written, and what is wrong


def test_it_is_written_as_a_variant(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--vary", "width=8..64:8", "--max", "params=15k", "--write")
    fitted(capsys, *words, "small")
    after = "vars: {width: 8, heads: 1, depth: 2}   # how large it is\n"
    expected = NET.replace(after, after + "variants:\n  small: {width: 24}\n")
    assert Path("net.yaml").read_text() == expected
    fitted(capsys, "--variant", "small", "--vary", "depth=1..9", "--max", "params=40k", *words[-1:], "deep")
    expected = expected.replace("small: {width: 24}\n", "small: {width: 24}\n  deep: {width: 24, depth: 7}\n")
    assert Path("net.yaml").read_text() == expected
    assert "has a variant 'deep'" in wrong(capsys, *words, "deep")
    assert Path("net.yaml").read_text() == expected


@pytest.mark.parametrize(
    "before, after",
    [
        ("variants: {a: {depth: 1}}\n", "variants: {best: {width: 24}, a: {depth: 1}}\n"),
        ("variants: {}\n", "variants: {best: {width: 24}}\n"),
        (
            "variants:\n    a: {depth: 1}  # one\n    # the end\n\n# more\n",
            "variants:\n    a: {depth: 1}  # one\n    # the end\n    best: {width: 24}\n\n# more\n",
        ),
        ("variants:\r\n  a:\r\n    depth: 1\r\n", "variants:\r\n  a:\r\n    depth: 1\r\n  best: {width: 24}\r\n"),
    ],
)
def test_the_form_of_the_file_stays(before: str, after: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path("net.yaml")
    path.write_bytes(NET.replace("# what it does\n", before).encode())
    fitted(capsys, "--vary", "width=8..64:8", "--max", "params=15k", "--write", "best")
    assert path.read_bytes() == NET.replace("# what it does\n", after).encode()


def test_a_file_of_json_stays_one(capsys: pytest.CaptureFixture[str]) -> None:
    spec = {"name": "net", "input": [8], "vars": {"width": 8}, "layers": [{"linear": "width"}]}
    Path("net.yaml").write_text(json.dumps(spec, indent=1))
    fitted(capsys, "--vary", "width=8..64:8", "--max", "params=100", "--write", "best")
    assert json.loads(Path("net.yaml").read_text()) == {**spec, "variants": {"best": {"width": 8}}}


def wrong(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["fit", "net.yaml", *words]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    return found.err


@pytest.mark.parametrize(
    "words, message",
    [
        (["--vary", "width=8..4", "--max", "params=5M"], "'8..4' holds no number"),
        (["--vary", "width=8..16"], "nothing is limited"),
        (["--vary", "dtype=*", "--max", "params=1M", "--maximize", "dtype"], "--maximize dtype: 'dtype' has values"),
        (["--max", "params=5M"], "nothing varies"),
        (
            ["--vary", "width=1..3", "--max", "params=1M", "--min", "params=5M"],
            "no params is at most 1M and at least 5M",
        ),
        (["--vary", "width=1..3", "--max", "parms=1M"], "no figure 'parms'\n  = help: did you mean 'params'?"),
        (["--vary", "width=1..3", "--max", "params"], "--max takes FIGURE=AMOUNT, not 'params'"),
        (["--vary", "width=1..3", "--max", "params=5MB"], "params is a number, not bytes"),
        (["--vary", "width=1..3", "--max", "peak_memory=5M"], "peak_memory is in bytes"),
        (["--vary", "width=1..3", "--max", "params=1M", "--max", "params=2M"], "--max params is given twice"),
        (["--vary", "width=1..3", "--max", "params=1M", "--maximize", "wdth"], "no column 'wdth'"),
        (["--vary", "width=1..3", "--near", "macs=1M", "--maximize", "width"], "--maximize and --near are given"),
        (["--vary", "width=1..3", "--flops", "1e18"], "--flops needs --tokens-per-param"),
        (["--vary", "width=1..3", "--flops", "0", "--tokens-per-param", "20"], "--flops: it is above 0"),
        (["--vary", "width=1..3", "--flops", "1e99", "--tokens-per-param", "20"], "--flops: it is above 0, and 1e60"),
        (["--vary", "H=8..16", "--max", "macs=1G", "--write", "small"], "a variant holds variables, and H is none"),
        (["--vary", "width=1..3", "--max", "macs=1G", "--write", "a b"], "'a b' cannot be the name of a variant"),
        (
            ["--vary", "width=1..1_000_000", "--vary", "depth=1..1_000_000", "--max", "params=5M"],
            "1,000,000,000,000 variants are too many to compute all, and bisecting proves nothing: several names vary\n"
            "  = help: a larger step, fewer values",
        ),
        (
            ["--set", "heads=3", "--vary", "width=3..1_000_000_000_000", "--max", "params=5M"],
            "bisecting proves nothing: what the network is built of depends on width here",
        ),
    ],
)
def test_what_is_wrong(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in wrong(capsys, *words)


def test_what_ships_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "resnet50", "--vary", "width=8,16", "--max", "params=5M", "--write", "x"]) == 2
    assert "is no spec file of yours" in capsys.readouterr().err


def test_several_variables_have_a_front(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--vary", "width=8..64:8", "--vary", "depth=1..4", "--max", "macs=50M", "--maximize", "params")
    found = fitted(capsys, *words)
    rows = [
        (row["params"], row["macs"], row["width"], row["depth"]) for row in archcalc.sweep("net.yaml", words[1:4:2])
    ]
    within = [row for row in rows if row[1] <= 50_000_000]
    front = [
        row
        for row in within
        if not any((one[0] >= row[0] and one[1] <= row[1]) and one[:2] != row[:2] for one in within)
    ]
    assert [
        (*(one["figures"][name] for name in ("params", "macs")), *one["values"].values()) for one in found["front"]
    ] == front
    assert found["answer"]["figures"]["params"] == max(row[0] for row in within)


def test_a_table_and_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    """Of width w: 27·w + w parameters, twice 9·w² + w, 10·w + 10; 1,024·(27·w + 18·w²) + 10·w multiply-adds."""
    words = ["fit", "net.yaml", "--vary", "width=8..64:8", "--max", "params=15k"]
    assert main(words) == 0
    assert capsys.readouterr().out == (
        "net, 8 values of width: params the largest\n"
        "\n"
        "width = 24: params 11,338 of 15k; 32 has 19,722; all 8 steps checked\n"
        "\n"
        "         width  Params  Multiply-adds\n"
        "best        24  11,338     11,280,624\n"
        "next        16   5,258      5,161,120\n"
        "next        32  19,722     19,759,424  beyond params\n"
        "at most            15k\n"
        "\n"
        "--set width=24\n"
    )
    assert main([*words, "--format", "markdown"]) == 0
    assert "| best | 24 | 11,338 | 11,280,624 |  |\n" in capsys.readouterr().out
