"""The directory that cases run in: a git repository whose files come and go, beside one that nobody may read."""

from __future__ import annotations

import os
import shutil
import subprocess

from .cases import Case

SECRET = "name: secret\ninput: [3]\nlayers: [relu]\nblocks: {secret_block: {layers: [relu]}}\n"
LIBRARY = "name: lib\nblocks:\n  unit:\n    args: {mid: required}\n    layers: [{linear: mid}, relu]\n"
COMMITTED = (
    "name: net\ninput: [3, 8, 8]\nvars: {w: 4}\nvariants: {small: {w: 2}}\nlayers: [{conv: {out: w, kernel: 3}}]\n"
)
GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


class Sandbox:
    """``project``, which is where a case runs, and ``outside``."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self.project, self.outside = os.path.join(self.root, "project"), os.path.join(self.root, "outside")
        os.makedirs(os.path.join(self.project, "directory"))
        os.makedirs(self.outside)
        self.write(os.path.join(self.outside, "secret.yaml"), SECRET.encode())
        self.write(os.path.join(self.project, "lib.yaml"), LIBRARY.encode())
        self.write(os.path.join(self.project, "net.yaml"), COMMITTED.encode())
        os.symlink("../outside/secret.yaml", os.path.join(self.project, "link.yaml"))
        os.symlink("loop.yaml", os.path.join(self.project, "loop.yaml"))
        os.mkfifo(os.path.join(self.project, "pipe"))
        os.symlink(".", os.path.join(self.project, "loop"))
        os.symlink("../outside", os.path.join(self.project, "directory", "out"))
        self.git("init", "-q", ".")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "first")
        self.standing = self.listing()
        self.put: set[str] = set()

    def git(self, *arguments: str) -> None:
        subprocess.run([*GIT, *arguments], cwd=self.project, check=True, stdout=subprocess.DEVNULL)

    def fill(self, case: Case) -> None:
        """The case's files, and no other's."""
        for name in self.put - case.files.keys():
            self.remove(name)
        self.put = set(case.files)
        for name, data in case.files.items():
            self.write(os.path.join(self.project, name), data)

    def remove(self, name: str) -> None:
        path = os.path.join(self.project, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        elif os.path.lexists(path):
            os.unlink(path)

    def clean(self, case: Case) -> list[str]:
        """Undo what a run left; the files that it had no leave to make or change."""
        asked = {case.arguments[at + 1] for at, word in enumerate(case.arguments[:-1]) if word == "-o"}
        found = []
        for name in self.listing() - self.standing - self.put:
            self.remove(name)
            if name not in asked:
                found.append(f"made the file {name}")
        for name, data in case.files.items():
            if not self.holds(name, data) and name not in asked and "--update" not in case.arguments:
                found.append(f"changed the file {name}")
        if not self.holds("lib.yaml", LIBRARY.encode()):
            found.append("changed the file lib.yaml")
        return found

    def holds(self, name: str, data: bytes) -> bool:
        try:
            with open(os.path.join(self.project, name), "rb") as file:
                return file.read() == data
        except OSError:
            return False

    def listing(self) -> set[str]:
        return {
            f"{inside}{name}"
            for inside in ("", "directory/")
            for name in os.listdir(os.path.join(self.project, inside))
        }

    def write(self, path: str, data: bytes) -> None:
        with open(path, "wb") as file:
            file.write(data)
