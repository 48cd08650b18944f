"""``--update``: what changes in a file is the scalars' characters, and nothing else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from repository import net, params

from archcalc.api import check
from archcalc.budget.update import update_limits
from archcalc.cli import main
from archcalc.errors import SpecError

BEFORE = """\
# limits of the edge models
budgets:
  - specs: [small.yaml, large.yaml]   # two of them
    max: {params: 5M, macs: "1G", weights: '5MB @int8', trainable:   12_000 }
    min:
      params: 1          # never empty
    layers:
      "conv*": {params: 1k}
    max_increase: {params: 1%}
    message: "see: the guide"

  - {specs: small.yaml, max: {params: 112, weights: 0.448kB}}
"""
AFTER = """\
# limits of the edge models
budgets:
  - specs: [small.yaml, large.yaml]   # two of them
    max: {params: 280, macs: "9720", weights: '280B @int8', trainable:   280 }
    min:
      params: 112          # never empty
    layers:
      "conv*": {params: 280}
    max_increase: {params: 1%}
    message: "see: the guide"

  - {specs: small.yaml, max: {params: 112, weights: 0.448kB}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(net(4))
    (tmp_path / "large.yaml").write_text(net(10))
    assert (params(4), params(10)) == (112, 280)
    return tmp_path


@pytest.mark.parametrize("before", ["", "\ufeff"], ids=["plain", "with byte order mark"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_only_the_limits_change(project: Path, before: str, line_end: str) -> None:
    file = project / "archcalc.yaml"
    file.write_bytes((before + BEFORE.replace("\n", line_end)).encode())
    file.chmod(0o640)
    changes = update_limits(check())
    assert file.read_bytes().decode() == before + AFTER.replace("\n", line_end)
    assert file.stat().st_mode & 0o777 == 0o640
    told = [(change.place, change.old, change.new) for change in changes]
    assert told == [
        ("archcalc.yaml:4", "5M", "280"),
        ("archcalc.yaml:4", "1G", "9720"),
        ("archcalc.yaml:4", "5MB @int8", "280B @int8"),
        ("archcalc.yaml:4", "12_000", "280"),
        ("archcalc.yaml:6", "1", "112"),
        ("archcalc.yaml:8", "1k", "280"),
    ]
    assert all(result.ok for result in check())
    assert update_limits(check()) == []
    assert sorted(os.listdir()) == ["archcalc.yaml", "large.yaml", "small.yaml"]


def test_limits_go_up_and_down(project: Path) -> None:
    for limit in ("1", "1G"):
        (project / "archcalc.yaml").write_text(f"budgets: [{{specs: small.yaml, max: {{params: {limit}}}}}]\n")
        update_limits(check())
        assert (project / "archcalc.yaml").read_text() == "budgets: [{specs: small.yaml, max: {params: 112}}]\n"


def test_a_specs_own_budget(project: Path) -> None:
    (project / "small.yaml").write_text(net(4) + "budget: {max: {params: 5M}} # own\n")
    update_limits(check("small.yaml"))
    assert (project / "small.yaml").read_text() == net(4) + "budget: {max: {params: 112}} # own\n"


def test_an_anchor_that_two_limits_share(project: Path) -> None:
    text = "budgets:\n  - {specs: small.yaml, max: &all {params: &p 5M}}\n  - {specs: large.yaml, max: *all}\n"
    (project / "archcalc.yaml").write_text(text)
    update_limits(check())
    assert (project / "archcalc.yaml").read_text() == text.replace("5M", "280")


@pytest.mark.parametrize(
    "text, message",
    [
        (
            "budgets: [{specs: small.yaml, max: {params: &p 5M, macs: *p}}]\n",
            "'5M' is the max of macs and the max of params",
        ),
        ('budgets: [{specs: small.yaml, max: {params: "5\\u004d"}}]\n', "cannot edit a text with escapes"),
        ("budgets:\n  - specs: small.yaml\n    max:\n      params: >-\n        5M\n", "cannot edit"),
    ],
)
def test_what_cannot_be_edited_is_left_alone(project: Path, text: str, message: str) -> None:
    (project / "archcalc.yaml").write_text(text)
    with pytest.raises(SpecError, match=message):
        update_limits(check())
    assert (project / "archcalc.yaml").read_text() == text


def test_all_files_or_none(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {}
    for name in ("small.yaml", "large.yaml"):
        texts[name] = (project / name).read_text() + "budget: {max: {params: 5M}}\n"
        (project / name).write_text(texts[name])
    chmod, calls = os.chmod, []

    def failing(path: str, mode: int) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        chmod(path, mode)

    monkeypatch.setattr(os, "chmod", failing)
    with pytest.raises(SpecError, match="No space left on device; nothing was changed"):
        update_limits(check("small.yaml", "large.yaml"))
    assert {name: (project / name).read_text() for name in texts} == texts
    assert sorted(os.listdir()) == ["large.yaml", "small.yaml"]


def test_a_file_that_changed_meanwhile(project: Path) -> None:
    (project / "archcalc.yaml").write_text(BEFORE)
    results = check()
    (project / "archcalc.yaml").write_text(BEFORE + "#\n")
    with pytest.raises(SpecError, match=r"'archcalc\.yaml' has changed while it was checked"):
        update_limits(results)


def test_two_updates_at_once_lose_no_change(project: Path) -> None:
    """Each of twenty runs sets its own limit; a run that comes too late says so and can be repeated."""
    from concurrent.futures import ThreadPoolExecutor

    entries = "".join(f"  - {{specs: net{number}.yaml, max: {{params: 5M}}}}\n" for number in range(20))
    (project / "archcalc.yaml").write_text("budgets:\n" + entries)
    for number in range(20):
        (project / f"net{number}.yaml").write_text(net(number + 1))

    def updated(number: int) -> None:
        while True:
            try:
                update_limits(check(f"net{number}.yaml"))
                return
            except SpecError as error:
                if "has changed while it was checked" not in str(error):
                    raise

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(updated, range(20))) == [None] * 20
    assert "5M" not in (project / "archcalc.yaml").read_text()
    assert all(result.used == result.limit for result in check())


def test_the_table_tells_what_is_written_now(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "archcalc.yaml").write_text("budgets:\n  - {specs: small.yaml, max: {params: 1, macs: 1G}}\n")
    assert main(["check", "--update", "--format", "json"]) == 0
    for one in json.loads(capsys.readouterr().out)["results"]:
        assert (one["written"], one["limit"], one["share"]) == (str(one["used"]), one["used"], 1.0)


def test_what_it_leaves_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "archcalc.yaml").write_text(
        "budgets:\n  - {specs: small.yaml, max: {params: 1, banks: {a: 8B}}, level: error}\n"
    )
    assert main(["check", "--update"]) == 1
    assert "--update leaves max of banks" in capsys.readouterr().out


def test_a_figure_too_long_for_an_amount_is_left_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An amount has at most 1,000 digits: 10^999 rows of 8 weights and a bias each, and 8 rows, are some more."""
    monkeypatch.chdir(tmp_path)
    layers = "  - linear: 10**999\n  - linear: 8\n"
    Path("net.yaml").write_text("name: net\ninput: [8]\nlayers:\n" + layers, encoding="utf-8")
    text = "budgets:\n  - {specs: net.yaml, max: {params: 5M}}\n"
    Path("archcalc.yaml").write_text(text, encoding="utf-8")
    assert main(["check", "--update"]) == 1
    told = capsys.readouterr().out
    assert "--update leaves max of params" in told
    assert Path("archcalc.yaml").read_text(encoding="utf-8") == text
