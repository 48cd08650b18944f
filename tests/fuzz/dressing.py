"""What makes a checkout hostile: what a request may bring, and what an archive may have in its ``.git`` besides.

Each function takes a checkout and adds one random thing. ``checkout.trap`` is a program that leaves a mark.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from .growth import Files, Link
from .identity import IDENTITY

CONFIGURATIONS = Path(__file__).with_name("hostile.gitconfig")
NET = b"name: net\ninput: [8]\nlayers: [{linear: 999999}]\n"
REFS = (
    "main", "origin/main", "refs/heads/main", "refs/remotes/origin/main", "HEAD", "HEAD~1", "FETCH_HEAD", "@",
    "main:net.yaml", ":net.yaml", "net.yaml:small", "archcalc:net.yaml", "main^{commit}", "heads/main",
)  # fmt: skip
OPTIONS = ("-", "--help", "--base", "--base=main", "-o", "--output=x", "-C", "--upload-pack=x", "-c", "@{u}")
ODD_NAMES = (
    b"\xff\xfe.yaml", b"a\nb.yaml", b"a\x1b[31mb.yaml", b"@everyone.yaml", b"$(touch x).yaml", b"`x`.yaml",
    b"a:b.yaml", b"<b id=x>.yaml", b"=1+1.yaml", b" .yaml", b"...yaml", b"a" * 250 + b".yaml",
    "\u202egnp.yaml".encode(),
    b"%0A::error::x.yaml", b"a|b.yaml", b"::error::x.yaml", b"\\input{x}.yaml", b"*.yaml", b"[a].yaml", b"**",
)  # fmt: skip

ATTRIBUTES = (
    "diff=trap", "filter=trap", "merge=trap", "text eol=crlf", "ident", "working-tree-encoding=UTF-16", "-diff",
    "export-ignore",
)  # fmt: skip
READ_WHOLE = (
    "HEAD", "packed-refs", "info/grafts", "shallow", "objects/info/alternates", "info/attributes", "index",
)  # fmt: skip
NAMING_FILES = {
    "attributes": "core]\n\tattributesFile",
    "exclude": "core]\n\texcludesFile",
    "orderFile": "diff]\n\torderFile",
    "mailmap": "mailmap]\n\tfile",
}
CALLED_AS_OTHERS = (
    "refs/tags/main", "refs/heads/origin/main", "refs/main", "main", "refs/heads/refs/heads/main",
    "refs/tags/origin/main", "refs/heads/net.yaml", "refs/heads/--upload-pack=x", "refs/heads/-x", "refs/heads/HEAD",
    "refs/tags/HEAD", "refs/tags/refs/heads/main",
)  # fmt: skip
STORED = (
    "index", "HEAD", "packed-refs", "refs/heads/main", "objects/info/packs", "commondir", "gitdir", "refs/heads",
    "config.lock", "index.lock",
)  # fmt: skip


class Checkout:
    """``project``, a git repository, beside ``outside``, of which nothing may change."""

    def __init__(self, root: Path, random_: random.Random) -> None:
        self.random = random_
        self.project, self.outside = root / "project", root / "outside"
        self.project.mkdir(parents=True)
        self.outside.mkdir()
        self.trap, self.marks = self.outside / "trap", root / "marks"
        self.marks.mkdir()
        self.trap.write_text(f'#!/bin/sh\necho "$0 $*" >> {self.marks}/sprung\ncat\n')
        self.trap.chmod(0o755)
        (self.outside / "secret.yaml").write_bytes(b"name: secret_name\ninput: [8]\nlayers: [{secret_layer: 1}]\n")
        os.mkfifo(self.outside / "pipe")
        self.oids: dict[str, str] = {}
        self.objects: list[Path] = []
        self.git("init", "-q", "-b", "main", ".")

    def git(self, *arguments: str, at: Path | None = None, may_fail: bool = False) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=at or self.project,
            env={**os.environ, **IDENTITY},
            capture_output=True,
            text=True,
            errors="surrogateescape",
        )
        assert done.returncode == 0 or may_fail, (arguments, done.stderr)
        return done.stdout

    def put(self, path: str, data: bytes | Link) -> None:
        """A file or a link, in place of what stands there; nothing where something else is in the way."""
        file = self.project / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if os.path.lexists(file):
                file.unlink()
            if isinstance(data, Link):
                file.symlink_to(data.to)
            else:
                file.write_bytes(data)
        except OSError:
            pass

    def put_all(self, files: Files) -> None:
        for path, data in files.items():
            self.put(path, data)

    def commit(self, message: str) -> None:
        """Commit what lies there, or what git takes of it."""
        self.git("add", "-A", "--ignore-errors", may_fail=True)
        self.git("commit", "-qm", message, "--allow-empty")

    def note_objects(self) -> None:
        """Ask git what there is, before its directory becomes hostile to us too."""
        for ref in ("HEAD", "main", "HEAD^{tree}", "main^{tree}"):
            self.oids[ref] = self.git("rev-parse", ref).strip()
        self.objects = sorted((self.project / ".git/objects").glob("??/*"))

    def configure(self, lines: Iterable[str]) -> None:
        with open(self.project / ".git/config", "a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)

    def some(self, *of: str) -> list[str]:
        return self.random.sample(of, self.random.randint(1, len(of)))


# What a request may bring


def files_called_as_refs(checkout: Checkout) -> None:
    for name in checkout.some(*REFS):
        checkout.put(name, checkout.random.choice((NET, b"garbage", b"{}", Link("../outside/secret.yaml"))))


def files_called_as_options(checkout: Checkout) -> None:
    for name in checkout.some(*OPTIONS):
        checkout.put(name, NET)


def odd_names(checkout: Checkout) -> None:
    folder = checkout.random.choice(("", "models/", "hostile/"))
    for name in checkout.random.sample(ODD_NAMES, 3):
        checkout.put(folder + os.fsdecode(name), checkout.random.choice((NET, b"garbage: [", b"{layers: 1}")))


def links(checkout: Checkout) -> None:
    """Out of the tree, to a folder, in a circle, to nothing, to a device."""
    folder = checkout.random.choice(("", "models/", "hostile/"))
    targets = (
        "../outside/secret.yaml", "../../outside/secret.yaml", "/etc/passwd", ".", "..", "loop.yaml", "nowhere",
        "/dev/zero", "/dev/stdin", "/proc/self/mem", "../outside", "/", "../outside/pipe", ".git/config", ".git",
    )  # fmt: skip
    for target in checkout.some(*targets)[:3]:
        name = checkout.random.choice(("link.yaml", "loop.yaml", "out", "part.yaml", "another.yaml", "free.yaml"))
        checkout.put(folder + name, Link(target))


def budget_files_elsewhere(checkout: Checkout) -> None:
    for folder in checkout.some("models/", "hostile/", "other/"):
        checkout.put(f"{folder}archcalc.yaml", b"budgets: []\n")


def attributes(checkout: Checkout) -> None:
    words = checkout.some(*ATTRIBUTES)
    checkout.put(checkout.random.choice((".gitattributes", "models/.gitattributes")), f"* {' '.join(words)}\n".encode())


def submodules(checkout: Checkout) -> None:
    """A ``.gitmodules`` that would run something, and an entry of the index that it is of."""
    url = checkout.random.choice((f"ext::{checkout.trap}", "-u./x", "../outside", "ssh://-oProxyCommand=x/y"))
    text = (
        f'[submodule "x"]\n\tpath = lib\n\turl = {url}\n\tupdate = !{checkout.trap}\n\tfetchRecurseSubmodules = true\n'
    )
    checkout.put(".gitmodules", checkout.random.choice((text.encode(), b"[submodule", Link("../outside/secret.yaml"))))
    head = checkout.git("rev-parse", "HEAD").strip()
    (checkout.project / "lib").mkdir(exist_ok=True)
    checkout.git("update-index", "--add", "--cacheinfo", f"160000,{head},lib", may_fail=True)


def bare_repository(checkout: Checkout) -> None:
    """A folder that git takes for a repository, with a configuration of its own."""
    folder = checkout.random.choice(("bare", "models", "hostile"))
    for name, text in (
        ("HEAD", "ref: refs/heads/main\n"),
        ("objects/x", ""),
        ("refs/x", ""),
        ("config", configured(checkout)),
    ):
        checkout.put(f"{folder}/{name}", text.encode())


def ignored(checkout: Checkout) -> None:
    checkout.put(".gitignore", b"*.yaml\n*\n")


def pipes(checkout: Checkout) -> None:
    folder = checkout.project / checkout.random.choice(("hostile", "models", "."))
    folder.mkdir(exist_ok=True)
    if not os.path.lexists(folder / "pipe.yaml"):
        os.mkfifo(folder / "pipe.yaml")


BROUGHT: tuple[Callable[[Checkout], None], ...] = (
    files_called_as_refs, files_called_as_options, odd_names, links, budget_files_elsewhere, attributes, submodules,
    bare_repository, ignored, pipes,
)  # fmt: skip


# What an archive may have in its .git


def configured(checkout: Checkout) -> str:
    """A configuration of which every word is a command, or leads to one."""
    places = {"trap": checkout.trap, "outside": checkout.outside, "project": checkout.project}
    _, *paragraphs = CONFIGURATIONS.read_text(encoding="utf-8").format(**places).split("\n\n")
    return "\n".join(checkout.some(*paragraphs)) + "\n"


def configuration(checkout: Checkout) -> None:
    checkout.configure(configured(checkout).split("\n"))
    (checkout.outside / "config").write_text(configured(checkout))
    checkout.put(".git/attributes", b"* diff=trap filter=trap\n")
    checkout.put(".git/info/attributes", b"* diff=trap filter=trap merge=trap\n")
    checkout.put(".git/config.worktree", configured(checkout).encode())


def broken_configuration(checkout: Checkout) -> None:
    text = checkout.random.choice(
        (
            "[core", "[include]\n\tpath = config\n", "\0\0\0", "[core]\n\tbare = maybe\n", "x" * 100_000,
            "[core]\n\trepositoryFormatVersion = 99\n",
        )
    )  # fmt: skip
    checkout.configure([text])


def waiting_configuration(checkout: Checkout) -> None:
    """What git would read for ever."""
    kind = checkout.random.choice(("include", "link", *NAMING_FILES))
    pipe = checkout.outside / "pipe"
    if kind == "link":
        name = checkout.random.choice(READ_WHOLE)
        checkout.put(f".git/{name}", Link(str(pipe)))
    elif kind == "include":
        checkout.configure([f"[include]\n\tpath = {pipe}"])
    else:
        name = NAMING_FILES[kind]
        checkout.configure([f"[{name} = {pipe}"])


def hooks(checkout: Checkout) -> None:
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"):
        checkout.put(f".git/hooks/{name}", Link(str(checkout.trap)))


def missing_objects(checkout: Checkout) -> None:
    """Objects of main that git would fetch from where a promise says."""
    for path in checkout.random.sample(checkout.objects, min(3, len(checkout.objects))):
        path.unlink(missing_ok=True)
    url = checkout.random.choice(
        (f"ext::{checkout.trap}", "ssh://host/x", "git://localhost:1/x", str(checkout.outside))
    )
    checkout.configure(
        [
            "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tpartialClone = origin",
            f'[remote "origin"]\n\tpromisor = true\n\turl = {url}\n\tuploadpack = {checkout.trap}',
            f"[core]\n\tsshCommand = {checkout.trap}\n\tgitProxy = {checkout.trap}",
            "[protocol]\n\tallow = always",
        ]
    )


def alternates(checkout: Checkout) -> None:
    place = checkout.random.choice(
        (str(checkout.outside), "/", "../../../outside", "/dev/zero", "\n" * 1000, "/etc/passwd")
    )
    checkout.put(".git/objects/info/alternates", f"{place}\n".encode())


def shallow(checkout: Checkout) -> None:
    head = checkout.oids["HEAD"]
    checkout.put(".git/shallow", checkout.random.choice((f"{head}\n".encode(), b"garbage\n", b"0" * 40 + b"\n")))


def replaced(checkout: Checkout) -> None:
    """The commit, the tree or the file of main stands for the request's."""
    kind = checkout.random.choice(("", "^{tree}"))
    ours, theirs = checkout.oids[f"HEAD{kind}"], checkout.oids[f"main{kind}"]
    if ours != theirs:
        checkout.put(f".git/refs/replace/{theirs}", f"{ours}\n".encode())


def grafts(checkout: Checkout) -> None:
    head, main = checkout.oids["HEAD"], checkout.oids["main"]
    checkout.put(
        ".git/info/grafts", checkout.random.choice((f"{main} {head}\n", f"{head}\n", f"{main}\n", "garbage\n")).encode()
    )


def odd_refs(checkout: Checkout) -> None:
    """Refs called as files, options and other refs; links; garbage."""
    head = f"{checkout.oids['HEAD']}\n".encode()
    names = CALLED_AS_OTHERS
    for name in checkout.some(*names)[:3]:
        data = checkout.random.choice(
            (head, head, head, b"garbage\n", b"ref: refs/heads/loop\n", Link("../../../../outside/trap"))
        )
        checkout.put(f".git/{name}", data)


def linked_worktree(checkout: Checkout) -> None:
    """``.git`` is a file, which leads to a repository elsewhere."""
    inside = checkout.random.choice(("models", "hostile"))
    outside = checkout.outside
    leads = (
        b"gitdir: ../.git\n", f"gitdir: {outside}\n".encode(), b"gitdir: .\n", b"gitdir: " + b"x" * 9000,
        Link("../.git"), Link(str(outside / "pipe")),
    )  # fmt: skip
    checkout.put(f"{inside}/.git", checkout.random.choice(leads))


def other_repository_inside(checkout: Checkout) -> None:
    """A folder of the project is a repository of its own, with its own idea of main."""
    inside = checkout.project / checkout.random.choice(("models", "hostile", "lib"))
    inside.mkdir(exist_ok=True)
    if (inside / ".git").exists() or inside.is_symlink():
        return
    checkout.git("init", "-q", "-b", "main", ".", at=inside)
    checkout.git("add", "-A", at=inside, may_fail=True)
    checkout.git("commit", "-qm", "own", "--allow-empty", at=inside)
    with open(inside / ".git/config", "a", encoding="utf-8") as file:
        file.write(configured(checkout))


def broken_store(checkout: Checkout) -> None:
    name = checkout.random.choice(STORED)
    if not (checkout.project / ".git" / name).is_dir():
        data = (b"", b"garbage", b"\0" * 100, b"ref: " + b"x" * 5000, Link("/dev/zero"), Link("loop"))
        checkout.put(f".git/{name}", checkout.random.choice(data))


IN_ARCHIVES: tuple[Callable[[Checkout], None], ...] = (
    configuration, configuration, configuration, broken_configuration, waiting_configuration, hooks, missing_objects,
    alternates, shallow, replaced, grafts, odd_refs, linked_worktree, other_repository_inside, broken_store,
)  # fmt: skip
