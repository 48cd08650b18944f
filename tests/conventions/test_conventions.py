"""The conventions against what is published and what the tools print for the classification models of torchvision.

conventions.csv holds, to the unit, the totals that the tools print for 75 models of torchvision 0.29.1, measured in
November 2026 with PyTorch 2.14.1 (record_networks.py): torchinfo's mult-adds, ptflops' ``pytorch`` backend, fvcore's
FlopCountAnalysis, ultralytics-thop in two releases, DeepSpeed's profiler, and calflops. ``mac`` is
torch.utils.flop_counter's total divided by 2.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from archcalc.building.load import load_network
from archcalc.conventions import CONVENTIONS, find_convention
from archcalc.errors import Source, Span, SpecError
from archcalc.report.counts import build_counts
from archcalc.sources import shipped
from archcalc.sources.source import locate

TOOLS = ("torchinfo", "ptflops", "fvcore", "thop", "thop@2.1.1", "deepspeed", "calflops")
with (Path(__file__).parent / "conventions.csv").open(newline="", encoding="utf-8") as file:
    TRUTH = {row["name"]: row for row in csv.DictReader(file)}
HERE = [name for name in TRUTH if name in shipped.names()]
LEAST_EQUAL = 50
"""Networks for which all tools come out to the unit."""

WRONG = {
    tool: {network for networks in find_convention(tool).wrong.values() for network in networks.split()}
    for tool in TOOLS
}


@cache
def totals(name: str) -> dict[str, int]:
    """The network's total in every convention."""
    counts = build_counts(load_network(locate(name)), list(map(find_convention, CONVENTIONS)))
    return {convention["name"]: convention["total"] for convention in counts["conventions"]}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", HERE)
def test_multiply_adds_are_those_of_flop_counter(name: str) -> None:
    assert totals(name)["mac"] == int(TRUTH[name]["mac"])
    assert totals(name)["torch"] == 2 * int(TRUTH[name]["mac"])


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", HERE)
def test_tools_print_these_totals(name: str) -> None:
    """Equal to the unit, unless the network is listed as wrong: then it differs, else it is listed for nothing."""
    measured = [tool for tool in TOOLS if TRUTH[name][tool]]  # DeepSpeed computes each network: not the largest
    different = [tool for tool in measured if totals(name)[tool] != int(TRUTH[name][tool])]
    assert different == [tool for tool in measured if name in WRONG[tool]]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_network_is_wrong_for_one_reason(tool: str) -> None:
    listed = [name for names in find_convention(tool).wrong.values() for name in names.split()]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(TRUTH)


def test_most_networks_come_out_in_all_tools() -> None:
    equal = [name for name in HERE if not any(name in WRONG[tool] for tool in TOOLS)]
    assert len(equal) >= LEAST_EQUAL


# ResNet-50 on 3x224x224. mac is flop_counter's; the tools' totals are those of the table above.
#
# document = mac + the max pool's 3*3 * 64*112*112 = 7 225 344 + the global average pool's 2048*7*7 = 100 352.
#
# flop, by kind of layer:
#   elements that batch norms give: stem 64*112*112 = 802 816
#     layer1  3*(2*64*56*56 + 256*56*56) + shortcut 256*56*56                             = 4 415 488
#     layer2  128*56*56 + 128*28*28 + 2*512*28*28 + 3*(2*128*28*28 + 512*28*28)           = 3 110 912
#     layer3  256*28*28 + 256*14*14 + 2*1024*14*14 + 5*(2*256*14*14 + 1024*14*14)         = 2 157 568
#     layer4  512*14*14 + 512*7*7 + 2*2048*7*7 + 2*(2*512*7*7 + 2048*7*7)                 =   627 200
#     in all 11 113 984, each scaled and shifted: 22 227 968 operations
#   relu: the same without the four shortcuts' 802 816 + 401 408 + 200 704 + 100 352      =  9 608 704
#   residual add: 3*802 816 + 4*401 408 + 6*200 704 + 3*100 352                           =  5 519 360
#   max pool: 8 comparisons for each of 64*56*56                                          =  1 605 632
#   global average pool: 2048*48 additions, 2048 divisions                                =    100 352
#   linear: a bias for each of 1000 classes                                               =      1 000
#   2 * 4 089 184 256 + 39 063 016 = 8 217 431 528
RESNET_50 = {
    "mac": 4_089_184_256,
    "document": 4_089_184_256 + 7_225_344 + 100_352,
    "flop": 2 * 4_089_184_256 + 22_227_968 + 9_608_704 + 5_519_360 + 1_605_632 + 100_352 + 1_000,
    "torch": 8_178_368_512,
    "fvcore": 4_111_512_576,
    "ptflops": 4_132_436_968,
    "thop": 4_133_742_592,
    "torchinfo": 4_089_238_376,
    "deepspeed": 8_211_108_352,
    "calflops": 8_211_108_352,
    "thop@2.1.1": 4_133_742_592,
}


def test_resnet_50_in_every_convention() -> None:
    assert totals("resnet50") == RESNET_50
    assert RESNET_50["document"] == 4_096_509_952
    assert RESNET_50["flop"] == 8_217_431_528


def test_the_document_counts_its_own_table() -> None:
    assert totals("exam-table")["document"] == 262_809_936


@pytest.mark.parametrize("name, label", [("pflops", "did you mean 'ptflops'?"), ("xyz", "")])
def test_an_unknown_convention_names_the_nearest(name: str, label: str) -> None:
    span = Span(Source("net.yaml", f"count: {name}"), 0, 7, 7 + len(name))
    with pytest.raises(SpecError) as caught:
        find_convention(name, span)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.message == f"unknown counting convention '{name}'"
    assert (diagnostic.label, diagnostic.span) == (label, span)
    assert diagnostic.help == f"the conventions are {', '.join(CONVENTIONS)}"


def test_a_convention_is_asked_for_by_its_release() -> None:
    assert find_convention("thop@2.2.3") is find_convention("thop")
    assert find_convention("thop@2.1.1").name == "thop@2.1.1"
    assert find_convention("fvcore@0.1.5") is find_convention("fvcore")


@pytest.mark.parametrize("name", ["thop@2.0.0", "thop@", "mac@", "mac@1", "@2.2.3", "xyz@1"])
def test_a_release_that_is_not_known_is_an_error(name: str) -> None:
    with pytest.raises(SpecError, match="unknown counting convention"):
        find_convention(name)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_the_convention_of_a_tool_says_its_release(name: str) -> None:
    convention = find_convention(name)
    assert bool(convention.version) == (name not in ("mac", "document", "flop"))
    assert convention.version in convention.source
