"""What is said twice outside the code is said the same: versions of linters, the action's inputs, CI's stages."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from test_action import ACTION, DECLARED

ROOT = Path(__file__).resolve().parents[2]
GITHUB = ROOT / ".github"
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def pinned(text: str) -> set[str]:
    return set(re.findall(r"\b(?:ruff|mypy|types-PyYAML|import-linter)==[\w.]+", text))


def test_linters_have_one_version() -> None:
    before_commit = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert pinned(before_commit) == pinned(CI)
    assert len(pinned(CI)) == 4


def test_what_runs_before_a_commit_installs_from_package_registries() -> None:
    """pre-commit installs in a folder of its own, where ``.`` is not this project."""
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    needed = {one for hook in local["hooks"] for one in hook["additional_dependencies"]}
    assert {one.partition("==")[0] for one in needed} >= {"ruff", "mypy", "import-linter", "pytest"}
    assert not any(one.startswith(".") for one in needed)


def test_the_page_of_the_action_lists_its_inputs() -> None:
    page = (ACTION / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE) == list(DECLARED["inputs"])


def test_workflows_run_stages_that_there_are() -> None:
    stages = set(re.findall(r"^(\w+)\(\) \{$", CI, re.MULTILINE))
    for workflow in (GITHUB / "workflows").iterdir():
        for job in yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values():
            assert job["timeout-minutes"] <= 90
            for step in job["steps"]:
                if "bash .ci/run" in step.get("run", ""):
                    asked = step["run"].split()[2:]
                    assert asked
                    assert set(asked) <= stages


def test_every_file_that_the_pages_link_to_is_there() -> None:
    for page in (ROOT / "README.md", *GITHUB.glob("*.md"), ROOT / "tests" / "benchmarks" / "README.md"):
        for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 320


USED = re.compile(r"uses: ([\w./-]+)@(\S+)")


def test_actions_are_named_by_commit() -> None:
    """A tag can be moved to other code. Our own commit is for the reader to choose, and its place is held by a word."""
    workflows = "".join(path.read_text(encoding="utf-8") for path in (GITHUB / "workflows").iterdir())
    known = set(USED.findall(workflows))
    assert all(re.fullmatch("[0-9a-f]{40}", commit) for _, commit in known)
    for page in (ROOT / "README.md", ACTION / "README.md"):
        text = page.read_text(encoding="utf-8")
        for action, commit in USED.findall(text):
            assert (action, commit) in known or (action.startswith("OWNER/"), commit) == (True, "COMMIT")
        assert all(rev == "COMMIT" for rev in re.findall(r"\brev: ([^\s,]+)", text))


def test_no_page_installs_by_a_name_that_is_not_ours_yet() -> None:
    for page in (ROOT / "README.md", *GITHUB.rglob("*.md")):
        text = page.read_text(encoding="utf-8").replace("not with `pip install archcalc`", "")
        assert "pip install archcalc" not in text
