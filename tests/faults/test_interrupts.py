"""Ctrl-C and requests to end, at many moments: 130 and one word, and never a part of a file."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from process import archcalc, environment, start

from archcalc.cli.interrupts import hearing

# A signal sent by the process to itself when a function is entered for the N-th time: the same moment on every machine.
HOOK = """\
import os, sys
place, count, number = {place!r}, {count}, {number}
def watch(frame, event, argument):
    global count
    code = frame.f_code
    if event == "call" and code.co_filename.replace(os.sep, "/").endswith(place[0]) and code.co_name == place[1]:
        count -= 1
        if count == 0:
            sys.setprofile(None)
            os.kill(os.getpid(), number)
sys.setprofile(watch)
sys.argv = ["archcalc", *{arguments!r}]
import runpy
runpy.run_module("archcalc", run_name="__main__")
"""
MOMENTS = [  # file, function, the how-manieth call
    ("archcalc/cli/__init__.py", "<module>", 1),
    ("click/core.py", "<module>", 1),
    ("yaml/__init__.py", "<module>", 1),
    ("archcalc/cli/show.py", "<module>", 1),
    ("archcalc/layers/convolution.py", "<module>", 1),
    ("archcalc/sources/source.py", "read_file", 1),
    ("archcalc/language/yaml_reader.py", "open", 1),
    ("archcalc/building/expansion.py", "run_steps", 3),
    ("archcalc/conventions/rule.py", "<module>", 1),
    ("archcalc/report/model.py", "build_report", 1),
    ("archcalc/cli/output.py", "write_whole", 1),
    ("archcalc/cli/output.py", "open_text", 1),
    ("archcalc/render/json.py", "lines", 2),
    ("archcalc/render/json.py", "lines", 60),
]
SHOW = ["show", "resnet50", "--format", "json", "-o", "out"]
OLD = b"what stood here before\n"


def interrupted(
    place: tuple[str, str], count: int, number: int, arguments: list[str]
) -> subprocess.CompletedProcess[str]:
    code = HOOK.format(place=place, count=count, number=int(number), arguments=arguments)
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("file, function, count", MOMENTS, ids=[f"{m[0].split('/', 1)[1]}:{m[1]}" for m in MOMENTS])
def test_an_interrupt_at_a_known_moment(folder: Path, file: str, function: str, count: int) -> None:
    (folder / "out").write_bytes(OLD)
    done = interrupted((file, function), count, signal.SIGINT, SHOW)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")
    assert (folder / "out").read_bytes() == OLD
    assert sorted(os.listdir()) == ["net.yaml", "out"]


@pytest.mark.sampled(4)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("file, function, count", MOMENTS[-4:])
def test_a_request_to_end_at_a_known_moment(folder: Path, number: int, file: str, function: str, count: int) -> None:
    """While a file is written it ends in order; before, as every process does. A shell sees the same status."""
    done = interrupted((file, function), count, number, SHOW)
    assert done.returncode in (-number, 128 + number)
    assert done.stderr == ""
    assert sorted(os.listdir()) == ["net.yaml"]


def test_an_update_that_is_interrupted(folder: Path) -> None:
    text = b"budgets: [{specs: net.yaml, max: {params: 1}}]\n"
    (folder / "archcalc.yaml").write_bytes(text)
    for moment in ("edited_file", "write_all"):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)):
            done = interrupted(("archcalc/budget/update.py", moment), 1, number, ["check", "--update"])
            assert done.returncode == status
            assert (folder / "archcalc.yaml").read_bytes() == text
    assert sorted(os.listdir()) == ["archcalc.yaml", "net.yaml"]


def ended_after(delay: float, number: int, arguments: list[str]) -> subprocess.Popen[str]:
    run = start(*arguments)
    time.sleep(delay)
    run.send_signal(number)
    run.said = run.communicate(timeout=60)[1]  # type: ignore[attr-defined]
    return run


def sweep(folder: Path, delays: list[float], number: int) -> None:
    """What Python says of a signal before it has started archcalc is Python's own."""
    whole = archcalc(*SHOW[:2], "--format", "json").stdout.encode()
    for delay in delays:
        run = ended_after(delay, number, SHOW)
        if (folder / "out").exists():
            assert (folder / "out").read_bytes() == whole
            (folder / "out").unlink()
        assert sorted(os.listdir()) == ["net.yaml"], delay
        in_main = re.search(r'__main__\.py", line \d+, in main', run.said)  # type: ignore[attr-defined]
        before_archcalc = run.returncode != 130 and not in_main
        assert run.returncode in (0, 130, -number, 128 + number) or before_archcalc
        if run.returncode == 130:
            assert run.said == "interrupted\n", delay  # type: ignore[attr-defined]


def test_signals_at_any_moment(folder: Path) -> None:
    sweep(folder, [0.02, 0.08, 0.14], signal.SIGINT)
    sweep(folder, [0.1], signal.SIGTERM)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_at_every_moment(folder: Path, number: int) -> None:
    sweep(folder, [step / 500 for step in range(200)], number)


FORKING = """\
import os, runpy, signal, sys
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGINT))
sys.argv = ["archcalc", *{arguments!r}]
runpy.run_module("archcalc", run_name="__main__")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes start as copies on Linux alone")
def test_an_interrupt_while_processes_start(folder: Path) -> None:
    """Python drops what is raised while it runs what others do at a fork."""
    pytest.importorskip("numpy")
    arguments = ["sweep", "resnet50", "--vary", "width=8..10_000_000", "--workers", "2", "-o", "rows.csv"]
    command = [sys.executable, "-c", FORKING.format(arguments=arguments)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 130
    assert done.stderr.startswith("interrupted after ")
    assert sorted(os.listdir()) == ["net.yaml", "rows.csv.partial"]


@pytest.mark.parametrize("number, status", [(signal.SIGINT, None), (signal.SIGTERM, 128 + signal.SIGTERM)])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_python_drops_is_raised_again(number: int, status: int | None) -> None:
    class Thing:
        def __del__(self) -> None:
            signal.raise_signal(number)

    before, seen = signal.getsignal(number), []
    with hearing(lambda *told: seen.append(told)) as watch:
        watch(1, 3)
        Thing()
        with pytest.raises((KeyboardInterrupt, SystemExit)) as raised:
            watch(2, 3)
    assert seen == [(1, 3)]
    assert getattr(raised.value, "code", None) == status
    assert number != signal.SIGINT or signal.getsignal(number) == before


def test_an_interrupt_while_nobody_reads(folder: Path) -> None:
    """The pipe is full and its reader asleep: the process does not wait for it once more."""
    run = start("show", "resnet1202", "--format", "json")
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.read(1)
    run.send_signal(signal.SIGINT)
    assert run.wait(timeout=20) == 130
    assert run.stderr.read() == "interrupted\n"
