"""``archcalc check`` as a shell sees it: exit statuses, what goes to which stream, and what a hostile file can do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from repository import Repository, net

from archcalc.cli import main
from archcalc.render import FORMATS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


STATUSES = [
    (["net.yaml", "--max", "params=112"], 0),
    (["net.yaml", "--max", "params=111"], 1),
    (["net.yaml", "--min", "params=1k"], 1),
    (["net.yaml", "--base", "HEAD", "--max-increase", "params=1%"], 0),
    (["net.yaml", "--base", "HEAD~1", "--max-increase", "params=1%"], 1),
    (["net.yaml", "--max", "params=111", "--max", "parms=1"], 2),
    (["net.yaml", "wrong.yaml", "--max", "params=111"], 2),  # over budget too: 2 wins
    (["none.yaml", "--max", "params=1"], 2),
    (["net.yaml"], 2),
    ([], 2),
    (["net.yaml", "--max", "params"], 2),
    (["net.yaml", "--max", "params=5Q"], 2),
    (["net.yaml", "--max-increase", "params=1%"], 2),
    (["net.yaml", "--base", "HEAD", "--max-increase", "params=10"], 2),
    (["net.yaml", "--base", "nope", "--max-increase", "params=1%"], 2),
    (["net.yaml", "--max", "params=1", "--update"], 2),
    (["net.yaml", "--max", "params=1", "--input", "3xx"], 2),
]


@pytest.fixture
def project(repository: Repository) -> Repository:
    for width in (3, 4):
        repository.put("net.yaml", net(width))
        repository.commit()
    repository.put("wrong.yaml", net(4).replace("conv", "cnov"))
    return repository


@pytest.mark.sampled(11)
@pytest.mark.parametrize("form", FORMATS["check"])
@pytest.mark.parametrize("arguments, status", STATUSES)
def test_status(project: Repository, capsys, form: str, arguments: list[str], status: int) -> None:
    assert main(["check", *arguments, "--format", form]) == status
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    assert ("error" in err) == (status == 2)
    if form == "json":
        assert json.loads(out)["schema"] == "archcalc.check/1"
        if status == 2:
            assert json.loads(err)["errors"][0]["message"] == json.loads(out)["errors"][0]["message"]


def test_every_limit_is_listed(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "net.yaml", "--max", "params=100", "--max", "weights=1kB @int8", "--min", "layers=1"]) == 1
    assert capsys.readouterr().out == (
        "      Spec  Metric   Used          Limit    Share  Written at\n"
        "over  net   params    112        max 100  112.0 %  --max\n"
        "ok    net   weights   112  max 1kB @int8   11.2 %  --max\n"
        "ok    net   layers      1          min 1  100.0 %  --min\n"
        "\n"
        "over budget: net: params: 112 is over the limit of 100 (112.0 %); net.yaml:4 costs most\n"
        "3 limits: 2 hold, 1 fails\n"
    )


def test_a_caret_under_the_option(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "net.yaml", "--max", "params=5Q"]) == 2
    assert capsys.readouterr().err == (
        "error: unknown unit 'Q'\n"
        " --> --max:1:8\n"
        "  |\n"
        "1 | params=5Q\n"
        "  |        ^^\n"
        "  = help: units are k M G T and Ki Mi Gi Ti, with B for bytes, s ms us ns for a time, or %\n"
    )


def test_a_new_file_is_said_to_be_new(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    project.put("fresh.yaml", net(9))
    assert main(["check", "fresh.yaml", "--base", "HEAD", "--max-increase", "params=1%"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[1].startswith("new ")
    assert "net: new since HEAD\n" in out


def test_update_prints_old_and_new(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    project.put("archcalc.yaml", "budgets: [{specs: net.yaml, max: {params: 1}}]\n")
    assert main(["check"]) == 1
    capsys.readouterr()
    assert main(["check", "--update"]) == 0
    assert "archcalc.yaml:1: net params: 1 -> 112\n" in capsys.readouterr().out
    assert main(["check"]) == 0


def test_output_and_summary_files(project: Repository, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    assert main(["check", "net.yaml", "--max", "params=1", "--format", "github", "-o", "log"]) == 1
    assert capsys.readouterr().out == ""
    assert Path("log").read_text().startswith("::error file=net.yaml,line=4,title=net%3A params over budget::")
    assert Path("summary.md").read_text().startswith("<!-- archcalc check -->")


def test_standard_input(project: Repository) -> None:
    command = [sys.executable, "-m", "archcalc", "check", "-", "--max", "params=112"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for width, status in ((4, 0), (5, 1)):
        done = subprocess.run(command, input=net(width), env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr


HOSTILE = [
    "budgets: [{specs: '--output=x', max: {params: 1}}]\n",
    "budgets: [{specs: '$(touch x)', max: {params: 1}}]\n",
    "budgets: [{specs: ../../etc/passwd, max: {params: 1}}]\n",
    "budgets: [{specs: /etc/passwd, max: {params: 1}}]\n",
    "budgets: [{specs: '../**/*', max: {params: 1}}]\n",
    "budgets: [{specs: link.yaml, max: {params: 1}}]\n",
    "budgets: [{specs: 'link*', max: {params: 1}}]\n",
    "budgets: [{specs: 'loop/**/**/**/x', max: {params: 1}}]\n",
    "budgets: [{specs: 'out/*', max: {params: 1}}]\n",
    'budgets: [{specs: "a\\0b", max: {params: 1}}]\n',
    "budgets: [{specs: net.yaml, max: {params: 9e999}}]\n",
    "budgets: [{specs: net.yaml, set: {width: '9**9**9'}, max: {params: 1}}]\n",
    "budgets: " + "[" * 10_000 + "\n",
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_budget_runs_and_reads_nothing(project: Repository, capsys, text: str) -> None:
    (project.root.parent / "secret.yaml").write_text("secret: words\n")
    os.symlink("../secret.yaml", "link.yaml")
    os.symlink("..", "out")
    os.symlink(".", "loop")
    project.put("archcalc.yaml", text)
    before = sorted(os.listdir())
    assert main(["check"]) == 2
    out, err = capsys.readouterr()
    assert "secret: words" not in out + err
    assert "root:" not in out + err
    assert "a defect of archcalc" not in err
    assert sorted(os.listdir()) == before


def test_help_says_what_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--help"]) == 0
    out = capsys.readouterr().out
    for word in ("--max ", "--min ", "--max-increase ", "--base ", "--update", "--format "):
        assert word in out
