"""A spec in an empty working directory: what most of these tests start from."""

from __future__ import annotations

from pathlib import Path

import pytest
from process import NET


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    work = tmp_path / "work"
    work.mkdir()
    (work / "net.yaml").write_text(NET, encoding="utf-8")
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(work)
    return work
