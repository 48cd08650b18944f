"""A Dask cluster gives the same rows, also when a worker of it is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest

pytest.importorskip("numpy")
distributed = pytest.importorskip("distributed")

from archcalc.cli import main  # noqa: E402

WORDS = ["sweep", "resnet18", "--vary", "width=1..40000", "--vary", "dtype=float32,int8", "--columns", "params,macs"]


@pytest.fixture
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as found:
        yield found


@pytest.mark.slow
@pytest.mark.parametrize("ends", [False, True])
def test_the_rows_are_those_of_one_machine(
    ends: bool, cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ``ends``, one of its two workers is killed, by its own id, once rows are there."""
    monkeypatch.chdir(tmp_path)
    assert main([*WORDS, "-o", "here.csv"]) == 0
    killed = []

    def kill() -> None:
        partial = Path("there.csv.partial")
        while not (partial.exists() and partial.stat().st_size > 100):
            sleep(0.001)
        worker = next(iter(cluster.workers.values()))
        killed.append(worker.process.process.pid if hasattr(worker.process, "process") else worker.pid)
        os.kill(killed[0], signal.SIGKILL)

    if ends:
        Thread(target=kill, daemon=True).start()
    assert main([*WORDS, "--dask", cluster.scheduler_address, "-o", "there.csv"]) == 0
    assert len(killed) == ends
    assert Path("there.csv").read_bytes() == Path("here.csv").read_bytes()


def test_a_scheduler_that_is_not_there(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archcalc.sweep.cluster.PATIENCE", 0.2)
    assert main([*WORDS, "--dask", "tcp://127.0.0.1:1"]) == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in capsys.readouterr().err
