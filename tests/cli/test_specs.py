"""``archcalc specs``: the catalogue, and words that it is searched for."""

from __future__ import annotations

import json

import pytest

from archcalc.cli import main
from archcalc.sources import shipped


def found(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["specs", *words, "--format", "json"]) == 0
    return [spec["name"] for spec in json.loads(capsys.readouterr().out)["specs"]]


def test_words_narrow_it_down(capsys: pytest.CaptureFixture[str]) -> None:
    everything = found(capsys)
    assert {"exam-table", "vgg", "resnet", "gpt2"} <= set(everything)
    assert found(capsys, "wide_resnet50_2") == ["resnet"]  # the name of a variant
    assert "vgg" in found(capsys, "simonyan")  # an author in its source
    assert found(capsys, "vgg", "lstm") == []


def test_figures_stand_beside_each_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["specs", "vgg16"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.split()[:1] == ["vgg16"])
    assert line.split() == ["vgg16", "3x224x224", "138,357,544", "15,470,264,320"]


def test_source_prints_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    for name, file in (("vgg16", "classification/vgg.yaml"), ("bottleneck", "blocks/bottleneck.yaml")):
        assert main(["specs", "--source", name]) == 0
        with open(f"{shipped.folder()}/{file}", encoding="utf-8") as opened:
            assert capsys.readouterr().out == opened.read()
    assert main(["specs", "--source", "vgg61"]) == 2
    assert "no shipped spec 'vgg61'" in capsys.readouterr().err
