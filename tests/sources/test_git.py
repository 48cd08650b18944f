"""Specs read from real commits: what they were, what they imported, and what is told where git has them not."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from repository import Repository, net, params

from archcalc.api import report
from archcalc.errors import SpecError
from archcalc.sources import git
from archcalc.sources.source import locate
from archcalc.sources.text import MOST_BYTES, in_work_tree

WITH_IMPORT = """\
name: net
input: [3, 8, 8]
import: [lib/blocks.yaml]
vars: {width: 4}
variants: {small: {width: 2}}
layers:
  - conv: {out: width, kernel: 3}
  - up
"""


def blocks(width: int) -> str:
    return f"name: blocks\nblocks:\n  up: {{layers: [{{conv: {{out: {width}, kernel: 1}}}}]}}\n"


def total(spec: str) -> int:
    return report(spec)["totals"]["params"]


def fails(spec: str) -> tuple[str, str]:
    """The message and the help of what is wrong."""
    with pytest.raises(SpecError) as caught:
        report(spec)
    first = caught.value.diagnostics[0]
    return first.message, first.help or ""


def two_commits(repository: Repository, path: str = "net.yaml") -> None:
    """Width 4 in the first commit, 5 in the second, 6 in the work tree."""
    for width in (4, 5):
        repository.put(path, net(width))
        repository.commit()
    repository.put(path, net(6))


@pytest.mark.parametrize(
    "path", ["net.yaml", "a b/ne t.yaml", "größe/模型.yaml", "-o/--output=x.yaml", "$(touch x)/n.yaml"]
)
def test_a_commits_file(repository: Repository, path: str) -> None:
    two_commits(repository, path)
    here = f"./{path}" if path.startswith("-") else path
    assert [total(here), total(f"HEAD:{path}"), total(f"HEAD~1:{path}")] == [params(6), params(5), params(4)]
    assert total(f"main~1:{path}") == params(4)
    assert not os.path.exists("x")


def test_imports_come_from_the_same_commit_and_errors_name_it(repository: Repository) -> None:
    repository.put("net.yaml", WITH_IMPORT)
    repository.put("lib/blocks.yaml", blocks(8))
    repository.commit()
    repository.put("lib/blocks.yaml", blocks(16))
    repository.commit()
    (repository.root / "lib/blocks.yaml").unlink()
    conv = 4 * 27 + 4
    assert total("HEAD:net.yaml") == conv + 16 * 4 + 16
    assert total("HEAD~1:net.yaml") == conv + 8 * 4 + 8
    assert total("HEAD~1:net.yaml:small") == 2 * 27 + 2 + 8 * 2 + 8
    files = [row["file"] for row in report("HEAD~1:net.yaml")["layers"]]
    assert files == ["HEAD~1:net.yaml", "HEAD~1:lib/blocks.yaml"]


def test_paths_count_from_the_working_directory(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    two_commits(repository, "models/net.yaml")
    monkeypatch.chdir(repository.root / "models")
    assert total("HEAD~1:net.yaml") == params(4)
    message, help = fails("HEAD~1:models/net.yaml")
    assert message == "HEAD~1 has no file 'models/net.yaml'"
    assert help == "paths count from the working directory: HEAD~1:net.yaml"


def test_a_file_and_a_directory_that_are_gone_are_still_in_their_commit(repository: Repository) -> None:
    two_commits(repository, "gone/net.yaml")
    (repository.root / "gone/net.yaml").unlink()
    (repository.root / "gone").rmdir()
    assert total("HEAD~1:gone/net.yaml") == params(4)


@pytest.mark.parametrize("name", ["HEAD~1:net.yaml", "HEAD~1", "topic:net.yaml", "topic"])
def test_a_file_does_not_stand_for_a_commit(repository: Repository, name: str) -> None:
    """A pull request may bring a file of any name."""
    two_commits(repository)
    repository.git("branch", "topic", "HEAD~1")
    repository.put(name, net(9))
    spec = f"{name.partition(':')[0]}:net.yaml"
    assert fails(spec)[0] == f"'{spec}' is a file, and a file of the commit '{name.partition(':')[0]}' too"
    assert total(f"./{name}") == params(9)
    repository.put("no:ref.yaml", net(9))
    assert total("no:ref.yaml") == params(9)


def test_detached_head_and_tags(repository: Repository) -> None:
    two_commits(repository)
    repository.git("tag", "v1", "HEAD~1")
    repository.git("checkout", "-qf", "--detach", "HEAD~1")
    assert [total("HEAD:net.yaml"), total("main:net.yaml"), total("v1:net.yaml")] == [params(4), params(5), params(4)]


def test_a_linked_worktree_reads_its_own_head(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    two_commits(repository)
    repository.git("worktree", "add", "-q", "../linked", "HEAD~1")
    monkeypatch.chdir(repository.root.parent / "linked")
    assert [total("HEAD:net.yaml"), total("main:net.yaml")] == [params(4), params(5)]


def test_a_submodule(repository: Repository, tmp_path: Path) -> None:
    """A path in a submodule is of the submodule's commits; an import into one is of the commit that was pinned."""
    library = Repository(tmp_path / "library")
    library.put("blocks.yaml", blocks(8))
    library.commit()
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.root), "lib")
    repository.put("net.yaml", WITH_IMPORT)
    repository.commit()
    inside = Repository(repository.root / "lib", create=False)
    inside.put("blocks.yaml", blocks(16))
    inside.commit()
    repository.commit("bump")
    conv = 4 * 27 + 4
    assert [total("HEAD:net.yaml"), total("HEAD~1:net.yaml")] == [conv + 16 * 4 + 16, conv + 8 * 4 + 8]
    assert locate("HEAD~1:lib/blocks.yaml").source.text == blocks(8)
    repository.git("submodule", "deinit", "-f", "lib")
    message, _ = fails("HEAD~1:net.yaml")
    assert message == "'lib' is a submodule that is not checked out"


@pytest.mark.parametrize(
    "link, said",
    [
        ("../../outside.yaml", "HEAD has no file 'net.yaml'"),
        ("/etc/passwd", "HEAD has no file 'net.yaml'"),
        ("nowhere.yaml", "HEAD has no file 'net.yaml'"),
        ("net.yaml", "HEAD has no file 'net.yaml'"),
    ],
)
def test_a_link_in_git_is_followed_inside_only(repository: Repository, link: str, said: str) -> None:
    (repository.root.parent / "outside.yaml").write_text(net(4))
    os.symlink(link, repository.root / "net.yaml")
    repository.commit()
    assert fails("HEAD:net.yaml")[0] == said


def test_a_link_in_git_to_a_file_in_git(repository: Repository) -> None:
    repository.put("real/net.yaml", net(4))
    os.symlink("real/net.yaml", repository.root / "net.yaml")
    repository.commit()
    repository.put("real/net.yaml", net(5))
    assert total("HEAD:net.yaml") == params(4)


@pytest.mark.parametrize("imported", ["../outside.yaml", "/etc/passwd", "lib/../../outside.yaml", ".git/config"])
def test_imports_reach_nothing_outside_the_commit(repository: Repository, imported: str) -> None:
    (repository.root.parent / "outside.yaml").write_text(blocks(8))
    repository.put("net.yaml", WITH_IMPORT.replace("lib/blocks.yaml", imported))
    repository.commit()
    message, _ = fails("HEAD:net.yaml")
    assert "lies outside the project" in message or message.startswith("no file"), message


# What cannot be read


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "ref",
    [
        "--output=pwned",
        "-c",
        "$(touch pwned)",
        "`touch pwned`",
        "HEAD; touch pwned",
        "HEAD\ntouch pwned",
        "../../etc",
        "\0",
    ],
)
def test_a_hostile_ref_runs_and_writes_nothing(repository: Repository, ref: str) -> None:
    two_commits(repository)
    before = sorted(os.listdir())
    message, _ = fails(f"{ref}:net.yaml")
    assert "no commit" in message
    assert sorted(os.listdir()) == before


def test_nothing_that_a_repository_configures_is_run(repository: Repository) -> None:
    """A textconv, a filter, an external diff, an fsmonitor and hooks, each of which would leave a file."""
    two_commits(repository)
    trap = repository.root.parent / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {repository.root.parent}/sprung-$1\ncat\n")
    trap.chmod(0o755)
    repository.put(".gitattributes", "*.yaml diff=trap filter=trap\n")
    repository.git("-c", "core.attributesFile=/dev/null", "add", ".gitattributes")
    for key in ("diff.trap.textconv", "diff.trap.command", "filter.trap.clean", "filter.trap.smudge", "diff.external"):
        repository.git("config", key, f"{trap} {key}")
    repository.git("config", "core.fsmonitor", str(trap))
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        (repository.root / ".git/hooks").mkdir(exist_ok=True)
        (repository.root / ".git/hooks" / hook).symlink_to(trap)
    assert total("HEAD~1:net.yaml") == params(4)
    found = git.open_repository(".")
    assert found.merge_base("HEAD~1") == found.commit("HEAD~1")
    assert found.renames(found.commit("HEAD~1")) == {}
    assert [name for name in os.listdir(repository.root.parent) if name.startswith("sprung")] == []


@pytest.mark.sampled(3)
@pytest.mark.parametrize("url", ["ext::sh -c %", "ssh://host/x", "git://host/x", "http://host.invalid/x", "/tmp/x"])
def test_a_partial_clone_fetches_nothing(repository: Repository, url: str) -> None:
    """An archive may bring a repository that lacks an object, and says with which command git would fetch it."""
    two_commits(repository)
    trap = repository.root.parent / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {repository.root.parent}/sprung\nexit 1\n")
    trap.chmod(0o755)
    oid = repository.git("rev-parse", "HEAD~1:net.yaml").strip()
    (repository.root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    settings = {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": url.replace("%", str(trap)),
        "remote.origin.uploadpack": str(trap),
        "remote.origin.proxy": "http://host.invalid",
        "core.sshCommand": str(trap),
        "core.gitProxy": str(trap),
        "credential.helper": f"!{trap}",
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
    }
    for key, value in settings.items():
        repository.git("config", key, value)
    with pytest.raises(SpecError):
        total("HEAD~1:net.yaml")
    assert not (repository.root.parent / "sprung").exists()


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    "name", ["HEAD", "config", "packed-refs", "index", "shallow", "objects/info/alternates", "refs/heads/main"]
)
@pytest.mark.parametrize("device", ["/dev/zero", "pipe"])
def test_a_device_where_git_keeps_its_own_files(repository: Repository, name: str, device: str) -> None:
    """Git would read it for ever, or wait for ever."""
    two_commits(repository)
    os.mkfifo(repository.root / "pipe")
    place = repository.root / ".git" / name
    place.unlink(missing_ok=True)
    place.symlink_to(repository.root / device)
    message, _ = fails("HEAD:net.yaml")
    assert f"git cannot read '.git/{name}': it is no file" in message


def test_git_is_not_waited_for_for_ever(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its configuration may include a pipe."""
    two_commits(repository)
    monkeypatch.setattr(git, "PATIENCE", 0.5)
    found = git.open_repository(".")
    os.mkfifo(repository.root / "pipe")
    with open(repository.root / ".git/config", "a", encoding="utf-8") as file:
        file.write(f"[include]\n\tpath = {repository.root}/pipe\n")
    for asked in (lambda: found.commit("HEAD"), lambda: git.open_repository(".")):
        with pytest.raises(SpecError) as caught:
            asked()
        assert "took over 0.5 seconds" in caught.value.diagnostics[0].message


def test_a_bare_repository_in_the_work_tree_is_not_asked(repository: Repository) -> None:
    """A pull request can bring one, with a configuration of its own."""
    two_commits(repository)
    repository.git("init", "-q", "--bare", "models")
    assert repository.git("-C", "models", "rev-parse", "--git-dir") == ".\n"
    assert git.run("models", "rev-parse", "--git-dir", accept=(0, 128)) == ""


def test_what_is_too_large_is_refused_unread(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.put("net.yaml", net(4) + "#" * MOST_BYTES)
    repository.commit()
    monkeypatch.delattr(git.Repository, "contents")
    message, _ = fails("HEAD:net.yaml")
    assert message == f"'HEAD:net.yaml' is larger than {MOST_BYTES:,} bytes: this cannot be a spec"


@pytest.mark.parametrize(
    "spec, message, help",
    [
        ("HEAD:no.yaml", "HEAD has no file 'no.yaml'", ""),
        ("HEAD:models", "HEAD has no file 'models'", ""),
        ("mian:net.yaml", "no commit 'mian'", "did you mean 'main'?"),
        ("HEAD~9:net.yaml", "no commit 'HEAD~9'", ""),
        ("net.yml:small", "no file 'net.yml:small', and no commit 'net.yml'", ""),
    ],
)
def test_what_is_not_there(repository: Repository, spec: str, message: str, help: str) -> None:
    two_commits(repository)
    repository.put("models/x.yaml", net(4))
    repository.commit()
    said, advice = fails(spec)
    assert message in said
    assert advice == help


def test_outside_a_repository_a_colon_means_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert fails("HEAD:net.yaml")[0] == "no file 'HEAD:net.yaml', and no shipped spec of that name"


def test_without_git(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository.root))
    assert "git is not installed, or not on the PATH" in fails("HEAD:net.yaml")[0]


def test_the_environment_of_a_hook_hides_no_repository(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """git sets these for its hooks, relative to where it runs them."""
    two_commits(repository, "models/net.yaml")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.setenv(name, "nowhere")
    assert total("HEAD~1:models/net.yaml") == params(4)
    assert git.open_repository("models").renames("HEAD") == {}


def test_no_commits_yet(repository: Repository) -> None:
    assert fails("HEAD:net.yaml")[1] == "this repository has no commits yet"


def test_many_files_take_two_processes(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(250):
        repository.put(f"net{number}.yaml", net(number + 1))
    repository.commit()
    started = []
    start = git.start
    monkeypatch.setattr(git, "start", lambda *arguments: started.append(arguments) or start(*arguments))
    found = git.open_repository(".")
    tree = git.Tree(found, found.commit("HEAD"), "HEAD")
    paths = [in_work_tree(f"net{number}.yaml") for number in range(250)]
    tree.look_up([*paths, in_work_tree("no.yaml"), in_work_tree("a\nb.yaml")])
    assert [tree.source(path).text for path in paths] == [net(number + 1) for number in range(250)]
    assert tree.find(in_work_tree("no.yaml")) is None
    assert tree.find(in_work_tree("a\nb.yaml")) is None
    assert len(started) == 2


def test_object_names_are_gits(repository: Repository) -> None:
    repository.put("net.yaml", net(4))
    name = repository.git("hash-object", "net.yaml").strip()
    assert git.blob_name(net(4).encode(), name) == name


# Merge base, shallow clones, renames


def test_merge_base_is_where_the_branches_part(repository: Repository) -> None:
    two_commits(repository)
    repository.git("stash", "-q")
    repository.git("checkout", "-qb", "topic", "HEAD~1")
    repository.put("other.yaml", net(7))
    repository.commit()
    found = git.open_repository(".")
    assert found.merge_base("main") == repository.git("rev-parse", "main~1").strip()


def test_renames_are_followed_with_changes_in_the_file(repository: Repository) -> None:
    text = net(4) + "".join(f"  # line {number}\n" for number in range(20))
    repository.put("old näme.yaml", text)
    repository.commit()
    repository.git("mv", "old näme.yaml", "new name.yaml")
    repository.put("new name.yaml", text.replace("out: 4", "out: 5"))
    repository.commit()
    found = git.open_repository(".")
    assert found.renames(found.commit("HEAD~1")) == {"new name.yaml": "old näme.yaml"}
    assert found.renames(found.commit("HEAD")) == {}


def run_advice(help: str) -> None:
    """Run the command that a help names."""
    command = re.search(r"git fetch.*", help)
    assert command, help
    subprocess.run(command[0].split(), check=True, capture_output=True)


@pytest.fixture
def clone(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shallow clone, of one branch, with main's last commit alone."""
    two_commits(repository)
    repository.git("checkout", "-q", "--force", "main")
    repository.git("checkout", "-qb", "topic", "main~1")
    repository.put("other.yaml", net(7))
    repository.commit()
    to = repository.root.parent / "clone"
    repository.git("clone", "-q", "--depth", "1", "--branch", "topic", f"file://{repository.root}", str(to))
    monkeypatch.chdir(to)
    return to


def test_a_missing_branch_is_fetched_by_the_command_that_the_error_names(clone: Path) -> None:
    message, help = fails("origin/main:net.yaml")
    assert "no commit 'origin/main'" in message
    assert help == "git fetch origin main:refs/remotes/origin/main"
    run_advice(help)
    assert total("origin/main:net.yaml") == params(5)


def test_a_commit_beyond_a_shallow_clone(clone: Path) -> None:
    message, help = fails("HEAD~1:net.yaml")
    assert "no commit 'HEAD~1'" in message
    assert help == "this is a shallow clone: git fetch --unshallow"
    run_advice(help)
    assert total("HEAD~1:net.yaml") == params(4)


def test_no_merge_base_in_a_shallow_clone(clone: Path) -> None:
    subprocess.run(["git", "fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main"], check=True)
    with pytest.raises(SpecError) as caught:
        git.open_repository(".").merge_base("origin/main")
    found = caught.value.diagnostics[0]
    assert found.message == "'origin/main' and HEAD have no common ancestor here"
    assert found.help
    run_advice(found.help)
    assert git.open_repository(".").merge_base("origin/main")


def test_unrelated_histories(repository: Repository) -> None:
    two_commits(repository)
    repository.git("checkout", "-q", "--orphan", "other")
    repository.commit()
    with pytest.raises(SpecError) as caught:
        git.open_repository(".").merge_base("main")
    assert "nothing in common" in (caught.value.diagnostics[0].help or "")
