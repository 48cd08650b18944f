"""Standard input, output and error that are closed, full, of another encoding, or read no further."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from process import ARCHCALC, NET, PARAMS, archcalc, contents, environment, start, told

COMMANDS = [  # arguments, exit status with a standard output that takes everything
    (["show", "resnet18"], 0),
    (["show", "resnet18", "nix"], 2),
    (["show", "nix", "--format", "json"], 2),
    (["diff", "resnet18", "resnet34", "--exit-code"], 1),
    (["check", "nix", "--max", "params=1", "--format", "json"], 2),
    (["check", "resnet18", "--max", "params=1"], 1),
    (["layers", "conv"], 0),
    (["schema", "spec"], 0),
    (["--help"], 0),
    (["shwo"], 2),
]


def shell(redirected: str, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """A run in a shell, which alone can close a stream; what is not redirected is seen."""
    command = ["bash", "-c", f'"$@" {redirected}', "bash", *ARCHCALC, *arguments]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    "arguments, status", COMMANDS, ids=lambda value: " ".join(value) if type(value) is list else ""
)
def test_a_stream_that_takes_nothing(folder: Path, arguments: list[str], status: int) -> None:
    """Closed, nobody reads it: the status is the same. Full, what was to be read is lost: 2, never "over budget"."""
    assert shell(">&- 2>&- <&-", arguments).returncode == status
    full = shell(">/dev/full", arguments)
    told(full, "No space left on device" if status < 2 else "error", 2)
    assert shell(">/dev/full 2>/dev/full", arguments).returncode == 2
    assert shell("2>/dev/full", arguments).returncode == status


def test_standard_input_that_cannot_be_read(folder: Path) -> None:
    for redirected, reason in (("<&-", "standard input is closed"), ("0>written", "Bad file descriptor")):
        told(shell(redirected, ["show", "-"]), f"cannot read '-': {reason}")
        told(shell(redirected, ["check", "-", "--max", "params=1"]), f"cannot read '-': {reason}")
    told(shell("</dev/null", ["show", "-"]), "the file is empty")


def test_a_closed_standard_input_does_not_stop_a_written_file(folder: Path) -> None:
    assert shell(">&- 2>&- <&-", ["show", "net.yaml", "--format", "csv", "-o", "out"]).returncode == 0
    assert (folder / "out").read_text() == archcalc("show", "net.yaml", "--format", "csv").stdout


def test_a_specification_from_a_pipe(folder: Path) -> None:
    for spec in ("-", "/dev/stdin"):
        done = archcalc("show", spec, "--format", "json", input=NET)
        assert json.loads(done.stdout)["totals"]["params"] == PARAMS


def test_a_check_of_which_nobody_reads_the_end_still_fails(folder: Path) -> None:
    """A table longer than a pipe holds: the reader is gone before all is written."""
    entries = "".join(f"- {{specs: net.yaml, batch: {batch}, max: {{params: 1}}}}\n" for batch in range(1, 1500))
    (folder / "archcalc.yaml").write_text(f"budgets:\n{entries}", encoding="utf-8")
    reading, writing = os.pipe()
    run = start("check", stdout=writing)
    os.close(writing)
    os.read(reading, 10)
    os.close(reading)
    assert run.communicate()[1] == ""
    assert run.returncode == 1


ASCII = [
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONIOENCODING": "ascii:strict"},
    {"PYTHONIOENCODING": "latin-1"},
    {"LC_ALL": "C"},
    {"LC_ALL": "no_SUCH.locale", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]
NAMES = NET.replace("name: net", "name: δίκτυο").replace("- relu", "- relu:\n    name: act_🚀")
UNICODE = [
    *(["show", "names.yaml", "--format", form] for form in "table json jsonl csv markdown latex html".split()),
    ["show", "names.yaml", "names.yaml"],
    *(["explain", "names.yaml", "conv1", "--format", form] for form in "text markdown latex json".split()),
    ["check", "names.yaml", "--max", "params=1M", "--format", "json"],
    ["check", "names.yaml", "--max", "params=1M", "--format", "junit"],
    ["diff", "names.yaml", "net.yaml", "--format", "markdown"],
    ["formula", "names.yaml", "--vars", "H"],
    ["layers", "--format", "json"],
    ["count"],
    ["specs"],
]


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    "variables", ASCII, ids=lambda found: ",".join(f"{name}={value}" for name, value in found.items())
)
def test_an_encoding_that_lacks_characters(folder: Path, variables: dict[str, str | None]) -> None:
    """They are escaped; a file written with -o is UTF-8 wherever it is written."""
    (folder / "names.yaml").write_text(NAMES, encoding="utf-8")
    (folder / "wrong.yaml").write_text(NAMES.replace("out: 8", "out: β🚀"), encoding="utf-8")
    env = environment(**variables)
    for arguments in UNICODE[:: 1 if "ascii:strict" in variables.values() else 9]:
        done = archcalc(*arguments, env=env)
        assert (done.returncode, done.stderr) == (0, ""), arguments
        if "json" in arguments:
            json.loads(done.stdout)
    wrong = archcalc("show", "wrong.yaml", env=env)
    told(wrong, "wrong.yaml:4:18")
    wrong = archcalc("show", "wrong.yaml", "--format", "json", env=env)
    assert json.loads(wrong.stderr)["errors"][0]["line"] == 4
    archcalc("show", "names.yaml", "-o", "out", env=env)
    written = contents(folder)["out"].decode("utf-8")
    assert "act_🚀" in written
    assert written == archcalc("show", "names.yaml", env=environment(PYTHONIOENCODING="utf-8"), encoding="utf-8").stdout
