"""Files that cannot be read, that change, or that vanish while they are read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from process import NET, PARAMS, archcalc, as_anybody, contents, environment, told

COMMANDS = [["show"], ["explain"], ["check", "--max", "params=1M"], ["diff", "net.yaml"], ["formula", "--vars", "H"]]


def unreadable(folder: Path) -> dict[str, str]:
    """Names of files that no one can read, and why."""
    (folder / "locked.yaml").write_text(NET, encoding="utf-8")
    (folder / "locked.yaml").chmod(0)
    (folder / "folder.yaml").mkdir()
    (folder / "dangling.yaml").symlink_to("gone.yaml")
    (folder / "loop.yaml").symlink_to("loop.yaml")
    return {
        "locked.yaml": "Permission denied",
        "folder.yaml": "Is a directory",
        "dangling.yaml": "No such file or directory",
        "loop.yaml": "Too many levels of symbolic links",
        "net.yaml/x": "no file 'net.yaml/x', and no shipped spec of that name",
        "x" * 300: f"no file '{'x' * 300}', and no shipped spec of that name",
    }


@pytest.mark.sampled(5)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_file_that_cannot_be_read(folder: Path, command: list[str]) -> None:
    """``show`` of each; of the other commands the first two show that they read in the same way."""
    files = list(unreadable(folder).items())
    for name, reason in files if command == ["show"] else files[:2]:
        done = archcalc(*command, name, before=as_anybody)
        told(done, reason)
        assert done.stdout == ""


def test_an_import_that_cannot_be_read_is_told_where_it_is_written(folder: Path) -> None:
    for name, reason in unreadable(folder).items():
        if name.endswith(".yaml"):
            (folder / "net.yaml").write_text(f"{NET}import: [{name}]\n", encoding="utf-8")
            done = archcalc("show", "net.yaml", before=as_anybody)
            told(done, "net.yaml:6:10")
            assert reason in done.stderr or f"no file '{name}'" in done.stderr


def test_a_glob_over_a_file_that_cannot_be_read(folder: Path) -> None:
    unreadable(folder)
    (folder / "archcalc.yaml").write_text("budgets: [{specs: '*.yaml', max: {params: 1}}]\n", encoding="utf-8")
    told(archcalc("check", before=as_anybody), "cannot read")


# Before a file is opened for the first time, something happens to it: the same moment on every machine.
HOOK = """\
import builtins, os, runpy, sys
opened = builtins.open
def open(path, *arguments, **options):
    if str(path).endswith({name!r}):
        builtins.open = opened
        {deed}
    return opened(path, *arguments, **options)
builtins.open = open
sys.argv = ["archcalc", *{arguments!r}]
runpy.run_module("archcalc", run_name="__main__")
"""
VANISHES, SHRINKS = "os.unlink(path)", "os.truncate(path, 30)"
MEANWHILE = [  # what happens, to which file, when what is asked for, what is told
    (VANISHES, "net.yaml", ["show", "net.yaml"], "cannot read 'net.yaml': No such file or directory"),
    (VANISHES, "lib.yaml", ["show", "importing.yaml"], "importing.yaml:3:10"),
    (VANISHES, "net.yaml", ["check"], "cannot read 'net.yaml': No such file or directory"),
    (VANISHES, "archcalc.yaml", ["check"], "cannot read 'archcalc.yaml': No such file or directory"),
    (VANISHES, "net.yaml", ["diff", "importing.yaml", "net.yaml"], "cannot read 'net.yaml'"),
    (SHRINKS, "net.yaml", ["show", "net.yaml"], "net.yaml"),
    (SHRINKS, "lib.yaml", ["show", "importing.yaml"], "lib.yaml"),
    (SHRINKS, "archcalc.yaml", ["check"], "archcalc.yaml:1"),
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("deed, name, arguments, message", MEANWHILE)
def test_a_file_that_changes_while_it_is_read(
    folder: Path, deed: str, name: str, arguments: list[str], message: str
) -> None:
    (folder / "lib.yaml").write_text("blocks:\n  pair:\n    layers: [relu, relu]\n", encoding="utf-8")
    (folder / "importing.yaml").write_text(
        "name: outer\ninput: [3, 8, 8]\nimport: [lib.yaml]\nlayers: [pair]\n", encoding="utf-8"
    )
    (folder / "archcalc.yaml").write_text("budgets: [{specs: '*.yaml', max: {params: 1M}}]\n", encoding="utf-8")
    (folder / "out").write_bytes(b"old")
    code = HOOK.format(name=name, deed=deed, arguments=arguments)
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=60)
    told(done, message)


def test_a_budget_file_that_changes_while_it_is_checked_is_not_updated(folder: Path) -> None:
    (folder / "archcalc.yaml").write_text("budgets: [{specs: net.yaml, max: {params: 1}}]\n", encoding="utf-8")
    change = "opened('archcalc.yaml', 'a').write('# mine')"
    code = HOOK.format(name="net.yaml", deed=change, arguments=["check", "--update"])
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=60)
    told(done, "'archcalc.yaml' has changed while it was checked")
    assert contents(folder)["archcalc.yaml"].endswith(b"max: {params: 1}}]\n# mine")


def test_a_spec_from_a_named_pipe(folder: Path) -> None:
    """Read once, to its end, however slowly it comes."""
    os.mkfifo("pipe.yaml")

    def write() -> None:
        with open("pipe.yaml", "w", encoding="utf-8") as pipe:
            for line in NET.splitlines(keepends=True):
                pipe.write(line)
                pipe.flush()

    writer = threading.Thread(target=write)
    writer.start()
    done = archcalc("show", "pipe.yaml", "--format", "json")
    writer.join()
    assert json.loads(done.stdout)["totals"]["params"] == PARAMS


@pytest.mark.sampled(7)
@pytest.mark.parametrize(
    "name", ["a\nb.yaml", "a\x1b[31mb.yaml", "νετ🚀.yaml", b"a\xff.yaml", "-o.yaml", "a b'.yaml", "c:\\d.yaml"]
)
@pytest.mark.parametrize("form", ["table", "json"])
def test_a_name_that_is_no_plain_text(folder: Path, name: str | bytes, form: str) -> None:
    path = os.fsencode(name)
    Path(os.fsdecode(path)).write_text(NET, encoding="utf-8")
    given = b"./" + path
    for output in ([], ["-o", "out"]):
        done = archcalc("show", given, "--format", form, *output)
        assert (done.returncode, done.stderr) == (0, "")
        text = done.stdout or contents(folder)["out"].decode("utf-8")
        assert "\x1b" not in text
        if form == "json":
            assert json.loads(text)["totals"]["params"] == PARAMS
    Path(os.fsdecode(path)).write_text("layers: 3\n", encoding="utf-8")
    wrong = archcalc("show", given, "--format", form)
    told(wrong, "layers")
    assert "\x1b" not in wrong.stderr
