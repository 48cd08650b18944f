"""Fixtures that several rooms' tests share."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from repository import IDENTITY, Repository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """An empty git repository, which is the working directory; no configuration of this machine's user is read."""
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    made = Repository(tmp_path / "work")
    monkeypatch.chdir(made.root)
    return made


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test marked ``sampled(every)`` each ``every``-th case is fast, the first of them; the others are slow."""
    seen: Counter[str] = Counter()
    for item in items:
        if sampled := item.get_closest_marker("sampled"):
            name = item.nodeid.partition("[")[0]
            if seen[name] % sampled.args[0]:
                item.add_marker("slow")
            seen[name] += 1
