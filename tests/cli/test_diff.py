"""``archcalc diff`` as a user calls it: both sides, formats, exit statuses."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from archcalc.cli import main
from archcalc.render.diff.markdown import MARKER
from archcalc.render.text import width

NET = """\
name: net
input: [3, 8, 8]
vars: {width: 8, depth: 1}
variants: {small: {width: 4}, large: {width: 16}}
layers:
  - conv: {out: width, kernel: 3, padding: 1}
  - relu:
    repeat: depth
  - global_avg_pool
  - linear: 10
    name: head
"""


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")
    return path


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["diff", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_table(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By hand: 12 filters more of 27 weights and a bias, 27*64 multiply-adds each; 10 outputs read 12 channels more.

    Most exists at conv1: its input of 3*64, and 4*64 or 16*64 for its output, 4 bytes each. In training the input is
    kept, the relu's output and the head's input of 4 or 16, and every parameter takes 16 bytes. A gradient of conv1's
    weights costs what its forward pass does, the head costs two of its own.
    """
    assert main(["diff", "net.yaml:small", "net.yaml:large"]) == 0
    assert (
        capsys.readouterr().out
        == """\
small -> large

                            old     new   change
parameters                  162     618     +456  +281.48 %
multiply-adds             6,952  27,808  +20,856  +300.00 %
activations                 526   2,074   +1,548  +294.30 %
weights (bytes)             648   2,472   +1,824  +281.48 %
peak memory (bytes)       1,792   4,864   +3,072  +171.43 %
arena (bytes)             1,792   4,864   +3,072  +171.43 %
training memory (bytes)   4,400  14,816  +10,416  +236.73 %
kept activations (bytes)  1,808   4,928   +3,120  +172.57 %
backward multiply-adds    6,992  27,968  +20,976  +300.00 %

layer  change                          parameters  multiply-adds
----------------------------------------------------------------
conv1  out 4 -> 16                           +336        +20,736
head   input 4 -> 16 because of conv1        +120           +120
----------------------------------------------------------------
total                                        +456        +20,856
2 layers more with other sizes and the same cost: --all shows them
peak memory is at conv1 (net.yaml:6), as it was
"""
    )


def test_all_shows_layers_of_which_only_sizes_changed(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["diff", "net.yaml:small", "net.yaml:large", "--all"])
    found = capsys.readouterr().out
    assert "relu1/0           input 4x8x8 -> 16x8x8 because of conv1\n" in found
    assert "--all" not in found


def test_nothing_changed(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "net.yaml", "net.yaml", "--exit-code"]) == 0
    assert capsys.readouterr().out == "no difference: 314 parameters, 13,904 multiply-adds\n"


def test_exit_code_only_where_it_is_asked_for(net: Path) -> None:
    different = ["diff", "net.yaml:small", "net.yaml:large"]
    assert main(different) == 0
    assert [main([*different, "--exit-code", "--format", form]) for form in ("table", "json", "markdown")] == [1, 1, 1]


def test_options_hold_for_both_sides(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = as_json(capsys, "net.yaml", "net.yaml:small", "--set", "depth=3", "--batch", "2", "--input", "3x4x4")
    for side in ("old", "new"):
        assert (found[side]["set"], found[side]["batch"], found[side]["input"]["shape"]) == ({"depth": 3}, 2, [3, 4, 4])
    assert [change["path"] for change in found["changes"]][:4] == ["conv1", "relu1/0", "relu1/1", "relu1/2"]


def test_json_is_the_difference(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = as_json(capsys, "net.yaml:small", "net.yaml:large")
    assert (found["schema"], found["different"]) == ("archcalc.diff/1", True)
    conv = found["changes"][0]
    assert (conv["path"], conv["cause"], conv["arguments"]) == ("conv1", "own", {"out": {"old": 4, "new": 16}})
    assert (conv["old"]["params"], conv["new"]["params"], conv["change"]["params"]) == (112, 448, 336)
    assert (conv["new"]["file"], conv["new"]["line"]) == ("net.yaml", 6)
    assert not [key for change in found["changes"] for side in ("old", "new") for key in change[side] if key[0] == "_"]


def test_a_commit_and_the_file_as_it_is(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git("init", "-q")
    git("add", "net.yaml")
    git("commit", "-qm", "one")
    net.write_text(NET.replace("linear: 10", "linear: 20"), encoding="utf-8")
    found = as_json(capsys, "HEAD:net.yaml", "net.yaml")
    assert [(change["path"], change["arguments"]) for change in found["changes"]] == [
        ("head", {"out": {"old": 10, "new": 20}})
    ]
    assert [found[side]["file"] for side in ("old", "new")] == ["HEAD:net.yaml", "net.yaml"]
    assert main(["diff", "HEAD:net.yaml:small", "net.yaml:small"]) == 0
    assert capsys.readouterr().out.startswith("HEAD:net.yaml:small -> net.yaml:small\n")


def test_what_is_wrong_on_either_side_is_told(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    net.with_name("other.yaml").write_text(NET.replace("width, kernel", "widht, kernel"), encoding="utf-8")
    assert main(["diff", "missing.yaml", "other.yaml", "--exit-code"]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert "missing.yaml" in found.err
    assert "other.yaml:6:" in found.err
    assert main(["diff", "missing.yaml", "other.yaml", "--format", "json"]) == 2
    errors = json.loads(capsys.readouterr().err)["errors"]
    assert [error["line"] for error in errors][1:] == [6]


def test_markdown_is_a_comment(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["diff", "net.yaml:small", "net.yaml:large", "--format", "markdown"])
    found = capsys.readouterr().out
    assert found.startswith(f"{MARKER}\n### small → large\n")
    assert "| parameters | 162 | 618 | +456 | +281.48 % |" in found
    assert "| head | input 4 -\\> 16 because of conv1 | +120 | +120 |" in found
    assert "| **total** |  | **+456** | **+20,856** |" in found


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two networks of named layers, all of which changed."""
    monkeypatch.chdir(tmp_path)
    for file, more in (("old.yaml", 0), ("new.yaml", 1)):
        steps = [f"  - linear: {i + 5 + more}\n    name: {'a_long_name_' * 12}{i}x\n" for i in range(900)]
        (tmp_path / file).write_text(f"name: {file[:3]}\ninput: [8]\nlayers:\n{''.join(steps)}", encoding="utf-8")
    return ["diff", "old.yaml", "new.yaml"]


def numbers(cell: str) -> int:
    return int(cell.strip(" *+").replace(",", "") or 0)


def test_a_long_comment_is_folded_and_still_adds_up(many: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*many, "--format", "markdown"]) == 0
    found = capsys.readouterr().out
    assert len(found) < 65_536
    tables = re.split(r"\| layer \|.*\n.*\n", found)[1:]
    sums = []
    for table in tables:
        rows = [row.split(" | ") for row in table.splitlines() if row.startswith("| ")]
        assert sum(numbers(row[2]) for row in rows[:-1]) == numbers(rows[-1][2])
        sums.append(numbers(rows[-1][2]))
    total = re.search(r"\| parameters \|.*?\| \+([\d,]+) \|", found)
    assert total is not None
    assert sum(sums) == numbers(total[1])
    assert len(sums) == 2


def test_a_long_table_is_folded_and_still_adds_up(many: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(many)
    lines = capsys.readouterr().out.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("layer"))
    parts = [line.split()[-2] for line in lines[start + 2 : start + 23]]
    assert sum(map(numbers, parts)) == numbers(lines[start + 24].split()[1])
    assert lines[start + 22].startswith("880 more ")
    main([*many, "--all"])
    rows = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("peak memory")]
    assert sum("a_long_name" in line for line in rows) == 900


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_a_terminal_folds_names_and_cuts_no_number(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(["diff", "resnet50", "wide_resnet50_2", "--color"]) == 0
    plain = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out).splitlines()
    assert all(width(line) <= columns for line in plain)
    assert any("+33,951,744" in line and "+5,549,064,192" in line for line in plain)


def test_output_goes_to_a_file_whole(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "net.yaml:small", "net.yaml:large", "--format", "json", "-o", "found.json"]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads(net.with_name("found.json").read_text(encoding="utf-8"))["schema"] == "archcalc.diff/1"


def test_a_hostile_name_is_escaped(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    net.with_name("odd.yaml").write_text(NET.replace("name: net", 'name: "a\\e[31m|<b>"'), encoding="utf-8")
    main(["diff", "net.yaml", "odd.yaml:small"])
    main(["diff", "odd.yaml", "odd.yaml:small", "--format", "markdown"])
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong, message",
    [
        (["--count", "mac,fvcore"], "'mac,fvcore' names several conventions, and one is needed here"),
        (["--count", "all"], "'all' names several conventions, and one is needed here"),
        (["--count", "flops"], "unknown counting convention 'flops'"),
        (["--set", "width=["], "this bracket is never closed"),
        (["--set", "wdith=3"], "net.yaml has no variable 'wdith'"),
    ],
)
def test_a_wrong_option_is_told_once(
    net: Path, capsys: pytest.CaptureFixture[str], wrong: list[str], message: str
) -> None:
    assert main(["diff", "net.yaml:small", "net.yaml:large", *wrong]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("error:"), err.count(message)) == ("", 1, 1)


def test_operations_are_counted_as_new_says(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (net.parent / "new.yaml").write_text(f"count: flop\n{NET}", encoding="utf-8")
    assert main(["diff", "net.yaml", "new.yaml", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["old"]["convention"], found["new"]["convention"]) == ("flop", "flop")


def test_a_peak_that_moved_is_told_with_where_it_was(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A peak is no sum: 90 + 10 elements at b before, 1 + 60 at c now."""
    for name, widths in (("one", (90, 10, 1)), ("other", (10, 1, 60))):
        steps = "".join(f"  - {{linear: {width}, name: {step}}}\n" for step, width in zip("abc", widths, strict=True))
        net.with_name(f"{name}.yaml").write_text(f"name: net\ninput: [2]\nlayers:\n{steps}", "utf-8")
    main(["diff", "one.yaml", "other.yaml"])
    said = capsys.readouterr().out
    assert re.search(r"peak memory \(bytes\) +400 +244 +-156", said)
    assert "peak memory is at c (other.yaml:6), and was at b (one.yaml:5)\n" in said
    main(["diff", "one.yaml", "other.yaml", "--format", "json"])
    peaks = json.loads(capsys.readouterr().out)["peaks"]
    assert peaks["peak_memory"] == {
        **{"old": 400, "new": 244, "change": -156},
        "old_at": {"path": "b", "file": "one.yaml", "line": 5},
        "new_at": {"path": "c", "file": "other.yaml", "line": 6},
    }
    assert (peaks["arena"]["old"], peaks["arena"]["new"]) == (368 + 48, 240 + 16)  # multiples of 16


def test_the_change_of_what_training_costs(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """a of width w reads 2 numbers, b gives 1: gradients take 2w + w + w, kept are 2 + w numbers, 4w + 1 parameters."""
    for name, size in (("one", 4), ("other", 8)):
        steps = f"  - {{linear: {size}, name: a}}\n  - {{linear: 1, name: b}}\n"
        net.with_name(f"{name}.yaml").write_text(f"name: net\ninput: [2]\nlayers:\n{steps}", "utf-8")
    main(["diff", "one.yaml", "other.yaml", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["training"] == {
        "train_memory": {"old": 16 * 17 + 24, "new": 16 * 33 + 40, "change": 272},
        "kept_bytes": {"old": 24, "new": 40, "change": 16},
        "backward_macs": {"old": 16, "new": 32, "change": 16},
    }
    main(["diff", "one.yaml", "other.yaml", "--dtype", "bfloat16"])
    said = capsys.readouterr().out
    assert re.search(r"training memory \(bytes\) +148 +284 +\+136 +\+91.89 %", said)
    assert re.search(r"kept activations \(bytes\) +12 +20 +\+8 ", said)
    assert re.search(r"backward multiply-adds +16 +32 +\+16 ", said)


def test_a_layer_that_is_frozen_costs_less_in_training(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing before b has a gradient, and a's input is not kept: 1 number of b's input for each weight."""
    steps = "  - {linear: 4, name: a}\n  - {linear: 1, name: b}\n"
    net.with_name("one.yaml").write_text(f"name: net\ninput: [2]\nlayers:\n{steps}", "utf-8")
    frozen = steps.replace("a}", "a, trainable: false}")
    net.with_name("other.yaml").write_text(f"name: net\ninput: [2]\nlayers:\n{frozen}", "utf-8")
    main(["diff", "one.yaml", "other.yaml", "--format", "json"])
    found = json.loads(capsys.readouterr().out)["training"]
    assert found["backward_macs"] == {"old": 16, "new": 4, "change": -12}
    assert found["kept_bytes"] == {"old": 24, "new": 16, "change": -8}
    assert found["train_memory"]["new"] == 4 * 17 + 12 * 5 + 16  # gradients and two moments of b's 5 parameters


def test_a_custom_layer_of_another_rank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is known of how it reads what it is given."""
    custom = "name: net\ninput: [3, 8, 8]\nlayers:\n  - custom: {out: [4], params: 3, macs: 4}\n"
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(custom, encoding="utf-8")
    new.write_text(custom.replace("params: 3", "params: 31"), encoding="utf-8")
    assert main(["diff", str(old), str(new)]) == 0
    assert "+28" in capsys.readouterr().out
