"""What the Python API gives can be pickled and copied: it is the same there, whatever became of the files."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from repository import Repository

import archcalc

NET = """\
name: net
import: [lib/blocks.yaml, resnet18]
vars: {width: 4}
input: [3, 32, 32]
layers: [{twice: {out: width}}, {resnet18: {}}]
"""
BLOCKS = """\
name: blocks
import: [../more.yaml]
blocks: {twice: {args: {out: 2}, layers: [{once: {out: out}}, {once: {out: 3}}]}}
"""
MORE = "name: more\nblocks: {once: {args: {out: 2}, layers: [{conv: {out: out, kernel: 3}}, relu]}}\n"
OWN = "name: own\nunit: pJ\noperations: {mac: 4.6, add: 1}\nbase: flop\nkinds: {convolution: in}\n"


def written(folder: Path) -> str:
    (folder / "lib").mkdir()
    (folder / "net.yaml").write_text(NET)
    (folder / "lib/blocks.yaml").write_text(BLOCKS)
    (folder / "more.yaml").write_text(MORE)
    (folder / "own.yaml").write_text(OWN)
    return str(folder / "net.yaml")


COPIES: dict[str, Callable[[Any], Any]] = {"pickle": lambda net: pickle.loads(pickle.dumps(net)), "copy": copy.deepcopy}


def assert_same(net: archcalc.Network, other: archcalc.Network) -> None:
    assert other is not net
    assert other.report == net.report
    assert other.table(depth=1) == net.table(depth=1)
    assert repr(other) == repr(net)
    assert other._repr_html_() == net._repr_html_()
    assert [vars(layer) for layer in other.layers] == [vars(layer) for layer in net.layers]


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize(
    "spec, options",
    [
        ("resnet50", {"width": 32, "input": [3, 64, 64], "batch": 4}),
        ("exam-table", {"count": "thop@2.1.1"}),
        ("gpt2", {"dtype": "int4"}),
        (archcalc.Spec("own", input=[3], layers=["relu", {"linear": "n"}], vars={"n": 4}), {"settings": {"n": 5}}),
    ],
)
def test_a_network_is_the_same_again(spec: Any, options: dict[str, Any], way: str) -> None:
    net = archcalc.load(spec, **options)
    assert_same(net, COPIES[way](net))


@pytest.mark.parametrize("relative", [True, False])
def test_files_that_are_gone_or_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relative: bool) -> None:
    path = written(tmp_path)
    monkeypatch.chdir(tmp_path)
    net = archcalc.load("net.yaml" if relative else path, width=8, count=str(tmp_path / "own.yaml"))
    data = pickle.dumps(net)
    (tmp_path / "net.yaml").write_text(NET.replace("32, 32", "64, 64"))
    (tmp_path / "more.yaml").write_text(MORE.replace("kernel: 3", "kernel: 5"))
    (tmp_path / "lib/blocks.yaml").unlink()
    (tmp_path / "own.yaml").unlink()
    monkeypatch.chdir("/")
    found = pickle.loads(data)
    assert_same(net, found)
    assert_same(net, pickle.loads(pickle.dumps(found)))
    assert found.convention == "own"
    assert found.inputs == {"input": (3, 32, 32)}


def test_a_file_of_a_commit(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.put("more.yaml", MORE)
    repository.put("net.yaml", "name: net\nimport: [more.yaml]\ninput: [3, 8, 8]\nlayers: [once]\n")
    repository.commit()
    net = archcalc.load("HEAD:net.yaml")
    data = pickle.dumps(net)
    os.rename(repository.root / ".git", repository.root / "gone")
    repository.put("more.yaml", "name: more\nblocks: {}\n")
    assert_same(net, pickle.loads(data))


def loaded(width: int) -> archcalc.Network:
    return archcalc.load("resnet18", width=width)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_networks_cross_processes(method: str) -> None:
    with multiprocessing.get_context(method).Pool(2) as pool:
        there = pool.map_async(loaded, [8, 16]).get(60)
        sizes = pool.map_async(repr, there).get(60)
    here = [loaded(8), loaded(16)]
    assert [net.report for net in there] == [net.report for net in here]
    assert sizes == list(map(repr, here))


def test_what_the_functions_give() -> None:
    form = archcalc.formula("resnet18", vars="width")
    again = pickle.loads(pickle.dumps(form))
    assert again == form
    assert again.text == form.text
    assert again(width=32) == form(width=32)
    for found in (
        archcalc.report("resnet18"),
        archcalc.diff("resnet18", "resnet34"),
        archcalc.explain("resnet18", "stem"),
    ):
        assert pickle.loads(pickle.dumps(found)) == found == copy.deepcopy(found)
    (result,) = archcalc.check("resnet18", max={"params": "1M"})
    assert str(pickle.loads(pickle.dumps(result))) == str(result)
    layer = archcalc.load("resnet18").layers[0]
    assert vars(copy.deepcopy(layer)) == vars(layer)
    spec = archcalc.Spec("net", input=[3], layers=["relu"])
    assert pickle.loads(pickle.dumps(spec)).text == spec.text
