"""Files as they were in a commit, read from git's object store: two processes however many the files.

Git is asked only for what it stores: no hook, filter, textconv, external diff or fsmonitor runs, and no ref or path
that somebody wrote reaches its command line (they go through standard input, resolved to object names first).
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import threading
import weakref
from collections.abc import Iterator
from typing import IO, Any

from archcalc.errors import Diagnostic, Source, SpecError, did_you_mean
from archcalc.sources.file import MOST_PIPED
from archcalc.sources.text import check_is_text, decode, is_below, nearest_with, shown_path, upwards

GIT = (
    "git",
    "--no-optional-locks",
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=",
    "-c",
    "safe.bareRepository=explicit",  # a bare repository that a work tree holds brings its own configuration
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.sshCommand=false",
    "-c",
    "core.gitProxy=",
    "-c",
    "advice.graftFileDeprecated=false",
)
# A partial clone fetches what it lacks with the command that its configuration names: gits before 2.45 know
# only the second variable, which allows no protocol at all.
OFFLINE = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_SSH_COMMAND": "false",
    "GIT_TERMINAL_PROMPT": "0",
}
# A commit is what its name says, and no other that the repository puts in its place.
UNCHANGED = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull}
# A hook's environment names its own repository, and would hide the one that a directory is in.
LOCAL = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_EXTERNAL_DIFF")
RENAME_LIMIT = 1000
PATIENCE = 10
"""Seconds for one answer: a repository may name a pipe for git to read, from which nothing comes."""
PLACES = ("", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/")
"""Where git looks for a ref. It takes the first that is there, and says so to nobody who reads its output."""
AT_ONCE = 8_000  # bytes of questions: their answers, which repeat them, fit into a pipe, so that neither process waits


class Blob:
    """A file of a commit: its object name and size, its text read when asked for."""

    __slots__ = ("repository", "oid", "size")

    def __init__(self, repository: Repository, oid: str, size: int) -> None:
        self.repository, self.oid, self.size = repository, oid, size

    def data(self) -> bytes:
        return self.repository.contents(self.oid)


Answer = tuple[str, str, int]
"""Object name, type, size."""


class Answers:
    """One ``git cat-file`` that answers question after question."""

    def __init__(self, directory: str, option: str) -> None:
        self._process = start(directory, "cat-file", option, "--follow-symlinks")
        weakref.finalize(self, end, self._process)

    def ask(self, *names: str) -> list[Answer | None]:
        """What each name stands for; None if it is nothing inside the repository.

        Several are asked at once, since each turn costs two switches between processes.
        """
        to, answers = self._process.stdin, self._process.stdout
        assert to is not None
        assert answers is not None
        with patience(self._process):
            try:
                to.write(b"".join([os.fsencode(name) + b"\n" for name in names]))
                to.flush()
            except BrokenPipeError:
                raise SpecError(Diagnostic(f"git ended while it was asked for '{names[0]}'")) from None
            return [self._answer(name, answers) for name in names]

    def _answer(self, name: str, answers: IO[bytes]) -> Answer | None:
        answer = answers.readline().rstrip(b"\n")
        if not answer:
            raise SpecError(Diagnostic(f"git ended, or took over {PATIENCE} seconds, as it was asked for '{name}'"))
        if answer.endswith((b" missing", b" ambiguous", b" submodule")):
            return None
        words = answer.decode("ascii", "replace").split(" ")
        if words[0] in ("symlink", "dangling", "loop", "notdir"):  # leads out of the tree, or nowhere
            answers.read(int(words[1]) + 1)
            return None
        if len(words) != 3:
            raise SpecError(Diagnostic(f"git cannot read '{name}': its answer was '{' '.join(words)}'"))
        return words[0], words[1], int(words[2])

    def read(self, size: int) -> bytes:
        """The contents that follow an answer."""
        assert self._process.stdout is not None
        found = self._process.stdout.read(size + 1)
        if len(found) <= size:
            raise SpecError(Diagnostic("git ended in the middle of a file"))
        return found[:size]


class Repository:
    """A git repository with a work tree at ``root``."""

    def __init__(self, root: str, shallow: bool) -> None:
        self.root, self.shallow = root, shallow
        self._check: Answers | None = None
        self._contents: Answers | None = None

    def find(self, name: str) -> Answer | None:
        return self.find_all([name])[0]

    def find_all(self, names: list[str]) -> list[Answer | None]:
        self._check = self._check or Answers(self.root, "--batch-check")
        found: list[Answer | None] = []
        questions: list[str] = []
        size = 0
        for name in names:
            # A question is one line; an empty one stands for nothing.
            question = re.sub("(?s).*[\n\0].*", "", name)
            size += len(question) + 100
            if questions and size > AT_ONCE:
                found += self._check.ask(*questions)
                questions, size = [], len(question)
            questions.append(question)
        found += self._check.ask(*questions)
        return found

    def contents(self, oid: str) -> bytes:
        self._contents = self._contents or Answers(self.root, "--batch")
        found = self._contents.ask(oid)[0]
        assert found is not None
        return self._contents.read(found[2])

    def commit(self, ref: str) -> str:
        """The object name of the commit that ``ref`` stands for; raises SpecError with the command that fetches it."""
        found = self.commit_or_none(ref)
        if found is not None:
            return found
        raise SpecError(Diagnostic(f"no commit '{ref}' in the repository {self.root}", help=self.advice(ref)))

    def commit_or_none(self, ref: str) -> str | None:
        if not ref or ref.startswith("-") or ":" in ref:
            return None
        found, *others = self.find_all([f"{ref}^{{commit}}", *self._meanings(ref)])
        if found is None or found[0] == ref:
            return None if found is None else found[0]
        if len({other[0] for other in others if other is not None}) > 1:
            help = "name it in full, such as refs/heads/main or refs/tags/v1"
            raise SpecError(Diagnostic(f"'{ref}' names several commits here: a branch, a tag, ...", help=help))
        return found[0]

    def _meanings(self, ref: str) -> list[str]:
        """The commits that the name in a ref may stand for. HEAD and full names stand for one alone."""
        name = re.split("[~^]|@{", ref)[0]
        if name in ("", "@", "HEAD") or name.startswith("refs/"):
            return []
        return [f"{place}{name}^{{commit}}" for place in PLACES]

    def advice(self, ref: str) -> str | None:
        """What may bring a missing ref here, or which one was meant."""
        if self.find("HEAD^{commit}") is None:
            return "this repository has no commits yet"
        remote, slash, branch = ref.partition("/")
        if slash and branch and remote in run(self.root, "remote").split("\n"):
            command = f"git fetch {remote} {branch}:refs/remotes/{ref}"
            return command if plain(ref) else f"git fetch {remote}, and the branch"
        if self.shallow:
            return "this is a shallow clone: git fetch --unshallow"
        refs = run(self.root, "for-each-ref", "--format=%(refname:short)", "--count=1000").split("\n")
        for known in refs:
            if known.partition("/")[2] == ref:
                return f"did you mean '{known}'?"
        meant = did_you_mean(ref, refs)
        if meant is None and run(self.root, "remote"):
            return "git fetch brings the branches and tags of the remote here"
        return meant

    def merge_base(self, ref: str) -> str:
        """The commit where HEAD and ``ref`` part; raises SpecError if git cannot tell."""
        theirs, ours = self.commit(ref), self.commit("HEAD")
        found = run(self.root, "merge-base", theirs, ours, accept=(0, 1)).strip()
        if found:
            return found
        if self.shallow:
            help = "this is a shallow clone, in which it lies too far back: git fetch --unshallow"
        else:
            help = "their histories have nothing in common: name a commit that HEAD comes from"
        raise SpecError(Diagnostic(f"'{ref}' and HEAD have no common ancestor here", help=help))

    def renames(self, commit: str) -> dict[str, str]:
        """Path now -> path in ``commit``, from the root, of the files renamed since (as the index has them)."""
        options = ("--cached", "--name-status", "-z", f"-l{RENAME_LIMIT}", "--find-renames", "--diff-filter=R")
        output = run(self.root, "diff-index", *options, "--no-ext-diff", "--no-textconv", commit)
        words = output.split("\0")
        return dict(zip(words[2::3], words[1::3], strict=False))

    def superproject(self) -> Repository | None:
        """The repository around this one of which it is a submodule."""
        root = run(self.root, "rev-parse", "--show-superproject-working-tree", accept=(0, 128)).removesuffix("\n")
        if not root:
            if has_git(os.path.dirname(self.root)):
                repository_at(os.path.dirname(self.root))  # git names none that it cannot read: that is told
            return None
        found = repository_at(root)
        return found if found and is_below(self.root, found.root) else None

    def lists(self, commit: str, path: str) -> bool:
        """Whether a commit has an entry at a path, be its object here or not."""
        return bool(run(self.root, "ls-tree", "-z", "--full-tree", commit, "--", path))

    def entries(self, commit: str, path: str) -> list[tuple[str, bool]]:
        """What a commit has below a path, empty for the root: each with whether it is a submodule."""
        below = ["--", f"{path}/"] if path else []
        found = []
        for entry in run(self.root, "ls-tree", "-r", "-z", "--full-tree", commit, *below).split("\0")[:-1]:
            head, _, name = entry.partition("\t")
            found.append((name, head.startswith("160000 ")))
        return found

    def submodules(self, commit: str, paths: list[str]) -> dict[str, str]:
        """Which of these paths are submodules in ``commit``: path -> commit of the submodule."""
        found = {}
        for entry in run(self.root, "ls-tree", "-z", "--full-tree", commit, "--", *paths).split("\0"):
            head, _, path = entry.partition("\t")
            if head.startswith("160000 "):
                found[path] = head.split(" ")[2]
        return found


class Tree:
    """The files of one commit, under absolute paths of the work tree; ``name`` is what errors call the commit."""

    def __init__(self, repository: Repository, commit: str, name: str) -> None:
        self.repository, self.commit, self.name = repository, commit, name
        self._found: dict[str, Blob | None] = {}

    def holds(self, path: str) -> bool:
        """Whether a path lies in this repository."""
        return is_below(path, self.repository.root)

    def find(self, path: str) -> Blob | None:
        """The file at a path; None if the commit has none, or only a link that leads out of the repository."""
        if path not in self._found:
            self._found[path] = self._find(path)
        return self._found[path]

    def has(self, path: str, data: bytes) -> bool:
        """Whether the commit has these very bytes at a path."""
        blob = self.find(path)
        return blob is not None and blob.oid == blob_name(data, blob.oid)

    def look_up(self, paths: list[str]) -> None:
        """Find many files in one turn, for those who ask for them later."""
        new = [path for path in paths if path not in self._found and self.holds(path)]
        names = [f"{self.commit}:{relative(self.repository.root, path)}" for path in new]
        for path, found in zip(new, self.repository.find_all(names), strict=True):
            if found is not None and found[1] == "blob":
                self._found[path] = Blob(self.repository, found[0], found[2])

    def _find(self, path: str) -> Blob | None:
        if not self.holds(path):
            return None
        inside = relative(self.repository.root, path)
        found = self.repository.find(f"{self.commit}:{inside}")
        if found is not None:
            return Blob(self.repository, found[0], found[2]) if found[1] == "blob" else None
        there = self._submodule_of(inside)
        return there.find(path) if there else None

    def check_absent(self, path: str) -> None:
        """Raise SpecError if the commit has something at a path that ``find`` does not give."""
        inside = relative(self.repository.root, path)
        there = self._submodule_of(inside)
        if there is not None:
            there.check_absent(path)
        elif "\0" in inside or self.repository.lists(self.commit, inside):
            message = f"{self.name} has '{shown_path(path)}', and git cannot read it as a file"
            help = "its object may be missing here (git fetch), it may be a link, or its name may hold a line end"
            raise SpecError(Diagnostic(message, help=help))

    def files(self, directory: str) -> list[str]:
        """The paths of all files below a directory, in order, those of submodules that are checked out among them."""
        if directory != self.repository.root and not self.holds(directory):
            return []
        inside = relative(self.repository.root, directory)
        there = self._submodule_of(f"{inside}/.") if inside else None
        if there is not None:
            return there.files(directory)
        found: list[str] = []
        for path, is_submodule in self.repository.entries(self.commit, inside):
            place = os.path.join(self.repository.root, *path.split("/"))
            if not is_submodule:
                found.append(place)
                continue
            with contextlib.suppress(SpecError):
                there = self._submodule_of(f"{path}/.")
                found += there.files(place) if there else []
        return found

    def _submodule_of(self, inside: str) -> Tree | None:
        """The commit of the submodule that a path lies in, as this commit pins it."""
        if self.repository.find(f"{self.commit}:.gitmodules") is None:
            return None
        parts = inside.split("/")
        prefixes = ["/".join(parts[:count]) for count in range(1, len(parts))]
        for prefix, commit in (self.repository.submodules(self.commit, prefixes) if prefixes else {}).items():
            root = os.path.join(self.repository.root, *prefix.split("/"))
            there = repository_at(root)
            if there is None or there.root != os.path.realpath(root):
                message = f"'{prefix}' is a submodule that is not checked out"
                raise SpecError(Diagnostic(message, help=f"git submodule update --init '{prefix}'"))
            if there.find(f"{commit}^{{commit}}") is None:
                message = f"the submodule '{prefix}' does not contain commit {commit[:12]}, which {self.name} asks for"
                raise SpecError(Diagnostic(message, help=f"git -C '{prefix}' fetch"))
            return Tree(there, commit, self.name)
        return None

    def shown(self, path: str) -> str:
        return f"{self.name}:{shown_path(path)}"

    def source(self, path: str, shown: str | None = None) -> Source:
        """The text of a file; raises SpecError if the commit has none."""
        shown = shown or self.shown(path)
        blob = self._blob(path)
        check_is_text(blob.size, shown)
        return Source(shown, decode(blob.data(), shown))

    def data(self, path: str) -> bytes:
        """The bytes of a file of any format; raises SpecError if the commit has none, or a very large one."""
        blob = self._blob(path)
        if path.endswith((".yaml", ".yml")):
            check_is_text(blob.size, self.shown(path))
        if blob.size > MOST_PIPED:
            raise SpecError(Diagnostic(f"'{self.shown(path)}' is larger than {MOST_PIPED:,} bytes"))
        return blob.data()

    def _blob(self, path: str) -> Blob:
        blob = self.find(path)
        if blob is None:
            raise SpecError(Diagnostic(f"{self.name} has no file '{shown_path(path)}'", help=self._elsewhere(path)))
        return blob

    def _elsewhere(self, path: str) -> str | None:
        """Advice for someone who wrote the path from the repository's root, as git itself wants it."""
        from_root = os.path.join(self.repository.root, os.path.relpath(path))
        if self.find(os.path.normpath(from_root)) is None:
            return None
        return f"paths count from the working directory: {self.name}:{os.path.relpath(from_root)}"


def open_repository(directory: str) -> Repository:
    """The repository that a directory is in; raises SpecError if it is in none."""
    found = repository_at(directory)
    if found is None:
        raise SpecError(Diagnostic(f"no git repository holds '{shown_path(directory)}'", help=_refusal(directory)))
    return found


def repository_at(directory: str) -> Repository | None:
    """The repository that a directory lies in. Raises SpecError for one that git cannot read: it is not none."""
    root = nearest_with(os.path.abspath(directory), ".git")
    check_is_read(root)
    output = run(directory, "rev-parse", "--show-toplevel", "--is-shallow-repository", accept=(0, 128))
    lines = output.rstrip("\n").rsplit("\n", 1)
    if len(lines) != 2 or lines[1] not in ("true", "false"):
        if has_git(root):
            help = f"git -C {shown_path(root)} status says why"
            raise SpecError(Diagnostic(f"git cannot read the repository in '{shown_path(root)}'", help=help))
        return None
    return Repository(os.path.realpath(lines[0]), lines[1] == "true")


def has_git(directory: str) -> bool:
    """Whether a directory, or one above it, says that it is a repository."""
    return os.path.lexists(os.path.join(nearest_with(directory, ".git"), ".git"))


def check_is_read(root: str) -> None:
    """Raise SpecError if a repository has a pipe or a device where git reads a file to its end."""
    if not os.path.isdir(os.path.join(root, ".git")):
        return
    *waiting, refs = [os.path.join(root, ".git", name) for name in ("", "info", "objects/info", "refs")]
    waiting.append(refs)
    while waiting:
        directory = waiting.pop()
        with contextlib.suppress(OSError), os.scandir(directory) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting += [entry.path] if directory.startswith(refs) and not entry.is_symlink() else []
                elif not entry.is_file() and os.path.exists(entry):
                    raise SpecError(Diagnostic(f"git cannot read '{shown_path(entry.path)}': it is no file"))


def tree_for(ref: str, path: str) -> Tree | None:
    """The commit of ``GITREF:PATH``, in the repository that PATH lies in (or lay in); None if there is none.

    Raises SpecError if the repository does not have the ref.
    """
    repository = repository_at(nearest_directory(path)) if ref and path else None
    return Tree(repository, repository.commit(ref), ref) if repository else None


def nearest_directory(path: str) -> str:
    """The directory that a path lies in, or the nearest above that still exists."""
    return next(filter(os.path.isdir, upwards(os.path.dirname(os.path.abspath(path)))))


def blob_name(data: bytes, like: str) -> str:
    """The object name that git gives contents, by the hash whose names are as long as ``like``."""
    import hashlib

    make = hashlib.sha1 if len(like) == 40 else hashlib.sha256
    return make(b"blob %d\0" % len(data) + data).hexdigest()


# Processes


def start(directory: str, *arguments: str) -> subprocess.Popen[bytes]:
    options: dict[str, Any] = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        return subprocess.Popen([*GIT, "-C", directory, *arguments], env=environment(), **options)
    except OSError as error:
        raise no_git(error) from None


def run(directory: str, *arguments: str, accept: tuple[int, ...] = (0,)) -> str:
    """The output of a git command; raises SpecError for a status that is not accepted."""
    try:
        done = subprocess.run(
            [*GIT, "-C", directory, *arguments],
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
    except OSError as error:
        raise no_git(error) from None
    except subprocess.TimeoutExpired:
        raise SpecError(Diagnostic(f"git {arguments[0]} took over {PATIENCE} seconds")) from None
    if done.returncode not in accept:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise SpecError(Diagnostic(f"git {arguments[0]} failed: {said or f'status {done.returncode}'}"))
    return os.fsdecode(done.stdout)


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in LOCAL}
    return {**kept, **OFFLINE, **UNCHANGED, "LC_ALL": "C"}


@contextlib.contextmanager
def patience(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End a process that does not answer in time: who reads from it then reads its end."""
    timer = threading.Timer(PATIENCE, process.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):  # what was not yet written has no reader any more
                pipe.close()
    process.wait()


def no_git(error: OSError) -> SpecError:
    if isinstance(error, FileNotFoundError):
        return SpecError(Diagnostic("git is not installed, or not on the PATH", help="a commit is read with git"))
    return SpecError(Diagnostic(f"git cannot be started: {error.strerror or error}"))


def _refusal(directory: str) -> str | None:
    """Why git refuses a repository that exists (another user's, say)."""
    done = subprocess.run([*GIT, "-C", directory, "rev-parse"], env=environment(), capture_output=True, check=False)
    said = done.stderr.decode("utf-8", "replace").strip()
    return None if "not a git repository" in said else said.partition("\n")[0].removeprefix("fatal: ") or None


def relative(root: str, path: str) -> str:
    """A path from the root as git writes it."""
    return path[len(root.rstrip(os.sep)) + 1 :].replace(os.sep, "/")


def plain(word: str) -> bool:
    """Whether a word can be put into a command that somebody copies into a shell."""
    return all(character.isalnum() or character in "/._-" for character in word)
