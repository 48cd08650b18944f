"""Hostile repositories: whatever a checkout holds, no command runs, nothing is written, and no growth passes.

A repository is made from its seed: main has a network that its budget allows, the request makes it a thousand times
larger by some means (growth.py), and files, links, refs and configuration are hostile besides (dressing.py).
"""

from __future__ import annotations

import os
import random
import re
import shutil
import stat
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from archcalc.render import FORMATS
from archcalc.sources.git import GIT

from .cases import Case
from .dressing import BROUGHT, IN_ARCHIVES, Checkout, other_repository_inside
from .growth import Pull, request
from .promise import Result, broken
from .summary import Summary
from .whole import measured

REPORT, OLD = "REPORT", "OLD"
BASES = (
    "main",
    "refs/heads/main",
    "origin/main",
    "refs/remotes/origin/main",
    "HEAD~1",
    "main~0",
    "main^{commit}",
    "OID",
)
STRACE = shutil.which("strace")
EXECUTED = re.compile(r'^\d+ +execve\("((?:[^"\\]|\\.)*)", \[(.*?)\](?:, 0x|\.\.\.)', re.MULTILINE)
CONNECTED = re.compile(r"^\d+ +connect\(.*AF_INET.*", re.MULTILINE)
GITS_OWN = ", ".join(f'"{word}"' for word in GIT)
SUPERPROJECT = ', "--literal-pathspecs", "-C", "..", "ls-files", "-z", "--stage", "--full-name", "--", '
"""What git itself runs, with the settings that it was given, to answer ``--show-superproject-working-tree``."""


class Repository:
    """A hostile repository, made in a directory."""

    def __init__(self, seed: str, root: Path) -> None:
        self.random = random_ = random.Random(seed)
        self.root = root
        self.checkout = checkout = Checkout(root, random_)
        self.request: Pull = request(random_)
        checkout.put_all(self.request.base)
        checkout.commit("base")
        checkout.git("update-ref", "refs/remotes/origin/main", "main")
        self.base = random_.choice(BASES)
        if self.base in (REPORT, OLD) and "--fail-on-loosening" in self.request.arguments:
            self.base = "main"
        self.keep_base()
        self.dressed: list[str] = []
        self.passes = self.check(self.base if self.base in (REPORT, OLD) else "main")

    def become_hostile(self) -> None:
        random_, checkout = self.random, self.checkout
        checkout.git("checkout", "-qb", "topic")
        checkout.git("rm", "-qr", "--ignore-unmatch", "-f", "--", *self.request.base)
        checkout.put_all(self.request.head)
        if random_.random() < 0.8:
            checkout.commit("grown")
        elif self.base == "HEAD~1":
            self.base = "main"
        else:
            checkout.git("add", "-A")
        self.dress(BROUGHT, (0, 0, 1, 2))
        if random_.random() < 0.1:
            submodule(checkout, self.request.path)
        checkout.put_all(self.request.head)  # what is hostile may not stand in its place
        if random_.random() < 0.6 and self.base != "HEAD~1":
            checkout.commit("hostile")
        checkout.note_objects()
        self.dress(IN_ARCHIVES, (0, 0, 1, 3))

    def keep_base(self) -> None:
        """The network as it is in main, outside of the project: as a report and as files."""
        said = str([self.request.arguments, self.request.base])
        path = f"./{self.request.path}:large" if "large" in said else f"./{self.request.path}"
        self.old = self.checkout.outside / "old"
        shutil.copytree(self.checkout.project, self.old, ignore=lambda *_: {".git"})
        if self.base == REPORT:
            (self.checkout.outside / "report.json").write_text(self.run(["show", path, "--format", "json"]).out)

    def dress(self, functions: tuple[object, ...], counts: tuple[int, ...]) -> None:
        for function in self.random.sample(functions, self.random.choice(counts)):
            function(self.checkout)  # type: ignore[operator]
            self.dressed.append(function.__name__)  # type: ignore[attr-defined]

    def check(self, base: str) -> Result:
        oid = self.checkout.oids.get("main", "")
        names = {"OID": oid, REPORT: "../outside/report.json", OLD: f"../outside/old/{self.request.path}"}
        base = names.get(base, base)
        return self.run([base if word == "BASE" else word for word in self.request.arguments])

    def run(self, arguments: list[str]) -> Result:
        """A command, with what it runs and touches that it may not."""
        log = self.root / "executed"
        traced = [STRACE, "-f", "-qq", "-s", "4096", "--seccomp-bpf", "-e", "trace=execve,connect", "-o", str(log)]
        before = self.files()
        command = [sys.executable, "-m", "archcalc", *arguments]
        result = measured(command, str(self.checkout.project), before=traced if STRACE else ())  # type: ignore[arg-type]
        if result is None:
            return Result(2, "", "error: no such call", 0, 0, [])
        result.touched += self.changed(before, arguments)
        if log.exists():
            result.touched += executed(log.read_text(errors="replace"))
        sprung = self.checkout.marks / "sprung"
        if sprung.exists():
            result.touched.append(f"sprang the trap: {sprung.read_text()[:200]}")
            sprung.unlink()
        return result

    def files(self) -> dict[str, tuple[int, ...]]:
        """Every file and link, as the system knows it."""
        found = {}
        for top in (self.checkout.project, self.checkout.outside):
            for folder, folders, files in os.walk(top):
                for name in (*folders, *files):
                    path = os.path.join(folder, name)
                    facts = os.lstat(path)
                    kept = () if stat.S_ISDIR(facts.st_mode) else (facts.st_ino, facts.st_size, facts.st_mtime_ns)
                    found[path] = (facts.st_mode, *kept)
        return found

    def changed(self, before: dict[str, tuple[int, ...]], arguments: list[str]) -> list[str]:
        after = self.files()
        project = self.checkout.project
        may = {str(project / word) for flag, word in pairwise(arguments) if flag == "-o"}
        if "--update" in arguments:
            may |= {os.path.realpath(project / path) for path in (*self.request.head, "archcalc.yaml")}
            may = {path for path in may if path.startswith(f"{os.path.realpath(project)}/")}
        different = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        return [f"wrote {ascii(path)[:200]}" for path in sorted(different - may)]

    def judged(self) -> bool:
        """Whether the base is main's: a repository inside another has a main of its own."""
        return other_repository_inside.__name__ not in self.dressed


def submodule(checkout: Checkout, path: str) -> None:
    """The folder that the network is in becomes a submodule, whose own main has it as it is."""
    top = path.split("/")[0]
    inside = checkout.project / top
    if inside.is_symlink() or not inside.is_dir() or (inside / ".git").exists():
        return
    checkout.git("init", "-q", "-b", "main", ".", at=inside)
    checkout.git("add", "-A", at=inside, may_fail=True)
    checkout.git("commit", "-qm", "own", "--allow-empty", at=inside)
    checkout.git("update-ref", "refs/remotes/origin/main", "main", at=inside)
    checkout.put(".gitmodules", f'[submodule "x"]\n\tpath = "{top}"\n\turl = ./{top}\n'.encode())
    checkout.git("rm", "-rq", "--cached", "--", top, may_fail=True)
    checkout.git("add", "-A", may_fail=True)


def executed(log: str) -> list[str]:
    """What was run that is neither Python nor a git that may do nothing but read."""
    found = []
    for path, arguments in EXECUTED.findall(log):
        if os.path.realpath(path) == os.path.realpath(sys.executable):
            continue
        if not (path.endswith("/git") and (arguments.startswith(GITS_OWN) or SUPERPROJECT in arguments)):
            found.append(f"ran {path} [{arguments[:200]}]")
    return found + [f"connected: {line[:200]}" for line in CONNECTED.findall(log)]


def commands(repository: Repository) -> list[list[str]]:
    """Two more calls, of other commands."""
    random_ = repository.random
    path = random_.choice([*repository.request.head, *repository.request.base])
    ref = random_.choice(
        (repository.base, "main", "HEAD", "refs/tags/main", "-x", "--upload-pack=x", "origin/main", "@{u}")
    )
    ref = {"OID": repository.checkout.oids["main"], REPORT: "main", OLD: "main"}.get(ref, ref)
    project = repository.checkout.project  # whose pipes nobody names
    anything = random_.choice([name for name in sorted(os.listdir(project)) if not (project / name).is_fifo()])
    out = random_.choice(("out.txt", "link.yaml", "loop.yaml", "out/x.txt", "../outside/pipe/x", "models", anything))
    form = random_.choice
    every = (
        ["show", f"./{path}", "--format", form([*FORMATS["report"]])],
        ["show", f"{ref}:{path}", "--format", form([*FORMATS["report"]])],
        ["diff", f"{ref}:{path}", f"./{path}", "--format", form([*FORMATS["diff"]])],
        ["explain", f"./{path}", "--format", form([*FORMATS["explain"]])],
        ["formula", f"./{path}", "--vars", "C", "--format", form([*FORMATS["formula"]])],
        ["show", f"./{path}", "-o", out],
        ["check", "--update"],
        ["check", f"./{anything}", "--max", "params=1M", "--base", ref],
        ["show", f"./{anything}"],
        ["check", "--base", f"./{anything}", "--format", form([*FORMATS["check"]])],
        ["show", f"{ref}:{anything}"],
        ["show", f"./{path}", "--allow-import", "../outside"],
    )
    return random_.sample(every, 2)


def run_repository(seed: str, found: Summary, keep: str | None = None) -> None:
    """Make a repository and run what may be run in it."""
    with tempfile.TemporaryDirectory(prefix="archcalc-fuzz-") as folder:
        repository = Repository(seed, Path(folder))
        if repository.passes.status != 0:
            found.failures.append((seed, [f"main's own network does not pass: {repository.passes.err[:200]}"]))
            return
        repository.become_hostile()
        result = repository.check(repository.base)
        said = [] if result.status or not repository.judged() else ["a network grown a thousandfold passed"]
        told = add(found, seed, repository.request.arguments, result, said)
        for arguments in commands(repository):
            told += add(found, seed, arguments, repository.run(arguments), [])
        if told and keep:
            shutil.copytree(
                folder,
                os.path.join(keep, seed),
                symlinks=True,
                ignore=lambda *_: {"pipe", "pipe.yaml"},
                dirs_exist_ok=True,
            )
            Path(keep, seed, "told").write_text("\n".join([*told, f"base {repository.base}", *repository.dressed, ""]))


def add(found: Summary, seed: str, arguments: list[str], result: Result, said: list[str]) -> list[str]:
    case = Case({}, arguments)
    said = [*said, *broken(case, result)]
    found.add(seed, case, result, [f"{' '.join(arguments)}: {one}" for one in said])
    return said


def run_repositories(seed: str, first: int, step: int, count: int, keep: str | None) -> Summary:
    found = Summary()
    for number in range(first, count, step):
        run_repository(f"{seed}-repository-{number}", found, keep)
    return found
