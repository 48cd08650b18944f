"""A file may be named by bytes that are no UTF-8: every format says so, and none ends in a traceback."""

from __future__ import annotations

import os
import sys

import pytest
from repository import Repository, net

from archcalc.cli import main
from archcalc.render import FORMATS


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
@pytest.mark.parametrize("form", FORMATS["check"])
def test_a_name_that_is_not_utf_8(repository: Repository, capfd: pytest.CaptureFixture[str], form: str) -> None:
    name = os.fsdecode(b"b\xffd.yaml")
    repository.put(name, net(40))
    assert main(["check", name, "--max", "params=1", "--format", form, "-o", "out"]) == 1
    assert (repository.root / "out").read_bytes()
    if form == "sarif":
        assert b"b%FFd.yaml" in (repository.root / "out").read_bytes()
