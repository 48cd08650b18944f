"""The GitHub Action: its steps run in a scratch repository, with the environment and the files that GitHub gives them.

Only ``gh`` is a stand-in, which records how it is called. It applies ``--jq`` with the real jq.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ACTION = ROOT / ".github" / "actions" / "check"
DECLARED = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in DECLARED["runs"]["steps"]}

HOSTILE = "$(touch${IFS}pwned);`touch${IFS}pwned`"
NET = "name: net\ninput: [3, 8, 8]\nlayers:\n  - conv: {out: 8, kernel: 3}\n  - linear: 10\n"
BUDGETS = "budgets:\n  - specs: net.yaml\n    max: {params: 1k}\n    max_increase: {params: 10%}\n"

GH = """\
#!{python}
import json, os, subprocess, sys
log = os.environ["GH_LOG"]
given = sys.argv[1:]
fields = dict(value.split("=", 1) for word, value in zip(given, given[1:]) if word in ("--field", "--raw-field"))
if fields.get("body", "").startswith("@"):
    fields["body"] = open(fields["body"][1:], encoding="utf-8").read()
with open(log, "a", encoding="utf-8") as file:
    file.write(json.dumps({{"arguments": given, "fields": fields, "token": os.environ.get("GH_TOKEN")}}) + "\\n")
if "--jq" in given:
    pages = open(os.environ["GH_PAGES"], encoding="utf-8").read()
    sys.exit(subprocess.run(["jq", "-r", given[given.index("--jq") + 1]], input=pages, text=True).returncode)
sys.exit(int(os.environ.get("GH_STATUS", "0")))
"""


class Runner:
    """A job on GitHub's side: the steps of the action one after another, as its runner calls them."""

    def __init__(self, place: Path, repository: Path) -> None:
        self.repository, self.place = repository, place
        self.temp, self.tools, self.log = place / "temp", place / "tools", place / "gh.log"
        for folder in (self.temp / "archcalc" / "bin", self.tools):
            folder.mkdir(parents=True)
        self.environment = {
            "PATH": f"{self.tools}:{os.environ['PATH']}",
            "HOME": str(place),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ACTION),
            "GITHUB_REPOSITORY": "owner/models",
            "GITHUB_WORKSPACE": str(repository),
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(place / "event.json"),
            "GITHUB_STEP_SUMMARY": str(place / "summary.md"),
            "GITHUB_OUTPUT": str(place / "output"),
            "GITHUB_BASE_REF": "main",
            "GH_LOG": str(self.log),
            "GH_PAGES": str(place / "pages.json"),
        }
        self.pages()
        self.event({"pull_request": {"number": 7, "title": HOSTILE}})
        script(self.tools / "gh", GH.format(python=sys.executable))
        script(
            self.temp / "archcalc" / "bin" / "python",
            f'#!/bin/sh\n[ "$1 $2 $3" = "-I -m archcalc" ] || exit 9\nshift 3\n'
            f'exec env PYTHONPATH="{ROOT}" "{sys.executable}" -P -m archcalc "$@"\n'
            if sys.version_info >= (3, 11)
            else f'#!/bin/sh\nshift 3\nexec env PYTHONPATH="{ROOT}" "{sys.executable}" -m archcalc "$@"\n',
        )

    def event(self, event: dict[str, Any]) -> None:
        (self.place / "event.json").write_text(json.dumps(event), encoding="utf-8")

    def pages(self, *pages: list[dict[str, Any]]) -> None:
        """The comments of the pull request, in pages as ``gh api --paginate`` prints them."""
        shaped = [{"data": {"repository": {"pullRequest": {"comments": {"nodes": nodes}}}}} for nodes in pages or [[]]]
        (self.place / "pages.json").write_text("".join(map(json.dumps, shaped)), encoding="utf-8")

    def run(self, name: str, inputs: dict[str, str] | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        """A step, with ``${{ }}`` in its ``env:`` filled in and nowhere else."""
        given = {key: str(value.get("default", "")) for key, value in DECLARED["inputs"].items()} | (inputs or {})
        outputs = self.outputs()

        def filled(found: re.Match[str]) -> str:
            kind, _, key = found[1].rpartition(".")
            return {"inputs": given, "steps.check.outputs": outputs}[kind].get(key, "")

        step = STEPS[name]
        values = {key: re.sub(r"\$\{\{ (\S+) \}\}", filled, value) for key, value in step["env"].items()}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.repository,
            env={**self.environment, **values, **more},
            capture_output=True,
            text=True,
        )

    def outputs(self) -> dict[str, str]:
        path = Path(self.environment["GITHUB_OUTPUT"])
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return dict(line.split("=", 1) for line in lines)

    def summary(self) -> str:
        path = Path(self.environment["GITHUB_STEP_SUMMARY"])
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def calls(self) -> list[dict[str, Any]]:
        return (
            [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
            if self.log.exists()
            else []
        )

    def stand_in(self, text: str) -> None:
        """Another archcalc, called as ``python -I -m archcalc``."""
        script(self.temp / "archcalc" / "bin" / "python", text.replace("\n", "\nshift 3\n", 1))


def script(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def commit(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "change")


def job(place: Path, base: str, net: str) -> Runner:
    """A pull request onto a branch of that name, checked out one commit deep as actions/checkout does it."""
    source, checkout = place / "source", place / "checkout"
    source.mkdir()
    git(source, "init", "-q", "-b", base)
    commit(source, {"net.yaml": NET, "archcalc.yaml": BUDGETS})
    git(source, "checkout", "-qb", "change")
    commit(source, {"net.yaml": net})
    git(source, "checkout", "-q", base)
    commit(source, {"other.txt": "later"})
    git(source, "checkout", "-q", "change")
    git(source, "merge", "-q", "--no-edit", base)
    git(place, "clone", "-q", "--depth=1", "--branch=change", source.as_uri(), str(checkout))
    runner = Runner(place, checkout)
    runner.environment["GITHUB_BASE_REF"] = base
    return runner


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return job(tmp_path, "main", NET)


def test_no_value_reaches_a_script_but_through_the_environment() -> None:
    for step in DECLARED["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
        for name in re.findall(r"GITHUB_ACTION_PATH/([\w.]+)", step["run"]):
            assert (ACTION / name).is_file()
    for path in ACTION.glob("*.sh"):
        text = path.read_text(encoding="utf-8")
        assert "${{" not in text
        assert "eval" not in text
        # Without -I Python looks for modules in the working directory first, and that is what the pull request holds.
        assert re.findall(r'python3?"?(?= -)', text) == re.findall(r'python3?"?(?= -I )', text)
        assert subprocess.run(["bash", "-n", str(path)]).returncode == 0


def test_every_input_and_output_is_used() -> None:
    text = (ACTION / "action.yml").read_text(encoding="utf-8")
    for name in DECLARED["inputs"]:
        assert f"inputs.{name} " in text
    written = re.findall(r'echo "([\w-]+)=', (ACTION / "check.sh").read_text(encoding="utf-8"))
    assert sorted(written) == sorted(DECLARED["outputs"])


# Install


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "version, what", [("", f"{ACTION}/../../.."), ("1.2.0", "archcalc==1.2.0"), ("2.0rc1", "archcalc==2.0rc1")]
)
def test_install(runner: Runner, version: str, what: str) -> None:
    record = f'#!/bin/sh\nprintf "%s\\n" "$@" >>"{runner.place}/python.log"\n'
    script(runner.tools / "python3", record)
    script(runner.temp / "archcalc" / "bin" / "python", record)
    assert runner.run("Install archcalc", {"version": version}).returncode == 0
    called = (runner.place / "python.log").read_text(encoding="utf-8").splitlines()
    assert called[:4] == ["-I", "-m", "venv", str(runner.temp / "archcalc")]
    assert called[4:8] == ["-I", "-m", "pip", "install"]
    assert called[-1] == what


@pytest.mark.sampled(3)
@pytest.mark.parametrize("version", ["--index-url=http://x", "1.0; touch pwned", "$(touch pwned)", "1.0 evil"])
def test_what_is_no_version_is_not_installed(runner: Runner, version: str) -> None:
    script(runner.tools / "python3", f'#!/bin/sh\ntouch "{runner.place}/called"\n')
    assert runner.run("Install archcalc", {"version": version}).returncode == 2
    assert not (runner.place / "called").exists()
    assert not (runner.repository / "pwned").exists()


# Check


ECHO = """\
#!/bin/sh
printf '%s\\n' "$@" --- >>"{log}"
exit {status}
"""


def test_a_check_without_end_is_ended(runner: Runner, tmp_path: Path) -> None:
    text = (ACTION / "check.sh").read_text(encoding="utf-8")
    assert " 600 " in text
    shortened = tmp_path / "check.sh"
    shortened.write_text(text.replace(" 600 ", " 1 "), encoding="utf-8")
    runner.stand_in("#!/bin/sh\nexec sleep 600\n")
    environment = {**runner.environment, "ARCHCALC_SPECS": "", "ARCHCALC_BASE": "", "ARCHCALC_ARGUMENTS": ""}
    done = subprocess.run(["bash", str(shortened)], cwd=runner.repository, env=environment, capture_output=True)
    assert done.returncode == 0
    assert runner.outputs()["exit-status"] == str(128 + 14)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("status", [0, 1, 2, 3])
def test_the_status_is_kept_for_the_last_step(runner: Runner, status: int) -> None:
    runner.stand_in(ECHO.format(log=runner.place / "archcalc.log", status=status))
    assert runner.run("Check").returncode == 0
    assert runner.outputs()["exit-status"] == str(status)
    assert runner.run("Result").returncode == status


def test_arguments_are_lines(runner: Runner) -> None:
    runner.stand_in(ECHO.format(log=runner.place / "archcalc.log", status=0))
    inputs = {"specs": "a b.yaml\n\n--output=x\n$(touch pwned)\n", "arguments": "--max=params=5M\n--dtype=int8\n"}
    assert runner.run("Check", inputs).returncode == 0
    called = (runner.place / "archcalc.log").read_text(encoding="utf-8").split("---\n")
    outputs = runner.outputs()
    assert called[1:] == [""]  # one run makes all that is shown
    assert called[0].splitlines() == [
        "check",
        "--format=github",
        f"--also=json={outputs['json']}",
        f"--also=markdown={outputs['markdown']}",
        "--max=params=5M",
        "--dtype=int8",
        "--base-ref=refs/remotes/origin/main",
        "--",
        "a b.yaml",
        "--output=x",
        "$(touch pwned)",
    ]
    assert not (runner.repository / "pwned").exists()


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "event, base, expected", [("main", "", "refs/remotes/origin/main"), ("main", "v1", "v1"), ("", "", None)]
)
def test_the_base(runner: Runner, event: str, base: str, expected: str | None) -> None:
    runner.stand_in(ECHO.format(log=runner.place / "archcalc.log", status=0))
    runner.environment["GITHUB_BASE_REF"] = event
    assert runner.run("Check", {"base": base}).returncode == 0
    called = (runner.place / "archcalc.log").read_text(encoding="utf-8")
    assert re.findall("--base-ref=(.*)", called) == ([] if expected is None else [expected])


def test_no_line_of_a_spec_is_a_command_to_the_runner(runner: Runner) -> None:
    """It reads both streams: ``::name::`` at the begin of a line, ``##[name]`` anywhere in one."""
    hostile = "  - conv: {kernal: 3}  # ##[add-mask]3"
    (runner.repository / "net.yaml").write_text(NET + hostile, encoding="utf-8")
    checked = runner.run("Check")
    assert checked.stderr == ""
    before, stop = re.split(r"^::stop-commands::(?=[0-9a-f]{32}$)", checked.stdout, flags=re.M)
    token, shown = stop.split("\n", 1)
    assert "##[" not in before
    assert hostile in shown
    assert shown.splitlines()[-1] == f"::{token}::"
    assert runner.run("Check").stdout.count(token) == 0


def test_a_check_that_could_not_run_leaves_a_comment_that_says_so(runner: Runner) -> None:
    runner.stand_in("#!/bin/sh\nexit 2\n")
    runner.run("Check")
    text = Path(runner.outputs()["markdown"]).read_text(encoding="utf-8")
    assert text.splitlines() == [
        "<!-- archcalc check -->",
        "`archcalc check` ended with status 2: the job's log says why.",
    ]


# Comment


needs_jq = pytest.mark.skipif(shutil.which("jq") is None, reason="the stand-in for gh applies --jq with jq")


def commented(
    runner: Runner, text: str = "<!-- archcalc check -->\nbody\n", **more: str
) -> subprocess.CompletedProcess[str]:
    path = runner.place / "comment.md"
    path.write_text(text, encoding="utf-8")
    Path(runner.environment["GITHUB_OUTPUT"]).write_text(f"markdown={path}\n", encoding="utf-8")
    return runner.run("Comment", {"token": "secret"}, **more)


@needs_jq
def test_the_first_comment_is_written(runner: Runner) -> None:
    runner.pages([{"id": "A", "body": "nice work", "viewerDidAuthor": False}])
    found = commented(runner)
    assert (found.returncode, found.stdout) == (0, "")
    look, write = runner.calls()
    assert look["fields"]["number"] == "7"
    assert (look["fields"]["owner"], look["fields"]["name"]) == ("owner", "models")
    assert write["arguments"][:3] == ["api", "--silent", "repos/owner/models/issues/7/comments"]
    assert write["fields"] == {"body": "<!-- archcalc check -->\nbody\n"}
    assert {look["token"], write["token"]} == {"secret"}


@needs_jq
def test_a_later_run_updates_our_one_comment(runner: Runner) -> None:
    """Not the one of somebody else who writes our mark, and of two the first; it may stand on a later page."""
    mark = "<!-- archcalc check -->"
    runner.pages(
        [
            {"id": "A", "body": f"{mark}\nfake", "viewerDidAuthor": False},
            {"id": "B", "body": "ours", "viewerDidAuthor": True},
        ],
        [
            {"id": "C", "body": f"{mark}\nold", "viewerDidAuthor": True},
            {"id": "D", "body": f"{mark}\n", "viewerDidAuthor": True},
        ],
    )
    assert commented(runner).returncode == 0
    _, update = runner.calls()
    assert update["arguments"][:2] == ["api", "graphql"]
    assert update["fields"]["id"] == "C"
    assert "updateIssueComment" in update["fields"]["query"]
    assert update["fields"]["body"] == f"{mark}\nbody\n"


@pytest.mark.parametrize("pages", ["[]", "not JSON"])
def test_a_comment_that_cannot_be_written_is_a_warning(runner: Runner, pages: str) -> None:
    (runner.place / "pages.json").write_text(pages, encoding="utf-8")
    found = commented(runner, GH_STATUS="1")
    assert found.returncode == 0
    assert found.stdout.startswith("::warning::")


@pytest.mark.parametrize("event, text", [({"ref": "refs/heads/main"}, "x\n"), ({"pull_request": {"number": 7}}, "")])
def test_nothing_to_say_or_nowhere_to_say_it(runner: Runner, event: dict[str, Any], text: str) -> None:
    runner.event(event)
    assert commented(runner, text).returncode == 0
    assert runner.calls() == []


def test_a_hostile_event_runs_nothing(runner: Runner) -> None:
    runner.event({"pull_request": {"number": "7; touch pwned"}})
    commented(runner)
    assert runner.calls() == []
    assert not (runner.repository / "pwned").exists()


@needs_jq
def test_no_module_of_the_checkout_is_run(runner: Runner) -> None:
    (runner.repository / "json.py").write_text("open('pwned', 'w')\n", encoding="utf-8")
    assert commented(runner).returncode == 0
    assert runner.calls() != []
    assert not (runner.repository / "pwned").exists()


# All of it, with the archcalc of this tree


def whole_job(runner: Runner) -> tuple[int, str]:
    """The steps in their order; the status of the last and what the check printed."""
    checked = runner.run("Check")
    assert checked.returncode == 0, checked.stderr
    assert runner.run("Comment", {"token": "secret"}).returncode == 0
    return runner.run("Result").returncode, checked.stdout


# By hand: conv 8*27 + 8 = 224 parameters, linear on the last axis 6*10 + 10 = 70; with 40 filters 40*27 + 40 = 1120.
WIDE = NET.replace("out: 8", "out: 40")


@needs_jq
def test_a_network_within_budget(runner: Runner) -> None:
    status, printed = whole_job(runner)
    assert (status, runner.outputs()["exit-status"]) == (0, "0")
    assert "::error" not in printed
    results = json.loads(Path(runner.outputs()["json"]).read_text(encoding="utf-8"))["results"]
    assert [(result["metric"], result["used"], result["base"]) for result in results] == [
        ("params", 294, None),
        ("params", 294, 294),
    ]
    assert len(runner.calls()) == 2


@pytest.mark.sampled(3)
@needs_jq
@pytest.mark.parametrize("base", ["main", HOSTILE, "ünï/ço,de:".rstrip(":")])
def test_a_network_over_budget(tmp_path: Path, base: str) -> None:
    runner = job(tmp_path, base, WIDE)
    status, printed = whole_job(runner)
    assert (status, runner.outputs()["exit-status"]) == (1, "1")
    annotations = [line for line in printed.splitlines() if line.startswith("::error ")]
    assert len(annotations) == 2
    assert all("file=net.yaml,line=4" in line for line in annotations)
    _, write = runner.calls()
    body = write["fields"]["body"]
    assert body.startswith("<!-- archcalc check -->\n")
    assert body == Path(runner.outputs()["markdown"]).read_text(encoding="utf-8")
    assert "1,190" in body
    assert "294" in body  # the base was there to compare with
    assert runner.summary() == body
    assert not list(tmp_path.rglob("pwned"))


def test_a_limit_that_is_loosened(tmp_path: Path) -> None:
    runner = job(tmp_path, "main", NET)
    budgets = runner.repository / "archcalc.yaml"
    for text, given, status in ((BUDGETS, "true", "0"), (BUDGETS.replace("1k", "2k"), "false", "0")):
        budgets.write_text(text, encoding="utf-8")
        checked = runner.run("Check", {"fail-on-loosening": given})
        assert runner.outputs()["exit-status"] == status
        assert ("max of params was 1k, is 2k" in checked.stdout) == (text != BUDGETS)
    runner.run("Check", {"fail-on-loosening": "true"})
    assert runner.outputs()["exit-status"] == "1"
    runner.environment["GITHUB_BASE_REF"] = ""  # a push has no base
    runner.run("Check", {"fail-on-loosening": "true"})
    assert runner.outputs()["exit-status"] == "0"


@needs_jq
def test_a_working_directory_that_the_branch_makes_a_link(tmp_path: Path) -> None:
    """What it leads to is new, and has no growth: the directory that the workflow names has."""
    source, checkout = tmp_path / "source", tmp_path / "checkout"
    (source / "models").mkdir(parents=True)
    git(source, "init", "-q", "-b", "main")
    budgets = "budgets: [{specs: net.yaml, max_increase: {params: 0}}]\n"
    commit(source, {"models/net.yaml": NET, "models/archcalc.yaml": budgets})
    git(source, "checkout", "-qb", "change")
    git(source, "rm", "-q", "-r", "models")
    (source / "new").mkdir()
    (source / "models").symlink_to("new")
    commit(source, {"new/net.yaml": "# another\n" * 99 + WIDE, "new/archcalc.yaml": budgets})
    git(tmp_path, "clone", "-q", "--depth=1", "--branch=change", source.as_uri(), str(checkout))
    runner = Runner(tmp_path, checkout)
    runner.run("Check", {"working-directory": "models"})
    assert runner.outputs()["exit-status"] == "1"


@needs_jq
def test_a_wrong_spec(tmp_path: Path) -> None:
    runner = job(tmp_path, "main", NET.replace("kernel", "kernal"))
    status, printed = whole_job(runner)
    assert (status, runner.outputs()["exit-status"]) == (2, "2")
    assert "::error file=net.yaml,line=4" in printed
    assert "kernal" in runner.calls()[1]["fields"]["body"]


def test_what_the_comment_says_without_a_check_has_the_checks_own_mark() -> None:
    from archcalc.render.check.markdown import MARKER

    assert f"'{MARKER}'" in (ACTION / "check.sh").read_text(encoding="utf-8")


def test_every_action_that_ci_uses_is_one_commit() -> None:
    """A tag can be moved to other code."""
    for workflow in (ROOT / ".github" / "workflows").iterdir():
        for job in yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values():
            for step in job["steps"]:
                assert re.fullmatch(r"\S+@[0-9a-f]{40}", step.get("uses", f"none@{40 * '0'}"))
                assert "${{" not in step.get("run", "")


def test_the_pre_commit_hook_is_a_command() -> None:
    from archcalc.cli.commands import COMMANDS

    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, command = hook["entry"].split()
    assert (program, hook["language"], hook["pass_filenames"]) == ("archcalc", "python", False)
    assert command in COMMANDS
