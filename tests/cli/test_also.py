"""check --also: other formats of the same run, each in a file. check --base-ref: a ref, and never a file."""

from __future__ import annotations

import json

import pytest
from repository import Repository, net

from archcalc.cli import main


def test_other_formats_of_the_same_run(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.put("net.yaml", net(4))
    limits = ["check", "net.yaml", "--max", "params=1"]
    assert main([*limits, "--also", "json=out.json", "--also", "markdown=out.md"]) == 1
    table = capsys.readouterr().out
    for form, file in (("json", "out.json"), ("markdown", "out.md")):
        assert main([*limits, "--format", form]) == 1
        assert (repository.root / file).read_text() == capsys.readouterr().out
    assert main(limits) == 1
    assert capsys.readouterr().out == table
    assert json.loads((repository.root / "out.json").read_text())["results"]


@pytest.mark.parametrize("text", ["json", "json=", "xml=out", "=out"])
def test_what_is_no_format_and_file(repository: Repository, capsys: pytest.CaptureFixture[str], text: str) -> None:
    repository.put("net.yaml", net(4))
    assert main(["check", "net.yaml", "--max", "params=1", "--also", text]) == 2
    assert f"--also takes FORMAT=FILE, not '{text}'" in capsys.readouterr().err


def test_a_ref_is_never_a_file(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.put("net.yaml", net(4))
    repository.commit()
    repository.put("net.yaml", net(5))
    repository.put("older.yaml", net(5))
    repository.put("main", net(5))
    growth = ["check", "net.yaml", "--max-increase", "params=0"]
    assert main([*growth, "--base-ref", "main"]) == 1
    assert main([*growth, "--base-ref", "older.yaml"]) == 2
    assert "no commit 'older.yaml'" in capsys.readouterr().err
    assert main([*growth, "--base-ref", "main", "--base", "older.yaml"]) == 2
