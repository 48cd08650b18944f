"""git that is missing, fails, says nonsense, or a repository that is broken: ``check --base``, ``diff GITREF:PATH``."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from process import archcalc, environment, start, told
from repository import Repository, net

CALLS = [["check", "net.yaml", "--base", "HEAD", "--max-increase", "params=1%"], ["diff", "HEAD:net.yaml", "net.yaml"]]


@pytest.fixture
def project(repository: Repository) -> Repository:
    repository.put("net.yaml", net(4))
    repository.commit()
    return repository


def stand_in(project: Repository, script: str) -> dict[str, str]:
    """An environment in which git is a script of ours."""
    tools = project.root.parent / "tools"
    tools.mkdir()
    (tools / "git").write_text(f"#!{sys.executable}\nimport os, signal, sys, time\n{script}\n", encoding="utf-8")
    (tools / "git").chmod(0o755)
    return environment(PATH=str(tools))


SCRIPTS = {
    "is missing": None,
    "fails": "print('fatal: the disk is on fire', file=sys.stderr); sys.exit(128)",
    "fails silently": "sys.exit(1)",
    "is killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "says nonsense": "print('nonsense\\n' * 3, flush=True); sys.stdin.read()",
    "says nonsense in bytes": "sys.stdout.buffer.write(bytes(range(256)) * 9); sys.stdout.flush(); sys.stdin.read()",
    "says nothing": "sys.stdin.read()",
    "ends in mid-answer": (
        "if 'rev-parse' in sys.argv: print(os.getcwd()); print('false'); sys.exit()\n"
        "if '--batch' in sys.argv: sys.stdin.readline(); print('a' * 40, 'blob 999')\n"
        "if '--batch' in sys.argv: sys.stdout.write(open('net.yaml').read()); sys.exit()\n"
        "for line in sys.stdin: print('a' * 40, 'commit' if '^' in line else 'blob', 999, flush=True)"
    ),
}


@pytest.mark.sampled(7)
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("arguments", CALLS, ids=["check", "diff"])
def test_git_that_does_not_do_its_part(project: Repository, arguments: list[str], script: str | None) -> None:
    env = environment(PATH="/nonexistent") if script is None else stand_in(project, script)
    done = archcalc(*arguments, env=env)
    told(done, "git" if script is None else "error: ")
    assert not done.stdout or "params" not in done.stdout  # part of a file is not taken for the file


def test_git_that_cannot_be_run(project: Repository) -> None:
    env = stand_in(project, "")
    (project.root.parent / "tools" / "git").write_bytes(b"\x7fELF no program")
    told(archcalc(*CALLS[0], env=env), "git cannot be started")


def test_git_that_hangs_is_interrupted(project: Repository) -> None:
    env = stand_in(project, "open('started', 'w').close(); time.sleep(100)")
    run = start(*CALLS[0], env=env, start_new_session=True)
    while not os.path.exists("started"):
        assert run.poll() is None
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does: archcalc and git
    assert run.communicate(timeout=20)[1].endswith("interrupted\n")
    assert run.returncode == 130


def objects(root: Path) -> list[Path]:
    return [path for path in (root / ".git" / "objects").rglob("*") if path.is_file()]


def shorten(root: Path) -> None:
    for path in objects(root):
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:10])


def garble(root: Path) -> None:
    for path in objects(root):
        path.chmod(0o644)
        path.write_bytes(b"\xff" * 200)


BROKEN = {
    "no objects": lambda root: shutil.rmtree(root / ".git" / "objects"),
    "objects cut short": shorten,
    "objects of rubbish": garble,
    "no HEAD": lambda root: (root / ".git" / "HEAD").unlink(),
    "a HEAD of rubbish": lambda root: (root / ".git" / "HEAD").write_bytes(b"\xff\x00"),
    "a config of rubbish": lambda root: (root / ".git" / "config").write_text("[core\n"),
    "a .git that is no directory": lambda root: (shutil.rmtree(root / ".git"), (root / ".git").write_text("x")),
    "a .git that leads nowhere": lambda root: (shutil.rmtree(root / ".git"), (root / ".git").symlink_to("gone")),
}


@pytest.mark.sampled(7)
@pytest.mark.parametrize("break_it", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("arguments", CALLS, ids=["check", "diff"])
def test_a_broken_repository(project: Repository, arguments: list[str], break_it) -> None:  # type: ignore[no-untyped-def]
    break_it(project.root)
    told(archcalc(*arguments), "error: ")
    assert (project.root / "net.yaml").read_text() == net(4)
