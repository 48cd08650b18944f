"""A network in several ways of counting: totals as reports have them, differences attributed completely."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.api import counts, report
from archcalc.conventions import NEWEST
from archcalc.errors import SpecError

NETWORKS = [
    "resnet50",
    "vit_b_16",
    "swin_t",
    "googlenet",
    "efficientnet_b0",
    "exam-table",
    "dcgan-generator",
    "lstm-stacked",
    "mixtral-8x7b",
]


def by_name(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in found}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", NETWORKS)
def test_totals_are_those_of_the_reports(name: str) -> None:
    found = counts(name, batch=3)
    totals = {convention: item["total"] for convention, item in by_name(found["conventions"]).items()}
    assert totals == {convention: report(name, count=convention, batch=3)["totals"]["ops"] for convention in NEWEST}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_difference_is_attributed_completely(name: str) -> None:
    found = counts(name)
    conventions = by_name(found["conventions"])
    assert len(found["differences"]) == len(NEWEST) - 1
    for difference in found["differences"]:
        one, other = conventions[difference["name"]], conventions[difference["from"]]
        assert other["name"] == "mac"
        assert difference["total"] == one["total"] - other["total"] == sum(difference["by_kind"].values())
        for kind in {*one["by_kind"], *other["by_kind"]}:
            apart = one["by_kind"].get(kind, 0) - other["by_kind"].get(kind, 0)
            assert difference["by_kind"].get(kind, 0) == apart


def test_work_inside_a_map_counts_for_every_slice(tmp_path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text(
        "name: net\ninput: [5, 4, 8]\nlayers:\n  - map:\n      - linear: 8\n",
        encoding="utf-8",
    )
    found = by_name(counts(str(spec), count="mac,ptflops", batch=2)["conventions"])
    assert found["mac"]["total"] == 2 * 5 * 4 * 8 * 8
    assert found["ptflops"]["total"] == 2 * 5 * 4 * (8 * 8 + 8)


@pytest.mark.parametrize(
    "asked, named, base",
    [
        ("ptflops,mac", ["ptflops", "mac"], "mac"),
        ("mac, ptflops", ["mac", "ptflops"], "mac"),
        ("fvcore,thop", ["fvcore", "thop"], "fvcore"),
        ("torch,fvcore,mac", ["torch", "fvcore", "mac"], "mac"),
    ],
)
def test_the_conventions_stand_as_asked(asked: str, named: list[str], base: str) -> None:
    found = counts("resnet18", count=asked)
    assert [convention["name"] for convention in found["conventions"]] == named
    assert [(item["name"], item["from"]) for item in found["differences"]] == [
        (name, base) for name in named if name != base
    ]


@pytest.mark.parametrize(
    "asked, message",
    [
        ("mac,mac", "'mac' is asked for twice in 'mac,mac'"),
        ("mac", "'mac' is one convention, and a difference needs two"),
        ("mac,pflops", "unknown counting convention 'pflops'"),
        ("mac,", "unknown counting convention ''"),
        ("mac,none.yaml", "cannot read 'none.yaml': No such file or directory"),
    ],
)
def test_what_cannot_be_asked(asked: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        counts("resnet18", count=asked)
