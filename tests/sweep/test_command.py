"""``archcalc sweep``: what it prints, what it writes, and what it says of what is wrong."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("numpy")

from archcalc.cli import main

ROOT = Path(__file__).resolve().parents[2]
NET = """\
name: net
input: [3, 32, 32]
vars: {width: 8, groups: 2, depth: 2, sizes: [8, 16], act: relu}
variants:
  small: {width: 4}
  large: {width: 64}
layers:
  - conv: {out: width, kernel: 3, padding: 1, groups: 1}
  - conv: {out: width, kernel: 3, padding: 1, groups: groups, act: act}
    repeat: depth
  - conv: {out: 'sizes[0]', kernel: 1}
  - global_avg_pool
  - linear: {out: 'sizes[1]'}
"""
MISFIT = "out (9) must be divisible by groups (2), net.yaml:9"


@pytest.fixture(autouse=True)
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["sweep", *words]) == 0
    return capsys.readouterr().out


def wrong(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["sweep", *words]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    return found.err


def table(capsys: pytest.CaptureFixture[str], *words: str) -> list[list[str]]:
    return [*csv.reader(run(capsys, "net.yaml", *words, "--format", "csv").splitlines())]


def test_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """8·3·9 + 8, then 8·4·9 + 8 as often as depth says, 8·8 + 8, 16·8 + 16; multiply-adds for 1,024 positions."""
    assert run(capsys, "net.yaml", "--vary", "width=8..9", "--vary", "depth=1,2") == (
        "width  depth  Params  Multiply-adds  Status\n"
        "-------------------------------------------\n"
        "    8      1     736        581,760  fits\n"
        "    8      2   1,032        876,672  fits\n"
        f"    9      1                         {MISFIT}\n"
        f"    9      2                         {MISFIT}\n"
        "\n4 variants: 2 fit, 2 do not\n"
    ).replace("-" * 43, "-" * (37 + len(MISFIT)))


@pytest.mark.parametrize(
    "words, said",
    [
        (["width=8"], "1 variant fits"),
        (["width=7,8"], "2 variants: 1 fits, 1 does not"),
        (["width=6..8"], "3 variants: 2 fit, 1 does not"),
        (["width=8", "--where", "params < 1"], "1 variant fits; 0 meet the conditions"),
        (["width=8,10", "--where", "width < 9"], "2 variants fit; 1 meets the conditions"),
        (["width=8,10", "--pareto", "params"], "2 variants fit; no other beats this one in small params"),
    ],
)
def test_the_sentence_below_a_table(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "net.yaml", "--vary", *words).splitlines()[-1] == said


def test_csv_jsonl_and_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("net.yaml", "--vary", "width=8..9", "--columns", "params", "--format")
    assert run(capsys, *words, "csv") == f'width,params,status\n8,1032,fits\n9,,"{MISFIT}"\n'
    assert [json.loads(line) for line in run(capsys, *words, "jsonl").splitlines()] == [
        {"width": 8, "params": 1032, "status": "fits"},
        {"width": 9, "params": None, "status": MISFIT},
    ]
    lines = run(capsys, *words, "markdown").splitlines()
    assert lines[0] == "| width | Params | Status |"
    assert lines[2] == "| 8 | 1,032 | fits |"


def test_everything_that_varies(capsys: pytest.CaptureFixture[str]) -> None:
    """3·3·3 + 1, then 9 + 1 for a group of one channel each, twice; 8·(1 + 1); 8·(8 + 1) or 8·(16 + 1)."""
    words = ("--set", "groups=1", "--columns", "params,weights_bytes,macs")
    rows = table(
        capsys, *words, "--vary", "variant=s*", "--vary", "H=8,16", "--vary", "dtype=float16,int4", "--zip", "H,dtype"
    )
    # 4 channels: 108 + 4, twice 144 + 4, 32 + 8, 128 + 16
    params = 112 + 2 * 148 + 40 + 144
    macs = 108 + 2 * 144 + 32  # for each of 32·H positions
    assert rows == [
        ["variant", "H", "dtype", "params", "weights_bytes", "macs", "status"],
        ["small", "8", "float16", str(params), str(2 * params), str(256 * macs + 128), "fits"],
        ["small", "16", "int4", str(params), str(params // 2), str(512 * macs + 128), "fits"],
    ]
    rows = table(
        capsys, "--columns", "params", "--vary", "sizes[0]=1,2", "--vary", "act=relu,none,[1]", "--vary", "sizes[1]=3"
    )
    # 8 channels: 216 + 8, twice 288 + 8; 8·n + n; 3·n + 3
    figures = [str(224 + 2 * 296 + 9 * size + 3 * size + 3) for size in (1, 2)]
    assert [row[:4] for row in rows[1:]] == [
        ["1", "relu", "3", figures[0]],
        ["1", "none", "3", figures[0]],
        ["1", "[1]", "3", ""],
        ["2", "relu", "3", figures[1]],
        ["2", "none", "3", figures[1]],
        ["2", "[1]", "3", ""],
    ]


def test_rows_that_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--vary", "width=8..20:2", "--vary", "depth=1,3", "--columns", "params")
    rows = table(capsys, *words)[1:]
    assert table(capsys, *words, "--where", "params < 2k and depth == 3")[1:] == [
        row for row in rows if row[1] == "3" and int(row[2]) < 2000
    ]
    by_size = sorted(rows, key=lambda row: -int(row[2]))
    assert table(capsys, *words, "--sort", "params")[1:] == by_size
    front = table(capsys, *words, "--pareto", "params,-width,-depth")[1:]
    assert front == rows  # more width or more depth is more parameters
    assert table(capsys, *words, "--pareto", "params,-width")[1:] == [row for row in rows if row[1] == "1"]


SLOW = [pytest.param(parts, form, marks=pytest.mark.slow) for parts in (1, 2, 7, 11) for form in ("csv", "jsonl")]


@pytest.mark.parametrize("parts, form", [(3, "csv"), *SLOW])
def test_parts_joined_are_one_run(parts: int, form: str, net: Path) -> None:
    words = ["net.yaml", "--vary", "width=1..9", "--vary", "act=relu,-gelu", "--vary", "depth=0..2"]
    for options in ([], ["--where", "params > 500"], ["--pareto", "params,-width"], ["--sort", "params"]):
        assert main(["sweep", *words, *options, "-o", f"whole.{form}"]) == 0
        names = [f"part{number}.{form}" for number in range(1, parts + 1)]
        for number, name in enumerate(names, 1):
            assert main(["sweep", *words, *options, "--shard", f"{number}/{parts}", "-o", name]) == 0
        again = [] if "--where" in options else options
        assert main(["sweep", "--join", *reversed(names), *again, "-o", f"joined.{form}"]) == 0
        assert Path(f"joined.{form}").read_bytes() == Path(f"whole.{form}").read_bytes()


def test_parts_that_do_not_belong_together(capsys: pytest.CaptureFixture[str]) -> None:
    for number in (1, 2, 3):
        main(["sweep", "net.yaml", "--vary", "width=1..9", "--shard", f"{number}/3", "-o", f"{number}.csv"])
    main(["sweep", "net.yaml", "--vary", "depth=1..9", "--shard", "2/3", "-o", "other.csv"])
    main(["sweep", "net.yaml", "--vary", "width=1..9", "--shard", "2/4", "-o", "of4.csv"])
    main(["sweep", "net.yaml", "--vary", "width=1..9", "-o", "whole.csv"])
    assert "of 3 parts 1 is missing: 2" in wrong(capsys, "--join", "1.csv", "3.csv")
    assert "are both part 1" in wrong(capsys, "--join", "1.csv", "1.csv")
    assert "has other columns than '1.csv'" in wrong(capsys, "--join", "1.csv", "other.csv")
    assert "is one of 4 parts, '1.csv' of 3" in wrong(capsys, "--join", "1.csv", "of4.csv")
    assert "'whole.csv' is no part of a sweep" in wrong(capsys, "--join", "whole.csv")
    assert "cannot read 'none.csv'" in wrong(capsys, "--join", "none.csv")
    Path("3.csv").write_text(Path("3.csv").read_text()[:-5], encoding="utf-8")
    assert "'3.csv' ends within a row" in wrong(capsys, "--join", "1.csv", "2.csv", "3.csv")


@pytest.mark.parametrize("form", [pytest.param("csv", marks=pytest.mark.slow), "jsonl"])
def test_a_file_goes_on_wherever_it_ends(form: str) -> None:
    words = [
        "sweep",
        "net.yaml",
        "--vary",
        "width=-1..9",
        "--vary",
        "act=relu,-gelu,0.5",
        "--samples",
        "30",
        "--zip",
        "depth,groups",
    ]
    words += ["--vary", "depth=1,1,2", "--vary", "groups=1,2,2", "-o"]
    assert main([*words, f"whole.{form}"]) == 0
    whole = Path(f"whole.{form}").read_bytes()
    for stop in range(0, len(whole), 397):
        Path(f"part.{form}.partial" if stop % 2 else f"part.{form}").write_bytes(whole[:stop])
        assert main([*words, f"part.{form}", "--resume"]) == 0
        assert not Path(f"part.{form}.partial").exists()
        assert Path(f"part.{form}").read_bytes() == whole
    assert main([*words, f"new.{form}", "--resume"]) == 0
    assert Path(f"new.{form}").read_bytes() == whole


def test_a_file_of_other_rows_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("net.yaml", "--vary", "width=1..9", "--resume", "-o", "rows.csv")
    main(["sweep", "net.yaml", "--vary", "width=1..20", "-o", "rows.csv"])
    before = Path("rows.csv").read_bytes()
    assert "its last row is none of these variants" in wrong(capsys, *words)
    assert "it begins" in wrong(capsys, *words, "--columns", "params")
    assert "--pareto and --sort write their rows at the end" in wrong(capsys, *words, "--sort", "params")
    assert "such as -o grid.csv" in wrong(capsys, *words[:-2])
    assert Path("rows.csv").read_bytes() == before


@pytest.mark.parametrize(
    "words, message",
    [
        (["--vary", "widht=1..3"], "no variable or axis 'widht'\n  = help: did you mean 'width'?"),
        (["--vary", "width"], "--vary takes NAME=VALUES, not 'width'"),
        (["--vary", "width=3..1"], "--vary width: '3..1' holds no number"),
        (["--vary", "width=1..3", "--vary", "width=4"], "'width' varies twice"),
        (["--vary", "sizes[0]=1", "--vary", "sizes=[1,2]"], "'sizes' and 'sizes[0]' vary, and they stand for the same"),
        (["--vary", "width[0]=1"], "'width' is no list"),
        (["--vary", "H=0..3"], "an axis of an input takes whole numbers above 0"),
        (["--vary", "variant=x*"], "net.yaml has no variant 'x*'"),
        (["--vary", "dtype=int9"], "--dtype is one of"),
        (["--vary", "width=1", "--set", "width=3"], "'width' varies and is set too"),
        (["--vary", "variant=*", "--variant", "small"], "'variant' varies, and small is asked for"),
        (["--vary", "dtype=*", "--dtype", "int8"], "'dtype' varies and is given too"),
        (["--vary", "act=relu("], "--vary act:1"),
        (["--vary", "width=8.."], "'8..' is no range: a..b or a..b:step, such as 16..128:8"),
        (["--vary", "width=8..a"], "'8..a' is no range"),
        (["--vary", "width=8:16"], "'8:16' is no range"),
        (["--vary", "width=8,,9"], "--vary width: a value is missing"),
        (["--vary", "width=8", "--columns", ""], "--columns takes names of columns, not ''"),
        (["--vary", "width=8", "--columns", "params,"], "--columns takes names of columns, not 'params,'"),
        (["--vary", "width=8", "--pareto", ""], "--pareto takes names of columns, not ''"),
        (["--vary", "width=8", "--sort", " "], "--sort takes names of columns, not ' '"),
        (["--vary", "width=8", "--where", "params < 5MB"], "params is a number, not bytes\n  = help: write 5M"),
        (["--vary", "width=8", "--where", "weights_bytes < 5M"], "weights_bytes is in bytes: 5M of what?"),
        (["--vary", "act=relu,gelu", "--pareto", "params,act"], "--pareto act: 'act' has values that are no numbers"),
        (["--vary", "variant=*", "--pareto", "variant"], "--pareto variant: 'variant' has values that are no numbers"),
        (["--vary", "width=8", "--where", "params < 5ms"], "params is no time: 5ms"),
        (["--vary", "width=1..3", "--columns", "flops"], "no figure 'flops'"),
        (["--vary", "width=1..3", "--zip", "width,depth"], "'depth' does not vary"),
        (["--vary", "width=1..3", "--shard", "3"], "--shard takes K/N"),
        (["--vary", "width=1..3", "--join"], "--vary is for variants to be computed, and --join reads those that were"),
        (["other.yaml", "--vary", "width=1..3"], "a sweep is of one spec, and 2 are named"),
        ([], "nothing varies"),
    ],
)
def test_what_is_wrong(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in wrong(capsys, "net.yaml", *words)


def test_an_axis_that_is_a_variable(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.yaml").write_text(
        "name: net\ninput: [3, size, size]\nvars: {size: 8}\nlayers: [linear: size]\n", encoding="utf-8"
    )
    found = wrong(capsys, "net.yaml", "--vary", "H=1..3")
    assert "axis H is the variable 'size', which is used elsewhere too" in found
    assert "write --vary size=..." in found


def test_a_spec_that_is_wrong_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.yaml").write_text("name: net\ninput: [3]\nvars: {width: 8}\nlayers: [linaer: width]\n", encoding="utf-8")
    found = wrong(capsys, "net.yaml", "--vary", "width=1..3")
    assert "unknown layer 'linaer'" in found


def test_work_is_for_each_group(capsys: pytest.CaptureFixture[str]) -> None:
    """A depth of a hundred million, if it only repeats, is a multiplication; one that counts its repetitions is not."""
    rows = table(capsys, "--vary", "depth=1,100_000_000", "--columns", "params")
    once = 224 + 8 * 9 + 16 * 9
    assert [row[1:] for row in rows[1:]] == [[str(once + 296), "fits"], [str(once + 296 * 10**8), "fits"]]
    Path("net.yaml").write_text(
        NET.replace("out: width, kernel: 3, padding: 1, groups: groups", "out: i + 0*groups + 1, kernel: 1")
    )
    rows = table(capsys, "--vary", "depth=1,1_000_000", "--max-work", "20000", "--columns", "params")
    assert rows[1][-1] == "fits"
    assert "takes more than 20,000 units of work, net.yaml:" in rows[2][-1]


LONG = ["sweep", "net.yaml", "--vary", "width=1..100000000", "--columns", "params"]


def started(*words: str, **more: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "archcalc", *LONG, *words], stderr=subprocess.PIPE, text=True, env=environment, **more
    )


@pytest.mark.parametrize(
    "number, status", [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)]
)
def test_an_interrupt_leaves_whole_rows(number: int, status: int, net: Path) -> None:
    done = started("-o", "rows.csv")
    while not any(path.stat().st_size > 1_000_000 for path in net.glob("rows.csv*")):
        time.sleep(0.01)
    done.send_signal(number)
    said = done.communicate(timeout=30)[1]
    assert done.returncode == status
    text = (net / "rows.csv.partial").read_text()
    rows = text.splitlines()
    assert text.endswith("\n")
    assert [row.split(",")[0] for row in rows] == ["width", *map(str, range(1, len(rows)))]
    assert said.startswith(f"interrupted after {len(rows) - 1:,} of 100,000,000 variants: 'rows.csv.partial' has")
    assert "--resume goes on" in said
    assert [path.name for path in net.glob("rows*")] == ["rows.csv.partial"]


@pytest.mark.slow
def test_a_pipe_that_closes_is_no_error() -> None:
    done = started("--format", "csv", stdout=subprocess.PIPE)
    assert done.stdout is not None
    assert done.stdout.readline() == "width,params,status\n"
    done.stdout.close()
    assert done.stderr is not None
    assert done.stderr.read() == ""
    assert done.wait(timeout=30) == 0


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").exists(), reason="needs Linux")
@pytest.mark.parametrize("turn", range(5))
def test_a_process_that_is_killed_is_told(turn: int, net: Path) -> None:
    """By its own id, while it computes or while it writes what it found."""
    done = started("-o", "rows.csv", "--workers", "2")
    while not any(path.stat().st_size > 1_000_000 for path in net.glob("rows.csv*")):
        time.sleep(0.01)
    children = Path(f"/proc/{done.pid}/task/{done.pid}/children").read_text().split()
    time.sleep(turn / 100)
    os.kill(int(children[0]), signal.SIGKILL)
    said = done.communicate(timeout=30)[1]
    assert done.returncode == 2
    assert said.startswith("error: a process that computed variants has ended")
    assert "'rows.csv.partial' has their rows, and --resume goes on" in said
    assert (net / "rows.csv.partial").read_text().endswith("\n")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="needs Linux")
def test_a_full_disk_leaves_whole_rows(net: Path) -> None:
    import resource

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then a file that grows beyond it is an error, as a full disk is
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    done = started("-o", "rows.csv", preexec_fn=small)
    said = done.communicate(timeout=30)[1]
    assert done.returncode == 2
    text = (net / "rows.csv.partial").read_text()
    rows = text.splitlines()
    assert text.endswith(",fits\n") or text.endswith('"\n')
    assert "cannot write 'rows.csv'" in said
    assert f"after {len(rows) - 1:,} of 100,000,000 variants: 'rows.csv.partial' has their rows" in said


@pytest.mark.parametrize(
    "vary, more, said",
    [
        (
            "macs=1..2",
            [],
            "'macs' is a variable that varies and a figure: two columns have that name\n  = help: --columns",
        ),
        ("status=1..2", [], "'status' varies, and rows have a column of that name: give it another"),
        ("shard=1..2", ["--shard", "1/2"], "'shard' varies, and rows have a column of that name: give it another"),
    ],
)
def test_two_columns_of_one_name(vary: str, more: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = "name: n\ninput: [3]\nvars: {macs: 4, status: 2, shard: 3}\nlayers: [linear: macs, linear: status + shard]\n"
    Path("names.yaml").write_text(text, encoding="utf-8")
    assert said in wrong(capsys, "names.yaml", "--vary", vary, *more)
    assert main(["sweep", "names.yaml", "--vary", "macs=1", "--columns", "params", "--where", "macs < 2"]) == 0


def test_scales_of_another_format_vary(capsys: pytest.CaptureFixture[str]) -> None:
    """32 and 64 channels, halved in s: 27 weights of each, and 2 of the norm; an output for each two steps."""
    text = "nc: 3\nscales: {s: [1, 0.5, 64], l: [1, 1, 64]}\nbackbone:\n  - [-1, 1, Conv, [32, 3, 2]]\n"
    Path("scaled.yaml").write_text(text + "head:\n  - [-1, 1, nn.Identity, []]\n", encoding="utf-8")
    words = ["--vary", "H=32,64", "--columns", "params,macs", "--format", "csv"]
    both = run(capsys, "scaled.yaml", "--vary", "variant=*", *words).splitlines()[1:]
    outputs = {32: 16 * 320, 64: 32 * 320}
    expected = [(out, name, size) for name, out in (("s", 16), ("l", 32)) for size in outputs]
    assert both == [f"{name},{size},{29 * out},{27 * out * outputs[size]},fits" for out, name, size in expected]
    for chosen in (["scaled.yaml:l"], ["scaled.yaml", "--variant", "l"]):
        assert run(capsys, *chosen, *words).splitlines()[1:] == [row.removeprefix("l,") for row in both[2:]]
        assert "is asked for" in wrong(capsys, *chosen, "--vary", "variant=*")
    assert "has no variant 'x'\n  = help: its variants are s, l" in wrong(capsys, "scaled.yaml", "--vary", "variant=x")
